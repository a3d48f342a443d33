"""`trainer user`, `plan` and `keys`: who may sign in, what was promised, and what seals."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from trainer.accounts.models import User
from trainer.accounts.sign_in import make_link, organizer_named
from trainer.cli.context import Refused, application, own_keyring, settings_of
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.keys import key_file, make_key, rotate_key
from trainer.projects.plan import PlanKnown, PlanProblem, import_plan, read_plan

FIRST_ORGANIZER = "organizer@example.org"


@click.group()
def user() -> None:
    """Organizers' accounts."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk")
def user_add(email: str, name: str, language: str) -> None:
    """Make an organizer's account and print a sign-in link for it."""
    print_link(email, name, language, must_exist=False)


@user.command("link")
@click.argument("email", default=FIRST_ORGANIZER)
def user_link(email: str) -> None:
    """Print a link that signs an organizer in once, for a day."""
    print_link(email, "", "kk", must_exist=True)


def print_link(email: str, name: str, language: str, must_exist: bool) -> None:
    """Make a link and print it."""
    app = application()
    with app.app_context():
        known = db.session.scalar(select(User).where(User.email == email.strip().casefold()))
        if must_exist and known is None:
            raise Refused(f"There is no account {email}; make one with `trainer user add {email}`.")
        account = organizer_named(db.session(), email, name, language)
        link = make_link(db.session(), account, now())
        db.session.commit()
        click.echo(f"{settings_of(app).address}/desk/sign-in/{link}")


@click.group()
def plan() -> None:
    """Monitoring plans."""


@plan.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def plan_check(file: Path) -> None:
    """List what is wrong with a plan; exit 1 where something is."""
    try:
        read_plan(file.read_bytes())
    except PlanProblem as wrong:
        click.echo("\n".join(wrong.problems))
        sys.exit(1)
    click.echo("The plan is in order.")


@plan.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def plan_import(file: Path) -> None:
    """Load a plan; its dates stay as they are."""
    with application().app_context():
        try:
            project = import_plan(db.session(), read_plan(file.read_bytes()))
        except PlanProblem as wrong:
            click.echo("\n".join(wrong.problems))
            sys.exit(1)
        except PlanKnown as known:
            raise Refused(f"The plan {known} is loaded already.") from known
        db.session.commit()
        click.echo(
            f"{project.code}: {len(project.activities)} activities, {sum(len(a.indicators) for a in project.activities)} indicators"
        )


@click.group()
def keys() -> None:
    """Signing keys."""


@keys.command("list")
def keys_list() -> None:
    """Print the identifier of every public key whose seals are genuine; the first signs now."""
    for place, identifier in enumerate(own_keyring(settings_of(application())).public_keys):
        click.echo(f"{identifier.hex()}  {'signs now' if place == 0 else 'earlier'}")


@keys.command("rotate")
def keys_rotate() -> None:
    """Sign with a new key from now on, or make the first; seals of earlier keys stay genuine."""
    settings = settings_of(application())
    path = key_file(settings)
    rotate_key(path) if path.exists() else make_key(path)
    click.echo(f"{path}: {next(iter(own_keyring(settings).public_keys)).hex()} signs now")

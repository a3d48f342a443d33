"""`trainer user`, `plan` and `keys`: who may sign in, what was promised, and what seals."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.cli.context import CommandRefused, build_application, get_app_settings, require_keyring
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.keys import create_signing_key, get_signing_key_path, rotate_signing_key
from trainer.projects.plan import PlanAlreadyImported, PlanInvalid, import_plan, read_plan

FIRST_ORGANIZER_EMAIL = "organizer@example.org"


@click.group()
def user() -> None:
    """Organizers' accounts."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk")
def add_organizer(email: str, name: str, language: str) -> None:
    """Make an organizer's account and print a sign-in link for it."""
    print_sign_in_link(email, name, language, must_exist=False)


@user.command("link")
@click.argument("email", default=FIRST_ORGANIZER_EMAIL)
def create_organizer_link(email: str) -> None:
    """Print a link that signs an organizer in once, for a day."""
    print_sign_in_link(email, "", "kk", must_exist=True)


def print_sign_in_link(email: str, name: str, language: str, must_exist: bool) -> None:
    """Make a link and print it."""
    app = build_application()
    with app.app_context():
        known = db.session.scalar(select(User).where(User.email == email.strip().casefold()))
        if must_exist and known is None:
            raise CommandRefused(f"There is no account {email}; make one with `trainer user add {email}`.")
        account = get_or_create_organizer(db.session(), email, name, language)
        link = create_sign_in_link(db.session(), account, now())
        db.session.commit()
        click.echo(f"{get_app_settings(app).address}/desk/sign-in/{link}")


@click.group()
def plan() -> None:
    """Monitoring plans."""


@plan.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_plan_file(file: Path) -> None:
    """List what is wrong with a plan; exit 1 where something is."""
    try:
        read_plan(file.read_bytes())
    except PlanInvalid as wrong:
        click.echo("\n".join(wrong.problems))
        sys.exit(1)
    click.echo("The plan is in order.")


@plan.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_plan_file(file: Path) -> None:
    """Load a plan; its dates stay as they are."""
    with build_application().app_context():
        try:
            project = import_plan(db.session(), read_plan(file.read_bytes()))
        except PlanInvalid as wrong:
            click.echo("\n".join(wrong.problems))
            sys.exit(1)
        except PlanAlreadyImported as known:
            raise CommandRefused(f"The plan {known} is loaded already.") from known
        db.session.commit()
        click.echo(
            f"{project.code}: {len(project.activities)} activities, {sum(len(a.indicators) for a in project.activities)} indicators"
        )


@click.group()
def keys() -> None:
    """Signing keys."""


@keys.command("list")
def list_signing_keys() -> None:
    """Print the identifier of every public key whose seals are genuine; the first signs now."""
    for place, identifier in enumerate(require_keyring(get_app_settings(build_application())).public_keys):
        click.echo(f"{identifier.hex()}  {'signs now' if place == 0 else 'earlier'}")


@keys.command("rotate")
def replace_signing_key() -> None:
    """Sign with a new key from now on, or make the first; seals of earlier keys stay genuine."""
    settings = get_app_settings(build_application())
    path = get_signing_key_path(settings)
    rotate_signing_key(path) if path.exists() else create_signing_key(path)
    click.echo(f"{path}: {next(iter(require_keyring(settings).public_keys)).hex()} signs now")

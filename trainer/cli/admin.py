"""`trainer user`, `trainer plan` and `trainer keys`: administration of organizers, plans and signing keys."""

import sys
from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy import select

from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.cli.context import CommandRefused, build_application, get_app_settings, require_keyring
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.keys import create_signing_key, get_signing_key_path, rotate_signing_key
from trainer.projects.importing.drafts import create_plan_draft
from trainer.projects.importing.files import UNREADABLE, format_plan_counts, read_plan_file
from trainer.projects.importing.wording import explain_unreadable_file, format_doubt_question
from trainer.projects.plan import PlanAlreadyImported, PlanInvalid, import_plan, read_plan
from trainer.projects.spreadsheet.template import render_plan_workbook

FIRST_ORGANIZER_EMAIL = "organizer@example.org"


@click.group("user")
def manage_users() -> None:
    """Manage organizers' accounts."""


@manage_users.command("add")
@click.argument("email")
@click.option("--name", default="")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk")
def add_organizer(email: str, name: str, language: str) -> None:
    """Create an organizer's account and print a sign-in link for it."""
    print_sign_in_link(email, name, language, must_exist=False)


@manage_users.command("link")
@click.argument("email", default=FIRST_ORGANIZER_EMAIL)
def create_organizer_link(email: str) -> None:
    """Print a link that signs an organizer in once, valid for a day."""
    print_sign_in_link(email, "", "kk", must_exist=True)


def print_sign_in_link(email: str, name: str, language: str, must_exist: bool) -> None:
    """Create a sign-in link and print its URL. Raises CommandRefused if the account must exist and does not."""
    app = build_application()
    with app.app_context():
        user_with_email = db.session.scalar(select(User).where(User.email == email.strip().casefold()))
        if must_exist and user_with_email is None:
            raise CommandRefused(f"There is no account {email}; make one with `trainer user add {email}`.")
        account = get_or_create_organizer(db.session(), email, name, language)
        link = create_sign_in_link(db.session(), account, now())
        db.session.commit()
        click.echo(f"{get_app_settings(app).address}/desk/sign-in/{link}")


@click.group("plan")
def manage_plans() -> None:
    """Check and import monitoring plans."""


@manage_plans.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_plan_file(file: Path) -> None:
    """Print how much a plan contains (Word annex, XLSX or YAML), and its doubts; exit code 1 if it can't be read."""
    with build_application().app_context(), force_locale("en"):
        plan = read_plan_or_exit(file)
        click.echo(format_plan_counts(plan))
        for doubt in plan["doubts"]:
            click.echo(f"{doubt['code']}: {format_doubt_question(doubt)}", err=True)


@manage_plans.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_plan_file(file: Path) -> None:
    """Import a plan with its dates unchanged: YAML as a project, anything else as a draft to be checked in the browser."""
    app = build_application()
    with app.app_context(), force_locale("en"):
        plan = read_plan_or_exit(file)
        if not plan.get("is_stated"):
            draft = create_plan_draft(db.session(), plan, file.name, now())
            db.session.commit()
            click.echo(
                f"{format_plan_counts(plan)}\nGo on at {get_app_settings(app).address}/desk/plan/drafts/{draft.id}"
            )
            return
        try:
            project = import_plan(db.session(), read_plan(file.read_bytes()))
        except PlanAlreadyImported as error:
            raise CommandRefused(f"The plan {error} is loaded already.") from error
        db.session.commit()
        click.echo(
            f"{project.code}: {len(project.activities)} activities, {sum(len(a.indicators) for a in project.activities)} indicators"
        )


@manage_plans.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="plan.xlsx")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="kk")
def write_plan_template(file: Path, language: str) -> None:
    """Write the empty workbook for a plan."""
    if file.exists():
        raise CommandRefused(f"{file} exists already.")
    with build_application().app_context(), force_locale(language):
        file.write_bytes(render_plan_workbook(None, "Plan"))
    click.echo(str(file))


def read_plan_or_exit(file: Path) -> dict[str, Any]:
    """Return the plan of a file; print why it can't be read and exit with 1."""
    try:
        return read_plan_file(file.read_bytes(), file.name)
    except PlanInvalid as invalid:
        click.echo("\n".join(invalid.problems))
    except UNREADABLE as unreadable:
        click.echo(explain_unreadable_file(unreadable))
    sys.exit(1)


@click.group("keys")
def manage_keys() -> None:
    """List and replace signing keys."""


@manage_keys.command("list")
def list_signing_keys() -> None:
    """Print the identifiers of all public keys whose seals are valid; the first one signs now."""
    for index, identifier in enumerate(require_keyring(get_app_settings(build_application())).public_keys):
        click.echo(f"{identifier.hex()}  {'signs now' if index == 0 else 'earlier'}")


@manage_keys.command("rotate")
def replace_signing_key() -> None:
    """Create a new signing key, or the first one. Seals of earlier keys stay valid."""
    settings = get_app_settings(build_application())
    path = get_signing_key_path(settings)
    rotate_signing_key(path) if path.exists() else create_signing_key(path)
    click.echo(f"{path}: {next(iter(require_keyring(settings).public_keys)).hex()} signs now")

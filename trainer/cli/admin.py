"""`trainer user`, `trainer plan` and `trainer keys`: administration of organizers, plans and signing keys."""

import sys
from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy import select

from trainer import audit
from trainer.accounts.memberships import LastOwner, add_membership, find_membership, remove_membership
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.cli.context import CommandRefused, build_application, get_app_settings, require_keyring
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.issuance.keys import create_signing_key, get_signing_key_path, rotate_signing_key
from trainer.passkeys.account_passkeys import list_passkeys
from trainer.projects.importing.drafts import create_plan_draft
from trainer.projects.importing.files import UNREADABLE, format_plan_counts, read_plan_file
from trainer.projects.importing.wording import explain_unreadable_file, format_doubt_question
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects, find_first_user
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
        audit.set_actor(db.session(), "command", "trainer user")
        if must_exist:
            get_user(email)
        account = get_or_create_organizer(db.session(), email, name, language)
        claim_ownerless_projects(db.session(), now())
        link = create_sign_in_link(db.session(), account, now())
        db.session.commit()
        click.echo(f"{get_app_settings(app).address}/desk/sign-in/{link}")


@manage_users.command("list")
def list_users() -> None:
    """List accounts, one a line, with the roles in the projects."""
    with build_application().app_context():
        codes = {project.id: project.code for project in db.session.scalars(select(Project))}
        for user in db.session.scalars(select(User).order_by(User.id)):
            roles = [
                f"{codes[own.project_id]}:{own.role}{' (suspended)' if own.suspended else ''}"
                for own in user.memberships
            ]
            click.echo("\t".join((user.email, user.name, *roles)))


@manage_users.command("role")
@click.argument("email")
@click.argument("project_code")
@click.argument("role", type=click.Choice([*(role.value for role in ProjectRole), "none"]))
def change_user_role(email: str, project_code: str, role: str) -> None:
    """Set the ROLE of an account in the project with this code; "none" removes it from the project."""
    with build_application().app_context():
        session = db.session()
        audit.set_actor(session, "command", "trainer user role")
        user, project = get_user(email), session.scalar(select(Project).where(Project.code == project_code))
        if project is None:
            raise CommandRefused(f"There is no project {project_code}.")
        audit.set_default_scope(session, project.id, None)
        membership = find_membership(session, project.id, user.id)
        try:
            if role != "none":
                add_membership(session, user, project.id, ProjectRole(role), now())
            elif membership is not None:
                remove_membership(session, membership)
        except LastOwner as error:
            raise CommandRefused(f"{email} is the only owner of {project_code}; make another one first.") from error
        session.commit()


@manage_users.command("suspend")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let the account sign in again.")
def suspend_user(email: str, undo: bool) -> None:
    """Close an account everywhere and sign it out."""
    with build_application().app_context():
        audit.set_actor(db.session(), "command", "trainer user suspend")
        get_user(email).active = undo
        db.session.commit()


@manage_users.command("remove-passkeys")
@click.argument("email")
def remove_passkeys(email: str) -> None:
    """Remove all passkeys of an account, such as those of a lost phone."""
    with build_application().app_context():
        session = db.session()
        audit.set_actor(session, "command", "trainer user remove-passkeys")
        passkeys = list_passkeys(session, get_user(email).id)
        for passkey in passkeys:
            session.delete(passkey)
        session.commit()
        click.echo(f"{len(passkeys)} removed")


def get_user(email: str) -> User:
    """Return the account with an e-mail address. Raises CommandRefused."""
    user = db.session.scalar(select(User).where(User.email == email.strip().casefold()))
    if user is None:
        raise CommandRefused(f"There is no account {email}; make one with `trainer user add {email}`.")
    return user


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
            draft = create_plan_draft(db.session(), find_first_user(db.session()), plan, file.name, now())
            db.session.commit()
            click.echo(
                f"{format_plan_counts(plan)}\nGo on at {get_app_settings(app).address}/desk/plan/drafts/{draft.id}"
            )
            return
        try:
            project = import_plan(db.session(), read_plan(file.read_bytes()))
            claim_ownerless_projects(db.session(), now())
            audit.record(db.session(), "imported", project)
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

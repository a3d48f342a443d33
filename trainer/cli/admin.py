"""`trainer user`, `trainer plan` and `trainer keys`: administration of organizers, plans and signing keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy import select

from trainer import audit
from trainer.accounts.memberships import (
    LastOwner,
    add_membership,
    find_membership,
    remove_membership,
    suspend_membership,
)
from trainer.accounts.models import Membership, ProjectRole, User
from trainer.accounts.permissions import ACCOUNT_ROLES
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.cli.context import CommandRefused, build_application, get_app_settings, require_keyring
from trainer.clock import now
from trainer.colleagues.invitations import create_invitation
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

ROLE_CHOICE = click.Choice([role.value for role in ACCOUNT_ROLES])
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


@manage_users.command("invite")
@click.argument("project_code")
@click.argument("role", type=ROLE_CHOICE)
@click.option("--name", default="", help="For whom the link is.")
def invite_user(project_code: str, role: str, name: str) -> None:
    """Print a link with which somebody joins the project with this code in a ROLE, once, within a week."""
    app = build_application()
    with app.app_context():
        session, project = db.session(), open_project(project_code, "invite")
        token = create_invitation(session, project, ProjectRole(role), name, None, now())
        session.commit()
        click.echo(f"{get_app_settings(app).address}/invitation/{token}")


@manage_users.command("role")
@click.argument("email")
@click.argument("project_code")
@click.argument("role", type=ROLE_CHOICE)
def change_user_role(email: str, project_code: str, role: str) -> None:
    """Set the ROLE of an account in the project with this code."""
    with build_application().app_context():
        project, user = open_project(project_code, "role"), get_user(email)
        with refusing_last_owner(email, project):
            add_membership(db.session(), user, project.id, ProjectRole(role), now())
        db.session.commit()


@manage_users.command("remove")
@click.argument("email")
@click.argument("project_code")
def remove_user(email: str, project_code: str) -> None:
    """Remove an account from the project with this code. The account stays."""
    with build_application().app_context():
        project = open_project(project_code, "remove")
        membership = get_membership(email, project)
        audit.record(db.session(), "removed", membership)
        with refusing_last_owner(email, project):
            remove_membership(db.session(), membership)
        db.session.commit()


@manage_users.command("suspend")
@click.argument("email")
@click.option("--project", "project_code", default="", help="Only in the project with this code.")
@click.option("--undo", is_flag=True, help="Give the access back.")
def suspend_user(email: str, project_code: str, undo: bool) -> None:
    """Close an account everywhere and sign it out, or suspend it in one project."""
    with build_application().app_context():
        if project_code:
            project = open_project(project_code, "suspend")
            suspend_in_project(email, project, undo)
        else:
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


def suspend_in_project(email: str, project: Project, undo: bool) -> None:
    """Suspend an account in a project, or give the access back. Raises CommandRefused."""
    membership = get_membership(email, project)
    audit.record(db.session(), "reinstated" if undo else "suspended", membership)
    if undo:
        membership.suspended = False
        return
    with refusing_last_owner(email, project):
        suspend_membership(db.session(), membership)


def open_project(code: str, command: str) -> Project:
    """Return the project with a code, which the changes of a command belong to. Raises CommandRefused."""
    audit.set_actor(db.session(), "command", f"trainer user {command}")
    project = db.session.scalar(select(Project).where(Project.code == code))
    if project is None:
        raise CommandRefused(f"There is no project {code}.")
    audit.set_default_scope(db.session(), project.id, None)
    return project


def get_membership(email: str, project: Project) -> Membership:
    """Return the membership of an account in a project. Raises CommandRefused."""
    membership = find_membership(db.session(), project.id, get_user(email).id)
    if membership is None:
        raise CommandRefused(f"{email} has no role in {project.code}.")
    return membership


@contextmanager
def refusing_last_owner(email: str, project: Project) -> Iterator[None]:
    """Refuse the command where it would leave a project without an owner."""
    try:
        yield
    except LastOwner as error:
        raise CommandRefused(f"{email} is the only owner of {project.code}; make another one first.") from error


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

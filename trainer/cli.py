"""The command `trainer`: running a copy, bringing its database up, accounts, plans, and a look at the settings."""

import socket
import sys
import threading
import time
from dataclasses import Field, fields
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
from flask import Flask
from flask_migrate import upgrade as migrate_up
from sqlalchemy import inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.sign_in import make_link, organizer_named
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.keys import key_file, make_key
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.views import press
from trainer.projects.plan import PlanKnown, PlanProblem, import_plan, read_plan
from trainer.seminars.opening import announced_seminars, is_open
from trainer.settings import NAMES, SettingError, Settings, read_file

FIRST_ORGANIZER = "organizer@example.org"


class Refused(click.ClickException):
    """Something can't be done as asked; exit code 2, as for wrong use."""

    exit_code = 2


def application() -> Flask:
    """Make the application, turning a wrong setting into a sentence."""
    try:
        return create_app()
    except SettingError as error:
        raise Refused(str(error)) from error


def settings_of(app: Flask) -> Settings:
    """The settings of an application."""
    settings: Settings = app.extensions["settings"]
    return settings


@click.group()
def main() -> None:
    """Run seminars from the registration link to the certificate that anyone can check."""


@main.command()
@click.option("--empty", is_flag=True, help="Start a new database without the example project.")
def run(empty: bool) -> None:
    """Bring the database up, load the example into a new one, and serve."""
    app = application()
    settings = settings_of(app)
    refuse_taken_port(settings)
    with app.app_context():
        prepare(app, example=not empty)
        lines = where_to_go(settings)
    threading.Thread(target=announce, args=(settings, lines), daemon=True).start()
    serve(app, settings)


def refuse_taken_port(settings: Settings) -> None:
    """Say in words that the port is taken, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Refused(
                f"{settings.host}:{settings.port} can't be used ({error.strerror}); choose another with PORT=8001"
            ) from error


def prepare(app: Flask, example: bool) -> None:
    """Bring the database to the present state; the example goes only into a database that did not exist."""
    fresh = not inspect(db.engine).get_table_names()
    migrate_up()
    if fresh:
        organizer_named(db.session(), FIRST_ORGANIZER, name="Ұйымдастырушы")
        if example:
            click.echo("A new database: loading the example project …")
            load_example(db.session(), press(settings_of(app)), now())
    db.session.commit()


def where_to_go(settings: Settings) -> list[str]:
    """One address for each kind of user."""
    session = db.session()
    user = session.scalar(select(User).where(User.active).order_by(User.id)) or organizer_named(
        session, FIRST_ORGANIZER
    )
    link = make_link(session, user, now())
    session.commit()
    opened = next((each for each in announced_seminars(session) if is_open(each, now())), None)
    issued = session.scalar(
        select(IssuedCertificate)
        .where(IssuedCertificate.state == "valid")
        .order_by(IssuedCertificate.id.desc())
        .limit(1)
    )
    trainee = f"/s/{opened.slug}/register" if opened else "/"
    verifier = f"/v/{issued.code}" if issued else "/verify"
    places = {"organizer": f"/desk/sign-in/{link}", "trainee": trainee, "verifier": verifier}
    return [f"{who} {settings.address}{place}" for who, place in places.items()]


def announce(settings: Settings, lines: list[str]) -> None:
    """Print where to go once the server answers."""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0") else settings.host  # noqa: S104
    for _attempt in range(200):
        try:
            with urlopen(f"http://{host}:{settings.port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    break
        except OSError:
            time.sleep(0.05)
    click.echo("\n".join(lines))
    sys.stdout.flush()


def serve(app: Flask, settings: Settings) -> None:
    """Answer requests until stopped."""
    from waitress import serve as waitress_serve

    waitress_serve(app, host=settings.host, port=settings.port, threads=settings.threads, ident="trainer")


@main.command()
def upgrade() -> None:
    """Bring the database to the present state."""
    app = application()
    with app.app_context():
        migrate_up()
    click.echo("The database is up to date.")


@main.command()
def example() -> None:
    """Load the example project into a database that does not exist yet."""
    app = application()
    with app.app_context():
        if inspect(db.engine).get_table_names():
            raise Refused("The example goes only into a new database; this one exists.")
        prepare(app, example=True)
    click.echo("The example is loaded.")


@main.command()
def doctor() -> None:
    """Print every setting, where it comes from, and whether what it names answers."""
    import os

    settings = settings_of(application())
    in_file = read_file(settings.instance / "trainer.cfg")
    for each in fields(Settings):
        name = each.name.upper()
        source = "environment" if os.environ.get(name) else "trainer.cfg" if name in in_file else "default"
        click.echo(f"{name} = {shown(each, settings)}  [{source}]  {NAMES[name].metadata['meaning']}")
    findings = list(ailments(settings))
    for finding in findings:
        click.echo(f"! {finding}")
    sys.exit(1 if findings else 0)


def shown(setting: Field[Any], settings: Settings) -> Any:
    """Give what may be printed of a setting: no secret, no password of a database."""
    value = getattr(settings, setting.name)
    if setting.repr or not value:
        return value
    return make_url(value) if setting.name == "database_url" else "(kept secret)"


def ailments(settings: Settings) -> list[str]:
    """Name what does not work, or works on this machine only."""
    found = []
    app = create_app(settings)
    with app.app_context():
        try:
            db.session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            found.append(f"The database does not answer: {error.__class__.__name__}: {str(error.__cause__)[:200]}")
    if not settings.public:
        found.append(
            "BASE_URL is not an https address: certificates outside the example can't be issued, and cameras work on this machine only."
        )
    if not key_file(settings).exists() and (settings.signing_key_file or not settings.sqlite):
        found.append(f"There is no signing key at {key_file(settings)}: make one with `trainer keys rotate`.")
    return found


@main.group()
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


@main.group()
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


@main.group()
def keys() -> None:
    """Signing keys."""


@keys.command("rotate")
def keys_rotate() -> None:
    """Make the signing key."""
    settings = settings_of(application())
    if key_file(settings).exists():
        raise Refused(f"There is a key already: {key_file(settings)}")
    make_key(key_file(settings))
    click.echo(str(key_file(settings)))


if __name__ == "__main__":
    main()

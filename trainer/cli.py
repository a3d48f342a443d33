"""The command `trainer`: running a copy, bringing its database up, accounts, plans, keys, certificates, and a look at the settings."""

import json
import signal
import socket
import sys
import threading
import time
from dataclasses import Field, fields
from pathlib import Path
from typing import IO, Any
from urllib.request import urlopen

import click
from flask import Flask
from flask_migrate import upgrade as migrate_up
from sqlalchemy import inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from certificates import (
    CertificateError,
    Finding,
    Keyring,
    MalformedKey,
    inspect_pdf,
    inspect_text,
    lines_of,
    public_keys_of,
    register_of,
)
from trainer import create_app, jobs_of
from trainer.accounts.models import User
from trainer.accounts.sign_in import make_link, organizer_named
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.export import exported_register
from trainer.issuing.issuance import PORTION, AddressNotPublic, CannotPrint, issue_certificates
from trainer.issuing.keys import NoSigningKey, key_file, keyring, make_key, rotate_key
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.press import press, signer_of
from trainer.messages.mail import MailServer, ServerDown
from trainer.projects.plan import PlanKnown, PlanProblem, import_plan, read_plan
from trainer.seminars.models import Seminar
from trainer.seminars.opening import announced_seminars, is_open
from trainer.serving import serve
from trainer.settings import NAMES, SettingError, Settings, read_file
from trainer.tasks import run_jobs, run_once
from trainer.verification.freezing import NotEmpty, freeze

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
@click.option("--no-jobs", is_flag=True, help="Send no messages: `trainer jobs` runs elsewhere.")
def run(empty: bool, no_jobs: bool) -> None:
    """Bring the database up, load the example into a new one, serve, and send messages."""
    app = application()
    settings = settings_of(app)
    refuse_taken_port(settings)
    with app.app_context():
        prepare(app, example=not empty)
        lines = where_to_go(settings)
    threading.Thread(target=announce, args=(settings, lines), daemon=True).start()
    stop = threading.Event()
    worker = threading.Thread(target=run_jobs, args=(app, () if no_jobs else jobs_of(settings), stop), daemon=True)
    worker.start()
    try:
        serve(app, settings.host, settings.port, settings.threads, bool(settings.trusted_proxies))
    finally:
        stop.set()
        worker.join(timeout=10)


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


@main.command()
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def jobs(once: bool) -> None:
    """Work beside the server until stopped: offers that lapse, letters, reminders, mail."""
    app, stop = application(), threading.Event()
    work = jobs_of(settings_of(app))
    if once:
        sys.exit(0 if run_once(app, work) else 1)
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda *_signal: stop.set())
    run_jobs(app, work, stop)


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
    return make_url(value) if setting.name in ("database_url", "smtp_url") else "(kept secret)"


def ailments(settings: Settings) -> list[str]:
    """Name what does not work, or works on this machine only."""
    found = []
    app = create_app(settings)
    with app.app_context():
        try:
            db.session.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            found.append(f"The database does not answer: {error.__class__.__name__}: {str(error.__cause__)[:200]}")
    try:
        signer_of(settings)
    except (MalformedKey, OSError, ImportError) as error:
        found.append(f"SIGNATURE_FILE can't be used: {error}")
    if settings.smtp_url:
        try:
            with MailServer.of(settings.smtp_url).connected():
                pass
        except ServerDown as error:
            found.append(f"The mail server does not answer: {error}")
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


def own_keyring(settings: Settings) -> Keyring:
    """Load this copy's keys, or say in a sentence what is wrong with them."""
    try:
        return keyring(settings)
    except NoSigningKey as error:
        raise Refused(f"There is no signing key at {error}: make one with `trainer keys rotate`.") from error
    except MalformedKey as error:
        raise Refused(f"{key_file(settings)}: {error}") from error


@main.group()
def certificates() -> None:
    """Issuing, checking and exporting certificates."""


@certificates.command("issue")
@click.argument("slug")
def certificates_issue(slug: str) -> None:
    """Issue to everybody who qualifies in the seminar with this SLUG; what was cut goes on where it stopped."""
    app = application()
    with app.app_context():
        session = db.session()
        seminar = session.scalar(select(Seminar).where(Seminar.slug == slug))
        if seminar is None or not seminar.has_certificate:
            raise Refused(f"There is no seminar {slug} with certificates.")
        own_keyring(settings_of(app))
        done = 0
        while True:
            try:
                portion = issue_certificates(session, seminar, press(settings_of(app)), now(), PORTION)
            except AddressNotPublic as error:
                raise Refused(f"{error} is no public https address: set BASE_URL first.") from error
            except CannotPrint as stopped:
                for name, problem in stopped.problems:
                    click.echo(f"{name}: {problem.field} {problem.text} {problem.characters}")
                sys.exit(1)
            session.commit()
            done += len(portion.issued)
            click.echo(f"{done} issued, {portion.waiting} waiting")
            if not portion.waiting:
                return


@certificates.command("verify")
@click.argument("subject")
@click.option(
    "--keys",
    "key_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JWK Set or PEM; default: this copy's keys.",
)
@click.option(
    "--register",
    "register_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A register from `trainer certificates export`.",
)
def certificates_verify(subject: str, key_path: Path | None, register_path: Path | None) -> None:
    """Check what a QR says, or a PDF: SUBJECT is the text or the file.

    Exit 0: valid by the register, or (a text without --register) genuine. Exit 1: whatever is not to be trusted unseen. That is
    also `sealed`, all that keys can say of a PDF: the seal in it is genuine, its name and facts are printed to compare them with
    the page, but only --register knows whether the file is the one that was issued.
    """
    try:
        keys = (
            public_keys_of(key_path.read_bytes()) if key_path else own_keyring(settings_of(application())).public_keys
        )
        register = register_of(register_path.read_bytes()) if register_path else None
    except CertificateError as error:
        raise Refused(str(error)) from error
    path, moment = Path(subject), now()
    if "#" not in subject and path.is_file():
        found = inspect_pdf(path.read_bytes(), keys, register, moment)
    else:
        found = inspect_text(subject, keys, register, moment)
    click.echo("\n".join(lines_of(found)))
    sys.exit(0 if found.finding in (Finding.VALID, Finding.GENUINE) else 1)


@certificates.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def certificates_export(file: IO[str]) -> None:
    """Write the register without names or codes, with the public keys, for `certificates verify --register`."""
    app = application()
    settings = settings_of(app)
    with app.app_context():
        found = exported_register(db.session(), own_keyring(settings), settings.host_name, now())
    json.dump(found, file, indent=1)
    file.write("\n")


@main.command("freeze")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def freeze_site(folder: Path) -> None:
    """Write a static site into FOLDER that keeps verifying from any web space when this server is gone."""
    app = application()
    settings = settings_of(app)
    with app.app_context():
        try:
            count = freeze(db.session(), settings, own_keyring(settings), folder, now())
        except NotEmpty as error:
            raise Refused(f"{error} is not empty.") from error
    click.echo(f"{count} certificates; serve {folder} under https://{settings.host_name}")


if __name__ == "__main__":
    main()

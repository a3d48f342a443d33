"""`trainer run`, `jobs`, `upgrade` and `example`: starting and maintaining a deployment."""

import os
import signal
import socket
import sys
import threading
import time
from urllib.request import urlopen

import click
from flask import Flask
from sqlalchemy import inspect, select

from trainer import build_jobs
from trainer.accounts.models import User
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.cli.admin import FIRST_ORGANIZER_EMAIL
from trainer.cli.context import (
    CommandRefused,
    build_application,
    describe_signature_problem,
    get_app_settings,
    require_keyring,
    require_signer,
)
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import IssuedCertificate
from trainer.projects.ownership import claim_ownerless_projects
from trainer.schema import is_schema_current, upgrade_schema
from trainer.seminars.registration_window import is_registration_open, list_announced_seminars
from trainer.serving.balance import PLACES, Balance
from trainer.serving.reload import LISTENER_OPTION, Reload, replace_process, take_over_listener
from trainer.serving.server import open_listener, serve_app
from trainer.serving.supervisor import Supervisor, build_trainer_command, end_with_parent
from trainer.settings import SettingInvalid, Settings, list_cores, read_settings
from trainer.tasks import run_jobs, run_jobs_once


@click.command("run")
@click.option("--empty", is_flag=True, help="Start a new database without the example project.")
@click.option("--no-jobs", is_flag=True, help="Send no messages: `trainer jobs` runs elsewhere.")
@click.option(LISTENER_OPTION, type=int, hidden=True)
def run_server(empty: bool, no_jobs: bool, listener: int | None) -> None:
    """Upgrade the database, load the example into a new one, serve, and run the background jobs."""
    app = build_application()
    settings = get_app_settings(app)
    with listen_or_refuse(settings) if listener is None else take_over_listener(listener) as port:
        with app.app_context():
            prepare_database(app, with_example=not empty)
            lines = list_start_addresses(settings)
        signature_problem = describe_signature_problem(app)
        if signature_problem:  # checking certificates must go on
            click.echo(f"! {signature_problem}")
        close_connections(app)
        threading.Thread(target=print_when_reachable, args=(settings, lines), daemon=True).start()
        if settings.worker_count > 1:
            build_supervisor(port, with_jobs=not no_jobs).run()
        else:
            serve_with_jobs(app, settings, port, with_jobs=not no_jobs)


def close_connections(app: Flask) -> None:
    """Close the connections to the database, which the supervisor does not need."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def serve_with_jobs(app: Flask, settings: Settings, listener: socket.socket, with_jobs: bool) -> None:
    """Serve with one process, in a thread of which the background jobs run. On SIGHUP it replaces itself."""
    stop, cores = threading.Event(), set(list_cores())
    jobs = build_jobs(settings) if with_jobs else ()
    worker = threading.Thread(target=run_jobs, args=(app, jobs, stop), daemon=True)
    worker.start()
    reload = Reload(build_trainer_command("serve", "--trial"))
    try:
        waiting = serve_app(app, listener, settings.threads, bool(settings.trusted_proxies), reload=reload)
    finally:
        stop.set()
        worker.join(timeout=10)
    if waiting is not None:
        replace_process(waiting, cores)


def build_supervisor(listener: socket.socket, with_jobs: bool) -> Supervisor:
    """Return the supervisor of WORKERS server processes."""
    return Supervisor(
        listener, build_server_commands, build_trainer_command("jobs", "--supervised") if with_jobs else None
    )


def build_server_commands() -> list[list[str]]:
    """Return the command of each server process, with a CPU core of its own as far as there are enough.

    If the settings can't be read, there is one for each core: the processes say themselves what is wrong.
    """
    cores = list_cores()
    try:
        count = read_settings().worker_count
    except SettingInvalid:
        count = len(cores)
    descriptors = ("--listener", "{listener}", "--ready", "{ready}", "--balance", "{balance}")
    return [
        build_trainer_command("serve", *descriptors, "--place", str(number), "--core", str(cores[number % len(cores)]))
        for number in range(min(count, PLACES))
    ]


@click.command("serve", hidden=True)
@click.option("--listener", type=int, default=-1, help="File descriptor of the listening socket.")
@click.option("--ready", type=int, default=-1, help="File descriptor to write a byte to once requests are answered.")
@click.option("--balance", type=int, default=-1, help="File descriptor of the numbers of connections.")
@click.option("--place", type=int, default=0, help="Number among the server processes.")
@click.option("--core", type=int, help="Number of the CPU core.")
@click.option("--trial", is_flag=True, help="Only say whether the application starts.")
def serve_supervised(listener: int, ready: int, balance: int, place: int, core: int | None, trial: bool) -> None:
    """Serve as one of several processes that `trainer run` starts."""
    app = build_application()
    if trial:
        return
    end_with_parent()
    settings = get_app_settings(app)
    with app.app_context():
        require_current_schema()

    def report_ready() -> None:
        os.write(ready, b"1")
        os.close(ready)

    with socket.socket(fileno=listener) as inherited:
        behind_proxy = bool(settings.trusted_proxies)
        serve_app(app, inherited, settings.threads, behind_proxy, core, report_ready, balance=Balance(balance, place))


def require_current_schema() -> None:
    """Raise CommandRefused if the database has another schema than this code, as after the installation of a new version."""
    if not is_schema_current():
        raise CommandRefused("This version has another database schema: stop trainer and start it again.")


def listen_or_refuse(settings: Settings) -> socket.socket:
    """Return the socket on which the server listens. Raises CommandRefused if its port can't be used."""
    try:
        return open_listener(settings.host, settings.port)
    except OSError as error:
        raise CommandRefused(
            f"{settings.host}:{settings.port} can't be used ({error.strerror}); choose another with PORT=8001"
        ) from error


def prepare_database(app: Flask, with_example: bool) -> None:
    """Upgrade the database; create the first organizer, and the example if asked for, in a new one.

    Raises CommandRefused, before any table exists, if the example's certificates can't be sealed or signed.
    """
    is_new = not inspect(db.engine).get_table_names()
    if is_new and with_example:
        require_keyring(get_app_settings(app))
        require_signer(app)
    upgrade_schema()
    if is_new:
        get_or_create_organizer(db.session(), FIRST_ORGANIZER_EMAIL)
        if with_example:
            click.echo("A new database: loading the example project …")
            load_example(db.session(), build_issuing_context(get_app_settings(app)), now())
    claim_ownerless_projects(db.session(), now())
    db.session.commit()


def list_start_addresses(settings: Settings) -> list[str]:
    """Return one line with a working URL each for organizer, trainee and verifier."""
    session = db.session()
    user = session.scalar(select(User).where(User.active).order_by(User.id)) or get_or_create_organizer(
        session, FIRST_ORGANIZER_EMAIL
    )
    link = create_sign_in_link(session, user, now())
    session.commit()
    open_seminar = next(
        (seminar for seminar in list_announced_seminars(session) if is_registration_open(seminar, now())), None
    )
    certificate = session.scalar(
        select(IssuedCertificate)
        .where(IssuedCertificate.status == "valid")
        .order_by(IssuedCertificate.id.desc())
        .limit(1)
    )
    trainee = f"/s/{open_seminar.slug}/register" if open_seminar else "/"
    verifier = f"/v/{certificate.code}" if certificate else "/verify"
    paths = {"organizer": f"/desk/sign-in/{link}", "trainee": trainee, "verifier": verifier}
    return [f"{role} {settings.address}{path}" for role, path in paths.items()]


def print_when_reachable(settings: Settings, lines: list[str]) -> None:
    """Print the lines, and how to stop and start over, once the server answers, at the latest after 200 attempts."""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0") else settings.host  # noqa: S104
    for _attempt in range(200):
        try:
            with urlopen(f"http://{host}:{settings.port}/healthz", timeout=2) as response:
                if response.status == 200:
                    break
        except OSError:
            time.sleep(0.05)
    click.echo("\n".join(lines))
    click.echo(
        "Stop: Ctrl+C. Upgrade: stop, install the new version, start again.\n"
        f"Start over: stop, then delete {settings.instance} with its database, keys and files."
    )
    sys.stdout.flush()


@click.command("jobs")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option("--supervised", is_flag=True, hidden=True)
def run_worker(once: bool, supervised: bool) -> None:
    """Run the background jobs until stopped: offers, notifications, reminders, e-mail."""
    app, stop = build_application(), threading.Event()
    if supervised:
        end_with_parent()
    work = build_jobs(get_app_settings(app))
    if once:
        sys.exit(0 if run_jobs_once(app, work) else 1)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_signal: stop.set())
    run_jobs(app, work, stop)


@click.command("upgrade")
def upgrade_database() -> None:
    """Upgrade the database to the current schema."""
    app = build_application()
    with app.app_context():
        upgrade_schema()
    click.echo("The database is up to date.")


@click.command("example")
def load_example_project() -> None:
    """Load the example project into a new database."""
    app = build_application()
    with app.app_context():
        if inspect(db.engine).get_table_names():
            raise CommandRefused("The example goes only into a new database; this one exists.")
        prepare_database(app, with_example=True)
    click.echo("The example is loaded.")

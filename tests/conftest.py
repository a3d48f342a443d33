"""Fixtures: a migrated copy of the application on each database, the cast, a clock that stands where the test wants it."""

import gc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from tests import databases
from tests.factories import NOON, create_project, create_seminar
from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer, run_smtp_server
from tests.visitor import Visitor, sign_in_organizer
from trainer import create_app
from trainer.extensions import db, limiter
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.settings import Settings

# No test fails because a machine was slow; what a fixture gives is the same for every example.
hypothesis.settings.register_profile(
    "trainer",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("trainer")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated SQLite database and compiled catalogues."""
    folder = tmp_path_factory.mktemp("template") / "instance"
    databases.create_migrated_instance(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated PostgreSQL database."""
    with databases.open_postgresql_database(tmp_path_factory.mktemp("server")) as address:
        folder = databases.copy_instance(sqlite_template, tmp_path_factory.mktemp("template") / "instance")
        yield databases.create_migrated_instance(folder, databases.disable_synchronous_commit(address))


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The pages, compiled once for all copies."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def deployment(
    request: pytest.FixtureRequest, sqlite_template: Path, compiled_pages: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """A copy of the application on each database; it serves the whole run, and every test finds it as good as new."""
    more = {"BASE_URL": "https://seminar.example.org"}
    with databases.open_memory_folder() as memory:
        folder = databases.copy_instance(sqlite_template, memory / "instance")
        if request.param == "postgresql":
            (folder / "trainer.db").unlink()
            template: Settings = request.getfixturevalue("postgresql_template")
            more |= {"SIGNING_KEY_FILE": str(folder / "keys" / "seal.pem"), "DATABASE_URL": template.database_url}
        limiter.enabled = True  # else this application could never be limited
        made = create_app(databases.build_settings(folder, more.pop("DATABASE_URL", ""), **more))
        limiter.enabled = False
        made.testing = True
        made.jinja_env.bytecode_cache = compiled_pages
        yield made
        databases.close_connections(made)
        databases.get_engine(made.extensions["settings"].sqlalchemy_url).dispose()


@pytest.fixture
def settings(deployment: Flask, sqlite_template: Path) -> Iterator[Settings]:
    """The settings of a fresh copy, once on each database; whatever a test changes in the copy is put back."""
    chosen: Settings = deployment.extensions["settings"]
    config, views = dict(deployment.config), dict(deployment.view_functions)
    yield chosen
    deployment.extensions["settings"] = chosen
    deployment.config.clear()
    deployment.config.update(config)
    deployment.view_functions.clear()
    deployment.view_functions.update(views)
    with deployment.app_context():
        db.session.remove()
    if chosen.uses_sqlite:
        databases.close_connections(deployment)  # its file is put back
    databases.reset_instance(chosen, sqlite_template)


@pytest.fixture
def app(settings: Settings, deployment: Flask) -> Flask:
    """The application of a fresh copy."""
    return deployment


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session on the copy's database; a visitor commits it before looking."""
    with databases.open_session(app) as made:
        yield made


@pytest.fixture
def rate_limits(app: Flask, clock: time_machine.Traveller) -> Iterator[None]:
    """The rate limits, switched on."""
    limiter.reset()
    limiter.enabled = True
    yield
    limiter.enabled = False


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, at noon of Monday 2 June 2025 in Aktau; `clock.move_to` moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def smtp_server() -> Iterator[FakeSmtpServer]:
    """A mail server that takes everything until it is told otherwise."""
    with run_smtp_server() as office:
        yield office


@pytest.fixture
def worker(
    app: Flask, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> BackgroundWorker:
    """The worker, with a mail server."""
    return BackgroundWorker(app, session, smtp_url=smtp_server.address, mail_from=SENDER)


@pytest.fixture
def stranger(app: Flask, session: Session) -> Visitor:
    """Somebody with a browser and no account."""
    return Visitor(app.test_client(), session)


@pytest.fixture
def organizer(app: Flask, session: Session, clock: time_machine.Traveller) -> Visitor:
    """The organizer, signed in."""
    return sign_in_organizer(app, session)


@pytest.fixture
def project(session: Session, clock: time_machine.Traveller) -> Project:
    """The contract's project."""
    found = create_project(session)
    session.commit()
    return found


@pytest.fixture
def seminar(session: Session, project: Project) -> Seminar:
    """A seminar in five days, open for registration."""
    found = create_seminar(session, project)
    session.commit()
    return found


@pytest.fixture
def past_seminar(session: Session, project: Project) -> Seminar:
    """A seminar that ended two hours ago."""
    found = create_seminar(session, project, NOON - timedelta(hours=8), slug="held")
    session.commit()
    return found


def pytest_collection_finish() -> None:
    """Take what was imported out of the garbage collector's rounds, and let it go round less often: it was a tenth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: while a browser is open an event loop runs, and code that starts its own could not."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))

"""Fixtures for all tests: the application on SQLite and on PostgreSQL, a project with seminars, visitors, and a stopped clock."""

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
from tests.unrecorded_changes import collect_unrecorded_changes
from tests.visitor import Visitor, sign_in_organizer
from trainer import create_app
from trainer.extensions import db, limiter
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.settings import Settings

# A slow machine fails no test; fixtures do not change between the examples of a test.
hypothesis.settings.register_profile(
    "trainer",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("trainer")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a signing key and a migrated, empty SQLite database."""
    folder = tmp_path_factory.mktemp("template") / "instance"
    databases.create_migrated_instance(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Yield settings for a migrated, empty PostgreSQL database."""
    with databases.open_postgresql_database() as address:
        folder = databases.copy_instance(sqlite_template, tmp_path_factory.mktemp("template") / "instance")
        yield databases.create_migrated_instance(folder, databases.disable_synchronous_commit(address))


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Return a cache of compiled templates that all applications of the run share."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def deployment(
    request: pytest.FixtureRequest, sqlite_template: Path, compiled_pages: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """Yield the application on each database. It is created once a run; `settings` resets it after every test."""
    changes = {"BASE_URL": "https://seminar.example.org"}
    with databases.open_memory_folder() as memory:
        folder = databases.copy_instance(sqlite_template, memory / "instance")
        if request.param == "postgresql":
            (folder / "trainer.db").unlink()
            template: Settings = request.getfixturevalue("postgresql_template")
            changes |= {"SIGNING_KEY_FILE": str(folder / "keys" / "seal.pem"), "DATABASE_URL": template.database_url}
        limiter.enabled = True  # an application created without it can never be limited
        app = create_app(databases.build_settings(folder, changes.pop("DATABASE_URL", ""), **changes))
        limiter.enabled = False
        app.testing = True
        app.jinja_env.bytecode_cache = compiled_pages
        yield app
        databases.close_connections(app)
        databases.get_engine(app.extensions["settings"].sqlalchemy_url).dispose()


@pytest.fixture
def settings(deployment: Flask, sqlite_template: Path) -> Iterator[Settings]:
    """Yield the settings of the application; afterwards undo whatever the test changed in it, its folder and its database."""
    original: Settings = deployment.extensions["settings"]
    config, views = dict(deployment.config), dict(deployment.view_functions)
    yield original
    deployment.extensions["settings"] = original
    deployment.config.clear()
    deployment.config.update(config)
    deployment.view_functions.clear()
    deployment.view_functions.update(views)
    with deployment.app_context():
        db.session.remove()
    if original.uses_sqlite:
        databases.close_connections(deployment)  # the file is replaced
    databases.reset_instance(original, sqlite_template)


@pytest.fixture
def app(settings: Settings, deployment: Flask) -> Flask:
    """Return the application with an empty database."""
    return deployment


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Yield a session on the application's database; `Visitor` commits it before each request."""
    with databases.open_session(app) as session:
        yield session


@pytest.fixture(autouse=True)
def no_unrecorded_changes() -> Iterator[None]:
    """Fail a test in which a page below /desk changes data and leaves no entry in the audit log."""
    with collect_unrecorded_changes() as unrecorded:
        yield
    assert not unrecorded, f"changes without an entry in the audit log: {sorted(unrecorded)}"


@pytest.fixture
def rate_limits(app: Flask, clock: time_machine.Traveller) -> Iterator[None]:
    """Turn on the rate limits, with all counters at zero."""
    limiter.reset()
    limiter.enabled = True
    yield
    limiter.enabled = False


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Yield the clock, stopped at noon of Monday 2 June 2025 in Aktau; `clock.move_to` sets another time."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def smtp_server() -> Iterator[FakeSmtpServer]:
    """Yield a mail server that accepts every message unless a test sets other replies."""
    with run_smtp_server() as server:
        yield server


@pytest.fixture
def worker(
    app: Flask, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> BackgroundWorker:
    """Return the background worker, which sends mail to `smtp_server`."""
    return BackgroundWorker(app, session, smtp_url=smtp_server.address, mail_from=SENDER)


@pytest.fixture
def stranger(app: Flask, session: Session) -> Visitor:
    """Return a visitor who is not signed in."""
    return Visitor(app.test_client(), session)


@pytest.fixture
def organizer(app: Flask, session: Session, clock: time_machine.Traveller) -> Visitor:
    """Return a visitor who is signed in as the organizer."""
    return sign_in_organizer(app, session)


@pytest.fixture
def project(session: Session, clock: time_machine.Traveller) -> Project:
    """Return the contract's project."""
    project = create_project(session)
    session.commit()
    return project


@pytest.fixture
def seminar(session: Session, project: Project) -> Seminar:
    """Return a seminar that starts in five days and is open for registration."""
    seminar = create_seminar(session, project)
    session.commit()
    return seminar


@pytest.fixture
def past_seminar(session: Session, project: Project) -> Seminar:
    """Return a seminar that ended two hours ago."""
    seminar = create_seminar(session, project, NOON - timedelta(hours=8), slug="held")
    session.commit()
    return seminar


def pytest_collection_finish() -> None:
    """Exclude everything imported so far from garbage collection, and collect less often: collections took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that repeat on PostgreSQL what also runs on SQLite."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if parameters.get("deployment") == "postgresql":
        item.add_marker("postgresql")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: Playwright's event loop keeps running, and code that starts one of its own would fail."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))

"""Fixtures: a migrated copy of the application on each database, the cast, a clock that stands where the test wants it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from tests import databases
from tests.cast import NOON, Visitor, a_project, a_seminar, organizer_of
from trainer import create_app
from trainer.extensions import db, limiter
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.settings import Settings


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated SQLite database and compiled catalogues."""
    folder = tmp_path_factory.mktemp("template") / "instance"
    databases.migrated_instance(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated PostgreSQL database."""
    with databases.postgresql_database(tmp_path_factory.mktemp("server")) as address:
        folder = databases.copied_instance(sqlite_template, tmp_path_factory.mktemp("template") / "instance")
        yield databases.migrated_instance(folder, address)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a fresh copy, once on each database."""
    folder = databases.copied_instance(sqlite_template, tmp_path / "instance")
    if request.param == "sqlite":
        yield databases.settings_for(folder, "", BASE_URL="https://seminar.example.org")
        return
    (folder / "trainer.db").unlink()
    template: Settings = request.getfixturevalue("postgresql_template")
    key = str(folder / "keys" / "seal.pem")
    chosen = databases.settings_for(
        folder, template.database_url, BASE_URL="https://seminar.example.org", SIGNING_KEY_FILE=key
    )
    yield chosen
    databases.empty(chosen.database)


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The pages, compiled once for all copies."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture
def app(settings: Settings, compiled_pages: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application of a fresh copy."""
    limiter.enabled = True  # else this application could never be limited
    made = create_app(settings)
    limiter.enabled = False
    made.testing = True
    made.jinja_env.bytecode_cache = compiled_pages
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session on the copy's database; a visitor commits it before looking."""
    with databases.own_session(app) as made:
        yield made


@pytest.fixture
def limits(app: Flask, clock: time_machine.Traveller) -> Iterator[None]:
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
def stranger(app: Flask, session: Session) -> Visitor:
    """Somebody with a browser and no account."""
    return Visitor(app.test_client(), session)


@pytest.fixture
def organizer(app: Flask, session: Session, clock: time_machine.Traveller) -> Visitor:
    """The organizer, signed in."""
    return organizer_of(app, session)


@pytest.fixture
def project(session: Session, clock: time_machine.Traveller) -> Project:
    """The contract's project."""
    found = a_project(session)
    session.commit()
    return found


@pytest.fixture
def seminar(session: Session, project: Project) -> Seminar:
    """A seminar in five days, open for registration."""
    found = a_seminar(session, project)
    session.commit()
    return found


@pytest.fixture
def held(session: Session, project: Project) -> Seminar:
    """A seminar that ended two hours ago."""
    found = a_seminar(session, project, NOON - timedelta(hours=8), slug="held")
    session.commit()
    return found

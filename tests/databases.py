"""The databases of the tests: a migrated SQLite file that is copied for each test, and a PostgreSQL database that is emptied after it."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from trainer import create_app
from trainer.base import Base
from trainer.issuing.issuance.keys import create_signing_key
from trainer.settings import Settings, read_settings

MEMORY_FOLDER = Path("/dev/shm")
RESTART_SEQUENCES = (
    "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
)
SECRET_KEY = "a secret of the tests, long enough to be taken seriously"


def build_settings(instance: Path, database: str, **more: str) -> Settings:
    """Settings of a copy in a folder, with nothing of this machine's environment."""
    return read_settings({"INSTANCE": str(instance), "DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, **more})


def create_migrated_instance(folder: Path, database: str = "") -> Settings:
    """Make a copy's folder with a signing key and a database at the present state."""
    settings = build_settings(folder, database)
    create_signing_key(folder / "keys" / "seal.pem")
    app = create_app(settings)
    with app.app_context():
        upgrade()
    close_connections(app)
    return settings


def close_connections(app: Flask) -> None:
    """Close every connection of an application."""
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def copy_instance(template: Path, target: Path) -> Path:
    """Copy a copy's folder, with the times of its files."""
    shutil.copytree(template, target)
    return target


def reset_instance(settings: Settings, template: Path) -> None:
    """Bring a copy back to what it was when it was made: its folder, its keys, an empty database."""
    for path in settings.instance.iterdir():
        if path.name == "translations":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(template / "keys", settings.instance / "keys")
    if settings.uses_sqlite:
        shutil.copy2(template / "trainer.db", settings.instance / "trainer.db")
    else:
        delete_all_rows(settings.sqlalchemy_url)


def find_postgresql_address() -> str | None:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, this machine's own, or None."""
    chosen = os.environ.get("TEST_DATABASE_URL")
    if chosen:
        return chosen
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
    except OSError:
        return None
    return "postgresql://postgres@127.0.0.1:5432/postgres"


@contextmanager
def open_memory_folder() -> Iterator[Path]:
    """A folder that waits for no disk, where the system has such folders."""
    with TemporaryDirectory(prefix="trainer-", dir=MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def open_postgresql_database(folder: Path, name: str = f"trainer_test_{os.getpid()}") -> Iterator[str]:
    """Give a new PostgreSQL database for this run, on a server of this machine or on one started for it."""
    address = find_postgresql_address()
    server = None
    if address is None:
        from pgserver.postgres_server import get_server

        server = get_server(folder / "postgresql")
        address = server.get_uri()
    administration = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield administration.url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with administration.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        administration.dispose()
        if server is not None:
            server.cleanup()


def disable_synchronous_commit(address: str) -> str:
    """A PostgreSQL database that waits for no disk: its server may not fail while the tests run, the application may."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
    engine.dispose()
    return address


@contextmanager
def open_session(app: Flask) -> Iterator[Session]:
    """A session beside the application's own ones; on SQLite it takes no lock by merely looking."""
    settings: Settings = app.extensions["settings"]
    engine = get_engine(settings.sqlalchemy_url)
    try:
        with Session(engine, info={"app": app}) as session:
            yield session
    finally:
        if settings.uses_sqlite:
            engine.dispose()  # a connection that stayed would show the next test the file that was there before


@cache
def get_engine(database: str) -> Engine:
    """An engine for the whole run: what it has compiled once serves every test."""
    engine = create_engine(database)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = ON"))
    return engine


def delete_all_rows(database: str) -> None:
    """Take every row out of a database and count from one again; DELETE is ten times as fast as TRUNCATE where rows are few."""
    tables = [each.name for each in reversed(Base.metadata.sorted_tables)]
    looks = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables]
    with get_engine(database).begin() as connection:
        filled = set(connection.scalars(text(" UNION ALL ".join(looks))))
        deletions = [f'DELETE FROM "{name}"' for name in tables if name in filled]
        connection.execute(text("; ".join((*deletions, RESTART_SEQUENCES))))

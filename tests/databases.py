"""Databases for the tests: a migrated SQLite file that is copied for each test, and a PostgreSQL database that is emptied after each."""

import os
import shutil
import socket
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from trainer import create_app
from trainer.base import Base
from trainer.issuing.issuance.keys import create_signing_key
from trainer.schema import upgrade_schema
from trainer.settings import Settings, read_settings

MEMORY_FOLDER = Path("/dev/shm")
RESTART_SEQUENCES = (
    "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
)
SECRET_KEY = "a secret for tests, long enough to be accepted"


def build_settings(instance: Path, database: str, **changes: str) -> Settings:
    """Return settings for an instance folder, independent of this machine's environment variables."""
    own = {"INSTANCE": str(instance), "DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "WORKERS": "1"}
    return read_settings({**own, **changes})


def create_migrated_instance(folder: Path, database: str = "") -> Settings:
    """Create an instance folder with a signing key and migrate its database to the latest revision."""
    settings = build_settings(folder, database)
    create_signing_key(folder / "keys" / "seal.pem")
    app = create_app(settings)
    with app.app_context():
        upgrade_schema()
    close_connections(app)
    return settings


def close_connections(app: Flask) -> None:
    """Close all database connections of an application."""
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def copy_instance(template: Path, target: Path) -> Path:
    """Copy an instance folder, keeping the modification times of its files, and return the target."""
    shutil.copytree(template, target)
    return target


def reset_instance(settings: Settings, template: Path) -> None:
    """Restore the folder and the signing key of an instance from the template, and empty its database."""
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
    """Return the URL of a running PostgreSQL server: TEST_DATABASE_URL, else one on this machine, else None."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
    except OSError:
        return None
    return "postgresql://postgres@127.0.0.1:5432/postgres"


@contextmanager
def open_memory_folder() -> Iterator[Path]:
    """Yield a temporary folder, in memory where the system offers that."""
    with TemporaryDirectory(prefix="trainer-", dir=MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def open_postgresql_database(name: str = f"trainer_test_{os.getpid()}") -> Iterator[str]:
    """Create a PostgreSQL database for this run, on a running server or on one that is started for it; yield its URL, then drop it."""
    with ExitStack() as stack:
        address = find_postgresql_address() or stack.enter_context(run_own_postgresql())[0]
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


def import_postgres_server() -> Any:
    """Return the module that starts PostgreSQL servers; it warns where the system has no folder for sockets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgserver import postgres_server
    return postgres_server


@contextmanager
def run_own_postgresql(**settings: str) -> Iterator[tuple[str, Path]]:
    """Start a PostgreSQL server with log segments of 1 MB; yield the URL of its superuser and the folder of its log.

    It lies outside pytest's folders, which every run of pytest closes to other users; for root the server is another.
    """
    module = import_postgres_server()

    class OwnServer(module.PostgresServer):  # type: ignore[misc,name-defined]
        def ensure_pgdata_inited(self) -> None:
            super().ensure_pgdata_inited()
            command = [module.POSTGRES_BIN_PATH / "pg_resetwal", "--wal-segsize=1", self.pgdata]
            subprocess.run(command, user=self.system_user, check=True, capture_output=True)
            with (self.pgdata / "postgresql.conf").open("a") as file:
                file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    with open_memory_folder() as folder:
        data = folder / "cluster"
        data.mkdir()
        server = OwnServer(data, cleanup_mode="stop")
        try:
            yield server.get_uri(), data / "pg_wal"
        finally:
            server._cleanup()


def disable_synchronous_commit(address: str) -> str:
    """Make commits in a PostgreSQL database return before they are on disk, to save time. Return the same URL."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
    engine.dispose()
    return address


@contextmanager
def open_session(app: Flask) -> Iterator[Session]:
    """Yield a session of an engine of its own, apart from the application's. On SQLite it takes no lock for reading."""
    settings: Settings = app.extensions["settings"]
    engine = get_engine(settings.sqlalchemy_url)
    try:
        with Session(engine, info={"app": app}) as session:
            yield session
    finally:
        if settings.uses_sqlite:
            engine.dispose()  # an open connection would still read the replaced file in the next test


@cache
def get_engine(database: str) -> Engine:
    """Return the engine for a database. There is one for the whole run, so that compiled statements are reused."""
    engine = create_engine(database)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = ON"))
    return engine


def delete_all_rows(database: str) -> None:
    """Delete all rows of a PostgreSQL database and restart its sequences. DELETE is ten times as fast as TRUNCATE for few rows."""
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    checks = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables]
    with get_engine(database).begin() as connection:
        filled = set(connection.scalars(text(" UNION ALL ".join(checks))))
        deletions = [f'DELETE FROM "{name}"' for name in tables if name in filled]
        connection.execute(text("; ".join((*deletions, RESTART_SEQUENCES))))

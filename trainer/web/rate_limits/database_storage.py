"""Storage of rate limits in the database, which several processes share.

SQLite has one writer at a time, and whoever only looks at a page must not wait for it. So with SQLite the table lies in
a file of its own beside the database, which is not forced to the disk: after a crash of the machine it may be empty.
"""

from threading import Event
from typing import Any

from limits.storage import Storage
from sqlalchemy import Engine, case, delete, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from trainer.clock import now
from trainer.extensions import db
from trainer.raw_queries import AUTOCOMMIT_BIND
from trainer.web.rate_limits.models import RateLimitWindow

FILE_SUFFIX = "-rate-limits"
COUNTER_FILE_BIND = "rate limits"
"""The SQLAlchemy bind of the file, with SQLite only."""
FILE_PRAGMAS = ("PRAGMA busy_timeout = 2000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF")


class DatabaseRateLimitStorage(Storage):
    """Storage in the table of `RateLimitWindow`; needs an application context."""

    STORAGE_SCHEME = ["database"]  # the library expects a list

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return the errors that a storage failure raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key, whose window of `expiry` seconds begins now if none is open; return the count."""
        moment = now().timestamp()
        with connect_to_counters() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            statement = insert(RateLimitWindow).values(key=key, ends_at=moment + expiry, number=amount)
            is_open = RateLimitWindow.ends_at > moment
            statement = statement.on_conflict_do_update(
                index_elements=[RateLimitWindow.key],
                set_={
                    "number": case((is_open, RateLimitWindow.number + amount), else_=amount),
                    "ends_at": case((is_open, RateLimitWindow.ends_at), else_=statement.excluded.ends_at),
                },
            )
            return int(connection.execute(statement.returning(RateLimitWindow.number)).scalar_one())

    def get(self, key: str) -> int:
        """Return the count in the open window of a key, 0 if there is none."""
        is_open = RateLimitWindow.key == key, RateLimitWindow.ends_at > now().timestamp()
        with connect_to_counters() as connection:
            return int(connection.execute(select(RateLimitWindow.number).where(*is_open)).scalar_one_or_none() or 0)

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        moment = now().timestamp()
        with connect_to_counters() as connection:
            query = select(RateLimitWindow.ends_at).where(RateLimitWindow.key == key)
            return max(connection.execute(query).scalar_one_or_none() or moment, moment)

    def check(self) -> bool:
        """Return whether the database answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Remove every window and return the number of keys."""
        with connect_to_counters() as connection:
            number = connection.execute(select(func.count()).select_from(RateLimitWindow)).scalar_one()
            connection.execute(delete(RateLimitWindow))
            return int(number)

    def clear(self, key: str) -> None:
        """Remove the window of a key."""
        with connect_to_counters() as connection:
            connection.execute(delete(RateLimitWindow).where(RateLimitWindow.key == key))


def connect_to_counters() -> Connection:
    """Return a connection in autocommit mode: counting is no part of the request's transaction."""
    return db.engines.get(COUNTER_FILE_BIND, db.engines[AUTOCOMMIT_BIND]).connect()


def build_counter_file_url(database: str) -> str:
    """Return the URL of the file for the counters beside a SQLite database."""
    return f"{database}{FILE_SUFFIX}"


def configure_counter_file(engine: Engine) -> None:
    """Set the pragmas of the file on every new connection, and create the table if it is missing."""
    creations = [str(CreateTable(RateLimitWindow.__table__, if_not_exists=True).compile(dialect=engine.dialect))]  # type: ignore[arg-type]
    for index in RateLimitWindow.__table__.indexes:  # type: ignore[attr-defined]
        creations.append(str(CreateIndex(index, if_not_exists=True).compile(dialect=engine.dialect)))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for statement in (*FILE_PRAGMAS, *creations):
            connection.execute(statement)


def delete_ended_windows(_session: Session, _stop: Event) -> None:
    """Delete the counters whose window has ended."""
    with connect_to_counters() as connection:
        connection.execute(delete(RateLimitWindow).where(RateLimitWindow.ends_at <= now().timestamp()))

"""Storage of rate limits in the database, which several processes share.

SQLite has one writer at a time, and whoever only looks at a page must not wait for it. So with SQLite the table lies in
a file of its own beside the database, which is not forced to the disk: after a crash of the machine it may be empty.
"""

from collections.abc import Callable
from functools import cache
from threading import Event
from typing import Any

from flask import g, has_request_context
from limits.storage import Storage
from sqlalchemy import Dialect, Engine, Float, bindparam, case, delete, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from trainer.clock import now
from trainer.extensions import db
from trainer.raw_queries import AUTOCOMMIT_BIND, RawConnection, RawText, compile_raw_text
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
        return SQLAlchemyError, get_counter_engine().dialect.loaded_dbapi.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key, whose window of `expiry` seconds begins now if none is open; return the count."""
        moment = now().timestamp()
        values = {"counted_key": key, "moment": moment, "end": moment + expiry, "amount": amount}
        number, ends_at = fetch_window(build_increment, values)
        get_counted_windows()[key] = number, ends_at
        return int(number)

    def get(self, key: str) -> int:
        """Return the count in the open window of a key, 0 if there is none."""
        number, ends_at = self.find_window(key)
        return int(number) if ends_at > now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        return float(max(self.find_window(key)[1], now().timestamp()))

    def find_window(self, key: str) -> tuple[int, float]:
        """Return the count of a key and the end of its window, as this request has counted or else as stored."""
        counted = get_counted_windows().get(key)
        if counted is not None:
            return counted
        return fetch_window(build_window_query, {"counted_key": key}) or (0, 0.0)

    def check(self) -> bool:
        """Return whether the database answers."""
        try:
            self.get("")
        except self.base_exceptions:
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
        get_counted_windows().pop(key, None)
        with connect_to_counters() as connection:
            connection.execute(delete(RateLimitWindow).where(RateLimitWindow.key == key))


@cache
def build_increment(dialect: Dialect) -> RawText:
    """Return the statement that counts a request and returns the count and the end of the window."""
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = insert(RateLimitWindow).values(
        key=bindparam("counted_key"), ends_at=bindparam("end"), number=bindparam("amount")
    )
    new, is_open = statement.excluded, RateLimitWindow.ends_at > bindparam("moment", type_=Float)
    changes = {
        "number": case((is_open, RateLimitWindow.number + new.number), else_=new.number),
        "ends_at": case((is_open, RateLimitWindow.ends_at), else_=new.ends_at),
    }
    statement = statement.on_conflict_do_update(index_elements=[RateLimitWindow.key], set_=changes)
    return compile_raw_text(statement.returning(RateLimitWindow.number, RateLimitWindow.ends_at), dialect)


@cache
def build_window_query(dialect: Dialect) -> RawText:
    """Return the query of a window."""
    query = select(RateLimitWindow.number, RateLimitWindow.ends_at)
    return compile_raw_text(query.where(RateLimitWindow.key == bindparam("counted_key")), dialect)


def fetch_window(build_text: Callable[[Dialect], RawText], values: dict[str, Any]) -> Any:
    """Execute a statement and return its row, or None. Every request is counted, so this bypasses SQLAlchemy."""
    engine = get_counter_engine()
    with RawConnection(engine) as connection:
        return build_text(engine.dialect).fetch_row(connection, values)


def get_counted_windows() -> dict[str, tuple[int, float]]:
    """Return what this request has counted, by key: the headers of the response need not read it again."""
    windows: dict[str, tuple[int, float]] = {}
    return g.setdefault("counted_windows", windows) if has_request_context() else windows


def connect_to_counters() -> Connection:
    """Return a connection in autocommit mode: counting is no part of the request's transaction."""
    return get_counter_engine().connect()


def get_counter_engine() -> Engine:
    """Return the engine of the database that holds the counters."""
    engines = db.engines
    return engines.get(COUNTER_FILE_BIND) or engines[AUTOCOMMIT_BIND]


def build_counter_file_url(database: str) -> str:
    """Return the URL of the file for the counters beside a SQLite database."""
    url = make_url(database)
    return url.set(database=f"{url.database}{FILE_SUFFIX}").render_as_string(hide_password=False)


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

"""Storages of rate limits that several processes share, and what is counted while they do not answer.

`shared+redis://…` and `shared+database://` name the shared storage behind the prefix. When it fails, each process counts for
itself for RETRY_SECONDS, then the shared one is tried again: requests go on, limited a little less strictly.
"""

import hashlib
import logging
import time
from typing import Any

from limits.storage import Storage, storage_from_string
from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from trainer.clock import now
from trainer.extensions import db
from trainer.raw_queries import AUTOCOMMIT_BIND
from trainer.web.rate_limits.models import RateLimitWindow
from trainer.web.rate_limits.process_storage import ProcessRateLimitStorage

log = logging.getLogger(__name__)
PREFIX = "shared+"
RETRY_SECONDS = 10.0
REDIS_OPTIONS = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}
LONGEST_KEY = 300


class FallbackRateLimitStorage(Storage):
    """Storage that counts in a shared one, and in this process while that one fails."""

    STORAGE_SCHEME = [f"{PREFIX}{name}" for name in ("redis", "rediss", "redis+unix", "database")]  # a list is expected

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        url = uri.removeprefix(PREFIX)
        options: dict[str, Any] = {} if url.startswith("database") else REDIS_OPTIONS
        self.shared = storage_from_string(url, **options)
        self.own = ProcessRateLimitStorage()
        self.retry_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return the errors that a storage failure raises: none leave this one."""
        return ()

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the shared storage, or of the own one while the shared one fails."""
        if time.monotonic() >= self.retry_at:
            try:
                return getattr(self.shared, method)(*arguments)
            except self.shared.base_exceptions as error:
                self.retry_at = time.monotonic() + RETRY_SECONDS
                log.warning(
                    "The storage of the rate limits does not answer (%s); requests go on, and this process counts for itself.",
                    error.__class__.__name__,
                )
        return getattr(self.own, method)(*arguments)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key, whose window of `expiry` seconds begins now if none is open; return the count."""
        return int(self.call("incr", key, expiry, amount))

    def get(self, key: str) -> int:
        """Return the count in the open window of a key, 0 if there is none."""
        return int(self.call("get", key))

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        return float(self.call("get_expiry", key))

    def check(self) -> bool:
        """Return whether the shared storage works."""
        return bool(self.shared.check())

    def reset(self) -> int | None:
        """Remove every window and return the number of keys, if the shared storage tells it."""
        self.own.reset()
        return self.shared.reset()

    def clear(self, key: str) -> None:
        """Remove the window of a key."""
        self.own.clear(key)
        self.call("clear", key)


class DatabaseRateLimitStorage(Storage):
    """Storage in the table of `RateLimitWindow`; needs an application context."""

    STORAGE_SCHEME = ["database"]  # the library expects a list

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return the errors that a storage failure raises."""
        return SQLAlchemyError

    def connect(self) -> Connection:
        """Return a connection in autocommit mode: counting is no part of the request's transaction."""
        return db.engines[AUTOCOMMIT_BIND].connect()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key, whose window of `expiry` seconds begins now if none is open; return the count."""
        moment = now().timestamp()
        with self.connect() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            statement = insert(RateLimitWindow).values(key=shorten_key(key), ends_at=moment + expiry, number=amount)
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
        query = select(RateLimitWindow.number).where(
            RateLimitWindow.key == shorten_key(key), RateLimitWindow.ends_at > now().timestamp()
        )
        with self.connect() as connection:
            return int(connection.execute(query).scalar_one_or_none() or 0)

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        moment = now().timestamp()
        query = select(RateLimitWindow.ends_at).where(RateLimitWindow.key == shorten_key(key))
        with self.connect() as connection:
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
        with self.connect() as connection:
            number = connection.execute(select(func.count()).select_from(RateLimitWindow)).scalar_one()
            connection.execute(delete(RateLimitWindow))
            return int(number)

    def clear(self, key: str) -> None:
        """Remove the window of a key."""
        with self.connect() as connection:
            connection.execute(delete(RateLimitWindow).where(RateLimitWindow.key == shorten_key(key)))


def shorten_key(key: str) -> str:
    """Return a key as it is stored: a long one, which a client may have caused, as its hash."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()

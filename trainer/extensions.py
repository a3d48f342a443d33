"""The Flask extensions, bound to an application by create_app; imports nothing of trainer."""

from typing import Any

from flask import has_request_context, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from limits import parse
from sqlalchemy import Connection, Engine, event
from werkzeug.exceptions import TooManyRequests

GENERAL_RATE_LIMIT = parse("1200 per minute")  # for one address and one page
UNLIMITED_ENDPOINTS = (
    "static",
    "health.view_liveness",
    "health.view_readiness",
    None,
)  # files, machines, and what is no page


class RequestLimiter(Limiter):
    """The limits of views, which are looked at when a view that has some is called, and the general one before every request.

    The library looks through the limits of all views before every request, which takes as long as finding a certificate.
    """

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)
        elif self.enabled and request.endpoint not in UNLIMITED_ENDPOINTS:
            self.count_request(get_remote_address(), str(request.endpoint))

    def count_request(self, *keys: str) -> None:
        """Count a request. Raises TooManyRequests."""
        if not self.limiter.hit(GENERAL_RATE_LIMIT, *keys):
            raise TooManyRequests(retry_after=GENERAL_RATE_LIMIT.get_expiry())


db = SQLAlchemy()
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
security = Security()
limiter = RequestLimiter(get_remote_address, headers_enabled=True)


def configure_sqlite_connections(engine: Engine) -> None:
    """Make SQLite keep its promises on every connection: WAL, foreign keys, patience."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 20000", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")


def configure_sqlite_transactions(engine: Engine) -> None:
    """Let SQLite take the write lock at the start of a writing transaction.

    A deferred transaction that reads and then writes fails at once under WAL when another has written meanwhile, whatever
    the timeout; hence BEGIN IMMEDIATE, except for requests that only read.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

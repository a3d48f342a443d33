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
from sqlalchemy import Connection, Engine, event

db = SQLAlchemy()
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
security = Security()
limiter = Limiter(get_remote_address, headers_enabled=True, default_limits=["1200 per minute"])


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite keep its promises: WAL, foreign keys, patience, and a write lock taken at the start of a writing transaction.

    A deferred transaction that reads and then writes fails at once under WAL when another has written meanwhile, whatever
    the timeout; hence BEGIN IMMEDIATE, except for requests that only read.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 5000", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

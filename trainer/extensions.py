"""Flask extensions and the session interface, bound to an application by `create_app`. Imports nothing from trainer."""

from typing import Any

from flask import Flask, Request, Response, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
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

GENERAL_RATE_LIMIT = parse("1200 per minute")  # per IP address and page
UNLIMITED_ENDPOINTS = (
    "static",
    "web_health.view_liveness",
    "web_health.view_readiness",
    None,
)  # static files, health checks, and requests that match no route


class RequestLimiter(Limiter):
    """Rate limiter that evaluates the limits of a view only when that view is called.

    Flask-Limiter checks the limits of all views before every request, which takes as long as verifying a certificate.
    Before a request only the general limit per IP address and page is checked here; the library still enforces the
    limits of a view when its decorated function runs.
    """

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)
        elif self.enabled and request.endpoint not in UNLIMITED_ENDPOINTS:
            self.count_request(get_remote_address(), str(request.endpoint))

    def count_request(self, *keys: str) -> None:
        """Count one request under the given keys. Raises TooManyRequests when the general limit is exceeded."""
        if not self.limiter.hit(GENERAL_RATE_LIMIT, *keys):
            raise TooManyRequests(retry_after=GENERAL_RATE_LIMIT.get_expiry())


db = SQLAlchemy()
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
security = Security()
limiter = RequestLimiter(get_remote_address, headers_enabled=True)


def configure_sqlite_connections(engine: Engine) -> None:
    """Set the SQLite pragmas on every new connection: WAL, foreign keys, busy timeout of 20 s, full synchronisation."""

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # stop the driver from beginning transactions by itself
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 20000", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")


def configure_sqlite_transactions(engine: Engine) -> None:
    """Begin SQLite transactions with BEGIN IMMEDIATE, except in requests that only read.

    Under WAL a deferred transaction that reads first and writes later fails at once if another connection has written
    in between, whatever the busy timeout is. BEGIN IMMEDIATE takes the write lock at the start and waits for it.
    """

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        reading = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class CookieSessionInterface(SecureCookieSessionInterface):
    """Flask's signed cookie sessions, without the cost of signing for clients that have no session."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

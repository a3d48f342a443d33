"""Flask extensions and the session interface, bound to an application by `create_app`. Imports nothing from trainer."""

import time
from typing import Any

from flask import Flask, Request, Response, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from limits import parse
from sqlalchemy import Engine, event
from werkzeug.exceptions import TooManyRequests

GENERAL_RATE_LIMIT = parse("1200 per minute")  # per IP address and page
CONNECT_PATIENCE_SECONDS = 3.0  # a restart of PostgreSQL takes one or two
CONNECT_PAUSE_SECONDS = 0.1
UNLIMITED_ENDPOINTS = (
    "static",
    "web_health.view_liveness",
    "web_health.view_readiness",
    "evidence_uploads.submit_upload",
    "evidence_uploads.submit_upload_part",
    "evidence_uploads.view_upload_token",
    "evidence_desk.view_evidence_thumbnail",
    None,
)  # static files, health checks, files that colleagues upload by the hundred, and requests that match no route


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
csrf = CSRFProtect()
babel = Babel()
security = Security()
limiter = RequestLimiter(get_remote_address, headers_enabled=True)


def configure_postgresql_connections(engine: Engine) -> None:
    """Wait up to CONNECT_PATIENCE_SECONDS for a server that does not accept connections, as while it restarts."""

    @event.listens_for(engine, "do_connect")
    def connect_patiently(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        deadline = time.monotonic() + CONNECT_PATIENCE_SECONDS
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.OperationalError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(CONNECT_PAUSE_SECONDS)


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


class Utf8JsonProvider(DefaultJSONProvider):
    """Flask's JSON, read so that every string can be stored, hashed and sent.

    JSON may escape half a surrogate pair, as a browser does when a field cuts an emoji in two. Such a string can't be
    encoded, so the half is replaced by U+FFFD, the replacement character. What is not UTF-8 is no JSON (RFC 8259).
    """

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON. Raises ValueError, and RecursionError for content that is nested too deep."""
        text = s.decode("utf-8-sig") if isinstance(s, bytes) else s
        content = super().loads(text, **kwargs)
        return replace_lone_surrogates(content) if "\\ud" in text.lower() else content


def replace_lone_surrogates(content: Any) -> Any:
    """Return parsed JSON with U+FFFD for every lone surrogate in its strings and names."""
    if isinstance(content, str):
        return content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(content, list):
        return [replace_lone_surrogates(part) for part in content]
    if isinstance(content, dict):
        return {replace_lone_surrogates(name): replace_lone_surrogates(part) for name, part in content.items()}
    return content

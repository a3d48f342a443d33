"""Error pages: what happened and what to do, in the reader's language and with the right status code.

A database connection that breaks is noticed by nobody where that is possible: the pool tests a connection before it
hands it out, waits a moment for a server that restarts (`configure_postgresql_connections`), and a request that only
reads is repeated once. Whatever can't be repeated gets a page that needs no database, with status 503.
"""

import logging
from math import ceil

from flask import Flask, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable, TooManyRequests

from trainer.clock import now
from trainer.extensions import db, limiter, security
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.storage import FileDamaged, FileMissing, StorageError, StorageFull
from trainer.web.copied_addresses import find_cleaned_address
from trainer.web.text import remove_unshowable_characters

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 10  # of a request that the database or the storage of files did not answer


def describe_error_status(code: int) -> tuple[str, str]:
    """Return the heading and the advice for an HTTP status, in the page's language."""
    texts = {
        400: (_("The request could not be read"), _("Go back, reload the page and send it again.")),
        403: (_("You do not have access to this page"), _("Sign in with an account that has access.")),
        404: (_("Page not found"), _("Check the address, or open the link you were given again.")),
        405: (_("This address can’t be opened this way"), _("Go back and use the buttons on the page.")),
        413: (_("The request is too large"), _("Send a smaller file or a shorter text.")),
        429: (_("Too many attempts"), _("Wait a minute and try again.")),
        503: (
            _("The service is interrupted"),
            _("Wait a minute and open the page again. If you sent something, check whether it was saved."),
        ),
    }
    return texts.get(code, (_("Something went wrong on our side"), _("Nothing was changed. Try again in a minute.")))


def describe_storage_failure(error: StorageError) -> tuple[str, str]:
    """Return the heading and the advice for a file that can't be stored or returned, in the page's language."""
    if isinstance(error, FileMissing):
        return _("The file is missing"), _("It is not where files are stored. Tell the organiser.")
    if isinstance(error, FileDamaged):
        return _("The file is damaged"), _("It is not what was stored, so it is not shown. Tell the organiser.")
    if isinstance(error, StorageFull):
        return _("There is no room for more files"), _(
            "Nothing was saved, and nothing was lost. Ask your administrator for more space."
        )
    return (
        _("Files can’t be stored or opened at the moment"),
        _("Nothing was saved, and nothing was lost. Try again in a minute."),
    )


def explain_storage_failure(error: StorageError) -> str:
    """Log why a file could not be stored, and return it as a message for the reader."""
    log_storage_failure(error)
    return ". ".join(describe_storage_failure(error))


def log_storage_failure(error: StorageError) -> None:
    """Log why a file could not be stored or returned, for the operator."""
    log.error("%s %s: %s: %s", request.method, request.endpoint, type(error).__name__, error, exc_info=error)


def describe_wait(seconds: int) -> str:
    """Return a sentence that says when somebody who tried too often may try again, in whole minutes."""
    minutes = max(1, ceil(seconds / 60))
    return ngettext(
        "Too many attempts. Try again in %(num)d minute.", "Too many attempts. Try again in %(num)d minutes.", minutes
    )


def describe_time_to_wait(seconds: float) -> str:
    """Return a sentence that says when to try again, in whole minutes."""
    minutes = max(1, ceil(seconds / 60))
    return ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", minutes)


def find_seconds_to_wait(error: HTTPException) -> float | None:
    """Return how long the limit that a request has exceeded holds, or None if that is not known."""
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        return float(error.retry_after)
    limit = limiter.current_limit
    return limit.reset_at - now().timestamp() if limit and limit.breached else None


def is_json_requested() -> bool:
    """Return whether the client prefers JSON to HTML."""
    if "json" not in request.headers.get("Accept", ""):
        return False  # the usual case; parsing the header takes longer than verifying a certificate
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def register_error_pages(app: Flask) -> None:
    """Answer every HTTP error with a page, or with JSON if the client asks for it."""
    app.register_error_handler(CSRFError, render_stale_form_page)
    app.register_error_handler(HTTPException, render_error_page)
    app.register_error_handler(DBAPIError, render_database_failure)
    app.register_error_handler(StorageError, render_storage_failure)
    app.register_error_handler(UnicodeEncodeError, refuse_lone_surrogates)


def render_stale_form_page(_error: Exception) -> ResponseReturnValue:
    """Answer a form without a valid token with what was typed, to be sent again."""
    typed = list_typed_fields()
    advice = (
        _("The page was open for too long, or cookies are turned off. What you entered is kept: send it again.")
        if typed
        else _("The page was open for too long, or cookies are turned off. Open it again and send it again.")
    )
    page = render_template("errors/page.html", heading=_("The page is out of date"), advice=advice, typed=typed)
    return page, 400


def render_error_page(error: HTTPException) -> ResponseReturnValue:
    """Answer an HTTP error with its page, in JSON if requested; a mistyped address with a redirect to the right one."""
    code = error.code or 500
    if code < 400:
        return error
    if code >= 500:
        forget_unreadable_user()
    if code == 404 and (address := find_cleaned_address()):
        return redirect(address, 308)
    heading, advice = describe_error_status(code)
    if is_json_requested():
        return jsonify(error=heading), code
    typed: list[tuple[str, str]] = []
    if code == 429:
        seconds, typed = find_seconds_to_wait(error), list_typed_fields()
        advice = advice if seconds is None else describe_time_to_wait(seconds)
    page = render_template("errors/page.html", heading=heading, advice=advice, typed=typed)
    headers = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")}
    return page, code, headers


def render_database_failure(error: DBAPIError) -> ResponseReturnValue:
    """Repeat a request that only reads once if the connection was lost; else say that the service is interrupted.

    Raises the error again if it is no failure of the connection.
    """
    if not (error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))):
        raise error
    if error.connection_invalidated and request.method in ("GET", "HEAD") and not g.get("is_repeated"):
        return repeat_request(current_app)
    log.error("The database did not answer %s %s", request.method, request.endpoint, exc_info=error)
    return current_app.handle_user_exception(ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS))


def render_storage_failure(error: StorageError) -> ResponseReturnValue:
    """Return the page that explains why a file can't be stored or returned, with what was typed; nothing was committed."""
    log_storage_failure(error)
    db.session.rollback()
    heading, advice = describe_storage_failure(error)
    if is_json_requested():
        return jsonify(error=heading), 503
    page = render_template("errors/page.html", heading=heading, advice=advice, typed=list_typed_fields())
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def refuse_lone_surrogates(error: UnicodeEncodeError) -> ResponseReturnValue:
    """Answer text that is half a character as a request that can't be read. Raises any other error again."""
    if error.reason != "surrogates not allowed":
        raise error
    db.session.rollback()
    return current_app.handle_user_exception(BadRequest())


def list_typed_fields() -> list[tuple[str, str]]:
    """Return names and values of a form that was sent from a page of ours, so that it can be sent again.

    Left out are tokens, which the page makes anew, and passwords. Empty for anything that another site may have sent:
    one tap on our button would send it in the visitor's name.
    """
    if request.method != "POST" or not is_sent_by_own_page():
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:  # the body is too large or damaged
        return []
    return [
        (name, remove_unshowable_characters(value))
        for name, value in fields
        if name != "csrf_token" and "password" not in name
    ]


def is_sent_by_own_page() -> bool:
    """Return whether the browser says that a page of ours sent the request, or says nothing, as old ones do."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") in (None, request.host_url.rstrip("/"))


def repeat_request(app: Flask) -> ResponseReturnValue:
    """Answer a request that only reads once more, on another connection."""
    g.is_repeated = True
    db.session.rollback()
    g.pop("_login_user", None)
    try:
        response = app.preprocess_request()
        return app.dispatch_request() if response is None else response
    except Exception as error:
        return app.handle_user_exception(error)


def forget_unreadable_user() -> None:
    """Treat the visitor as not signed in if the database does not say who it is, so that an error page can be rendered."""
    try:
        db.session.rollback()
        str(current_user.is_authenticated and current_user.language)
    except SQLAlchemyError:
        g._login_user = security.login_manager.anonymous_user()  # where Flask-Login keeps the user of a request

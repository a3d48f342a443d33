"""Browsers in which organizers are signed in, as rows of the database.

The cookies of a visit and of "Stay signed in" hold a random token, and the database its SHA-256. Whoever presents a
token is signed in for as long as its row exists. Signing out deletes the row, so every copy of the cookies is worthless
from then on, and so does a changed password for all other browsers of the account. `configure_signed_in_browsers`
connects this to Flask-Login, which by itself would trust the content of a signed cookie until it expires.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask, g, request
from flask import session as cookie
from flask_login import user_logged_in, user_logged_out
from flask_security import password_changed
from flask_security.utils import set_request_attr
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session, joinedload

from trainer import audit
from trainer.accounts.models import SignedInBrowser, User
from trainer.base import UtcDateTime
from trainer.clock import now
from trainer.extensions import db, security
from trainer.language.translate import gettext as _

SIGN_IN_LIFETIME = timedelta(days=365)  # as long as the cookie of "Stay signed in"
PROGRAMS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class BrowserUnknown(Exception):
    """The user has no signed-in browser with this number."""


def configure_signed_in_browsers(app: Flask) -> None:
    """Load users by the token of their browser, and follow signing in, signing out and changed passwords."""
    app.config["REMEMBER_COOKIE_DURATION"] = SIGN_IN_LIFETIME
    security.login_manager.user_loader(load_signed_in_user)
    user_logged_in.connect(record_sign_in)
    user_logged_out.connect(end_sign_in)
    password_changed.connect(end_sign_ins_elsewhere)


def hash_browser_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, as it is stored."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def load_signed_in_user(token: str) -> User | None:
    """Return the active user who is signed in with this token, or None. Keep the number of the browser in `g`."""
    values = {"token_hash": hash_browser_token(token), "moment": now()}
    browser = db.session.scalars(build_browser_query(), values).unique().one_or_none()
    if browser is None or not browser.user.active:
        return None
    g.signed_in_browser_id = browser.id
    if request.path.startswith("/desk"):  # whoever opens a personal page is nobody but its holder
        audit.set_actor(db.session(), "user", browser.user_id)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return browser.user


@cache
def build_browser_query() -> Select[SignedInBrowser]:
    """Build the query for a browser that is signed in, with its user and the user's roles."""
    user = joinedload(SignedInBrowser.user).options(joinedload(User.roles), joinedload(User.memberships))
    is_current = SignedInBrowser.expires_at > bindparam("moment", type_=UtcDateTime)
    return (
        select(SignedInBrowser).options(user).where(SignedInBrowser.token_hash == bindparam("token_hash"), is_current)
    )


def record_sign_in(_app: Flask, user: User, **_more: Any) -> None:
    """Put a new token into the cookie and its row into the open transaction; forget this browser's row before, and expired ones."""
    token, moment = secrets.token_urlsafe(32), now()
    cookie["_user_id"] = token  # Flask-Login copies it into the cookie of "Stay signed in"
    outdated = (SignedInBrowser.expires_at <= moment) | (SignedInBrowser.id == g.get("signed_in_browser_id"))
    db.session.execute(delete(SignedInBrowser).where(SignedInBrowser.user_id == user.id, outdated))
    browser = SignedInBrowser(
        user_id=user.id,
        token_hash=hash_browser_token(token),
        name=describe_browser(request.headers.get("User-Agent", "")),
        signed_in_at=moment,
        expires_at=moment + SIGN_IN_LIFETIME,
    )
    db.session.add(browser)
    db.session.flush()
    g.signed_in_browser_id = browser.id


def end_sign_in(_app: Flask, **_more: Any) -> None:
    """Delete the row of this browser and commit, because the view that signs out does not."""
    db.session.execute(delete(SignedInBrowser).where(SignedInBrowser.id == g.pop("signed_in_browser_id", None)))
    db.session.commit()


def end_sign_ins_elsewhere(_app: Flask, user: User, **_more: Any) -> None:
    """Sign the user out in every other browser."""
    others = SignedInBrowser.id != g.get("signed_in_browser_id", 0)
    db.session.execute(delete(SignedInBrowser).where(SignedInBrowser.user_id == user.id, others))


def list_signed_in_browsers(session: Session, user_id: int, moment: datetime) -> list[SignedInBrowser]:
    """Return the browsers in which a user is signed in, the latest first."""
    valid = (SignedInBrowser.user_id == user_id) & (SignedInBrowser.expires_at > moment)
    return list(session.scalars(select(SignedInBrowser).where(valid).order_by(SignedInBrowser.id.desc())))


def end_browser_sign_in(session: Session, user_id: int, browser_id: int) -> None:
    """Sign a user out in one browser. Raises BrowserUnknown."""
    own = (SignedInBrowser.id == browser_id) & (SignedInBrowser.user_id == user_id)
    if session.execute(delete(SignedInBrowser).where(own)).rowcount != 1:  # type: ignore[attr-defined]
        raise BrowserUnknown


def describe_browser(user_agent: str) -> str:
    """Return the program and the system that a browser says it is, such as "Chrome, Android"; empty if neither is known."""
    known = (find_first(names, user_agent) for names in (PROGRAMS, SYSTEMS))
    return ", ".join(name for name in known if name)


def find_first(names: dict[str, str], text: str) -> str:
    """Return the name of the first mark that occurs in a text, or an empty string."""
    return next((name for mark, name in names.items() if mark in text), "")


def format_browser_name(browser: SignedInBrowser) -> str:
    """Return the name of a browser for a page."""
    return browser.name or _("Unknown browser")

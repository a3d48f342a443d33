"""Who changed a row last, from the audit log: for the page that shows what somebody else has stored."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.audit.models import AuditEntry
from trainer.audit.scope import format_subject_id
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_moment
from trainer.language.translate import gettext as _
from trainer.settings import get_settings


def follow_author(session: Session, *rows: Any) -> Callable[[], str]:
    """Return the function for `EditForm.track_changes` that says who changed one of the rows last, and when."""
    return partial(describe_last_change, session, *rows)


def describe_last_change(session: Session, *rows: Any, action: str = "") -> str:
    """Return who changed one of the rows last, and when, in the page's language; empty if the log does not say.

    With `action`, only changes under that name count.
    """
    subjects = [
        (AuditEntry.subject_kind == row.__tablename__) & (AuditEntry.subject_id == format_subject_id(row))
        for row in rows
        if inspect(row).has_identity
    ]
    query = select(AuditEntry).where(or_(*subjects)).order_by(AuditEntry.number.desc()).limit(1)
    if action:
        query = query.where(AuditEntry.action == action)
    entry = session.scalar(query) if subjects else None
    if entry is None:
        return ""
    zone = ZoneInfo(get_settings().timezone)
    moment = format_long_moment(entry.recorded_at, zone, get_page_language())
    return f"{format_actor(entry.actor, load_actor_users(session, [entry.actor]))}, {moment}"


def load_actor_users(session: Session, actors: list[str]) -> dict[int, User]:
    """Return the accounts among actors by their id."""
    ids = {int(actor[5:]) for actor in actors if actor.startswith("user:") and actor[5:].isdigit()}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))} if ids else {}


def format_actor(actor: str, users: dict[int, User]) -> str:
    """Return who made a change, for a page."""
    kind, _colon, name = actor.partition(":")
    if kind == "user":
        user = users.get(int(name)) if name.isdigit() else None
        return (user.name or user.email) if user else _("A deleted account")
    titles = {
        "device": _("Tablet"),
        "job": _("The program"),
        "server": _("The program"),
        "command": _("Command"),
        "visitor": _("A visitor"),
    }
    return f"{titles.get(kind, kind)}: {name}" if kind == "command" else titles.get(kind, kind)

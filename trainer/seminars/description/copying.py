"""What a new seminar takes from an earlier one: its settings as defaults, or everything but dates and people."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.registration_window import build_unique_slug, select_seminar_ids

DEFAULT_CAPACITY = 20
SETTINGS = (
    "kind",
    "format",
    "audience",
    "city",
    "venue",
    "access",
    "map_url",
    "trainers",
    "capacity",
    "needs_approval",
    "has_waiting_list",
    "offer_hours",
    "change_hours",
    "has_survey",
    "has_certificate",
    "share_required",
    "hours",
    "certificate_kind",
    "survey_required",
    "pass_mark",
    "valid_months",
    "certificate_heading",
    "co_issuer",
    "design",
    "signatories",
)
"""The attributes that a new seminar starts with."""


def find_latest_seminar(session: Session, project_ids: Collection[int]) -> Seminar | None:
    """Return the seminar of these projects that was described last; None without any."""
    query = select(Seminar).where(Seminar.id.in_(select_seminar_ids(*project_ids)))
    return session.scalar(query.order_by(Seminar.id.desc()).limit(1))


def set_defaults(seminar: Seminar, earlier: Seminar | None) -> None:
    """Copy the settings of an earlier seminar to a new one; without one, set the least that it needs."""
    seminar.capacity = DEFAULT_CAPACITY
    if earlier is not None:
        for name in SETTINGS:
            setattr(seminar, name, getattr(earlier, name))


def copy_seminar(session: Session, earlier: Seminar, first_day: date | None) -> Seminar:
    """Create a draft with everything that an earlier seminar has but dates and people, flush and return it.

    Its sessions are moved by whole days so that the first is on `first_day`; without one they are left out.
    """
    seminar = Seminar(
        slug=build_unique_slug(session, earlier.title.get_text("ru")),
        activity=earlier.activity,
        title=earlier.title,
        description=earlier.description,
    )
    set_defaults(seminar, earlier)
    if first_day is not None and earlier.days:
        shift = first_day - earlier.days[0]
        seminar.sessions = [move_session(part, shift, earlier.zone) for part in earlier.sessions]
    session.add(seminar)
    session.flush()
    return seminar


def move_session(session: SeminarSession, shift: timedelta, zone: ZoneInfo) -> SeminarSession:
    """Return a copy of a session some days later at the same local times."""
    starts_at, ends_at = (move_moment(moment, shift, zone) for moment in (session.starts_at, session.ends_at))
    return SeminarSession(title=session.title, starts_at=starts_at, ends_at=ends_at, agenda=list(session.agenda))


def move_moment(moment: datetime, shift: timedelta, zone: ZoneInfo) -> datetime:
    """Return the same local time some days later, also where the clocks were changed in between."""
    return (moment.astimezone(zone).replace(tzinfo=None) + shift).replace(tzinfo=zone)

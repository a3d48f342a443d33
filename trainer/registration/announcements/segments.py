"""Segments: the parts of the people of seminars to whom an announcement can be sent.

Each package offers the segments that it knows of; `create_app` collects them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language.translate import lazy_gettext as _l
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class Segment:
    """A segment: its key, its name in the page's language, and how its registrations are found."""

    key: str
    name: Any
    list_registration_ids: Callable[[Session, Sequence[Seminar], datetime], set[int]]
    """Return the ids of the registrations that are in the segment of some seminars now."""


def list_segments() -> list[Segment]:
    """Return all segments in the order of the packages. Needs an application context."""
    segments: dict[str, Segment] = current_app.extensions["segments"]
    return list(segments.values())


def get_segment(key: str) -> Segment:
    """Return a segment. Needs an application context."""
    segments: dict[str, Segment] = current_app.extensions["segments"]
    return segments[key]


def build_status_segment(key: str, name: Any, statuses: Sequence[RegistrationStatus]) -> Segment:
    """Return the segment of the registrations with some statuses."""

    def list_registration_ids(session: Session, seminars: Sequence[Seminar], _now: datetime) -> set[int]:
        return list_ids_with_status(session, seminars, statuses)

    return Segment(key, name, list_registration_ids)


def list_ids_with_status(
    session: Session, seminars: Sequence[Seminar], statuses: Sequence[RegistrationStatus]
) -> set[int]:
    """Return the ids of the registrations of seminars that have some statuses."""
    in_seminars = Registration.seminar_id.in_([seminar.id for seminar in seminars])
    return set(session.scalars(select(Registration.id).where(in_seminars, Registration.status.in_(statuses))))


def list_seat_ids(session: Session, seminars: Sequence[Seminar]) -> set[int]:
    """Return the ids of the registrations of seminars with a seat."""
    return list_ids_with_status(session, seminars, (RegistrationStatus.REGISTERED,))


STATUS_SEGMENTS = (
    build_status_segment("everybody", _l("Everyone: registered, waiting or applied"), ACTIVE_STATUSES),
    build_status_segment("confirmed", _l("People with a confirmed place"), (RegistrationStatus.REGISTERED,)),
    build_status_segment("waiting", _l("The waiting list"), (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)),
    build_status_segment("applied", _l("Applications without a decision"), (RegistrationStatus.APPLIED,)),
)

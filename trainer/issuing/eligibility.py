"""Who qualifies for a certificate, and for everybody else what is missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer.attendance.marks import Attended, attended
from trainer.registration.models import Registration
from trainer.registration.places import participants
from trainer.seminars.models import Seminar
from trainer.surveys.answers import answered


class Missing(StrEnum):
    """What stands between a person and the certificate."""

    SEMINAR_NOT_OVER = "seminar_not_over"
    ATTENDANCE = "attendance"
    ATTENDANCE_UNRESOLVED = "attendance_unresolved"
    SURVEY = "survey"


@dataclass(frozen=True)
class Standing:
    """A person on the way to the certificate."""

    registration: Registration
    attended: Attended
    missing: tuple[Missing, ...]

    @property
    def eligible(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def standings(session: Session, seminar: Seminar, now: datetime) -> list[Standing]:
    """Say for every participant what is missing, in the list's order."""
    people = participants(session, seminar)
    shares = attended(session, seminar, people, now)
    responded = answered(session, seminar)
    return [
        Standing(each, shares[each.id], missing(seminar, shares[each.id], each.id in responded, now)) for each in people
    ]


def standing_of(session: Session, registration: Registration, now: datetime) -> Standing:
    """Say what is missing for one person."""
    seminar = registration.seminar
    share = attended(session, seminar, [registration], now)[registration.id]
    return Standing(registration, share, missing(seminar, share, registration.id in answered(session, seminar), now))


def missing(seminar: Seminar, share: Attended, has_answered: bool, now: datetime) -> tuple[Missing, ...]:
    """List what is missing, in the order in which it can be mended."""
    ends_at = seminar.ends_at
    over = ends_at is not None and ends_at <= now
    found = []
    if not over:
        found.append(Missing.SEMINAR_NOT_OVER)
    if share.unresolved:
        found.append(Missing.ATTENDANCE_UNRESOLVED)
    elif over and not share.reaches(seminar.share_required):
        found.append(Missing.ATTENDANCE)
    if seminar.has_survey and not has_answered:
        found.append(Missing.SURVEY)
    return tuple(found)

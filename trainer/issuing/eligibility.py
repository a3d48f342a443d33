"""Who qualifies for a certificate, for everybody else what is missing, and written exceptions to the rules."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import Attended, attended
from trainer.issuing.models import EligibilityException
from trainer.registration.desk.listing import participants
from trainer.registration.models import Registration
from trainer.registration.seats.waiting_list import lock
from trainer.seminars.models import Seminar
from trainer.surveys.responses import answered
from trainer.surveys.scores.scores import percents_of


class Missing(StrEnum):
    """What stands between a person and the certificate."""

    SEMINAR_NOT_OVER = "seminar_not_over"
    ATTENDANCE = "attendance"
    ATTENDANCE_UNRESOLVED = "attendance_unresolved"
    SURVEY = "survey"
    TEST = "test"


EXCUSABLE = {Missing.ATTENDANCE, Missing.SURVEY, Missing.TEST}
"""What an exception may lift; marks that disagree must be decided, and a seminar must be over."""


class NothingToExcuse(Exception):
    """Nothing is missing that an exception could lift."""


@dataclass(frozen=True)
class Standing:
    """A person on the way to the certificate."""

    registration: Registration
    attended: Attended
    missing: tuple[Missing, ...]
    test_percent: int | None = None
    exception: EligibilityException | None = None

    @property
    def excusable(self) -> bool:
        """Whether an exception would be enough."""
        return bool(self.missing) and set(self.missing) <= EXCUSABLE

    @property
    def eligible(self) -> bool:
        """Whether nothing is missing, or an exception lifts all that is."""
        return not self.missing or (self.excusable and self.exception is not None)


def standings(session: Session, seminar: Seminar, now: datetime) -> list[Standing]:
    """Say for every participant what is missing, in the list's order."""
    return standings_of(session, seminar, participants(session, seminar), now)


def standing_of(session: Session, registration: Registration, now: datetime) -> Standing:
    """Say what is missing for one person."""
    return standings_of(session, registration.seminar, [registration], now)[0]


def standings_of(session: Session, seminar: Seminar, people: list[Registration], now: datetime) -> list[Standing]:
    """Say for some participants of a seminar what is missing."""
    shares = attended(session, seminar, people, now)
    responded = answered(session, seminar)
    percents = percents_of(session, seminar) if seminar.pass_mark else {}
    excused = exceptions(session, seminar)
    return [
        Standing(
            each,
            shares[each.id],
            missing(seminar, shares[each.id], each.id in responded, now, percents.get(each.id)),
            percents.get(each.id),
            excused.get(each.id),
        )
        for each in people
    ]


def missing(
    seminar: Seminar, share: Attended, has_answered: bool, now: datetime, test_percent: int | None = None
) -> tuple[Missing, ...]:
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
    if seminar.has_survey and seminar.survey_required and not has_answered:
        found.append(Missing.SURVEY)
    if seminar.pass_mark and (test_percent is None or test_percent < seminar.pass_mark):
        found.append(Missing.TEST)
    return tuple(found)


def exceptions(session: Session, seminar: Seminar) -> dict[int, EligibilityException]:
    """Give the exceptions of a seminar by registration."""
    wanted = (
        select(EligibilityException)
        .join(Registration, Registration.id == EligibilityException.registration_id)
        .where(Registration.seminar_id == seminar.id)
        .options(joinedload(EligibilityException.made_by))
    )
    return {each.registration_id: each for each in session.scalars(wanted)}


def make_exception(
    session: Session, registration: Registration, reason: str, user_id: int | None, now: datetime
) -> EligibilityException:
    """Let somebody receive the certificate although something is missing; the reason is kept. Raises NothingToExcuse.

    A second exception for the same person changes the words of the first.
    """
    lock(session, registration.seminar)  # of two organizers at once the later one changes the words
    standing = standing_of(session, registration, now)
    if not standing.excusable:
        raise NothingToExcuse
    made = standing.exception or EligibilityException(registration_id=registration.id)
    made.reason, made.made_at, made.made_by_id = reason, now, user_id
    session.add(made)
    session.flush()
    return made


def take_exception_back(session: Session, registration: Registration) -> None:
    """Take an exception back; a certificate that was issued by it stays."""
    known = exceptions(session, registration.seminar).get(registration.id)
    if known is not None:
        session.delete(known)
        session.flush()

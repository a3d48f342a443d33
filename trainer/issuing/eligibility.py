"""Eligibility: who qualifies for a certificate, what is missing for the others, and recorded exceptions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.summary import AttendanceSummary, summarize_attendance
from trainer.issuing.models import EligibilityException
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participants
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.surveys.participation import SeminarParticipation
from trainer.surveys.responses import list_satisfaction_respondent_ids
from trainer.surveys.scores.scores import map_percents_of_people


class MissingRequirement(StrEnum):
    """A requirement for a certificate that is not met."""

    SEMINAR_CANCELLED = "seminar_cancelled"
    SEMINAR_NOT_OVER = "seminar_not_over"
    ATTENDANCE = "attendance"
    ATTENDANCE_UNRESOLVED = "attendance_unresolved"
    SURVEY = "survey"
    TEST = "test"


EXCUSABLE_REQUIREMENTS = {MissingRequirement.ATTENDANCE, MissingRequirement.SURVEY, MissingRequirement.TEST}
"""Requirements that an exception can waive; conflicts must be decided, and the seminar must be over."""


class NothingToExcuse(Exception):
    """No missing requirement can be waived by an exception."""


@dataclass(frozen=True)
class Eligibility:
    """Eligibility of a person."""

    registration: Registration
    attendance: AttendanceSummary
    missing: tuple[MissingRequirement, ...]
    test_percent: int | None = None
    exception: EligibilityException | None = None

    @property
    def is_excusable(self) -> bool:
        """Return whether an exception would be sufficient."""
        return bool(self.missing) and set(self.missing) <= EXCUSABLE_REQUIREMENTS

    @property
    def is_eligible(self) -> bool:
        """Return whether nothing is missing, or an exception waives all that is."""
        return not self.missing or (self.is_excusable and self.exception is not None)


def list_eligibility(session: Session, seminar: Seminar, now: datetime) -> list[Eligibility]:
    """Return the eligibility of every participant, in the order of the list."""
    return assess_registrations(session, seminar, list_participants(session, seminar), now)


def get_eligibility(session: Session, registration: Registration, now: datetime) -> Eligibility:
    """Return the eligibility of one person."""
    return assess_registrations(session, registration.seminar, [registration], now)[0]


def assess_registration(
    session: Session, registration: Registration, attendance: AttendanceSummary, has_answered: bool, now: datetime
) -> Eligibility:
    """Return the eligibility of one person whose attendance and survey answer are already known.

    Test score and exception are read only if they can make a difference.
    """
    seminar = registration.seminar
    test_percent = map_percents_of_people(session, [registration]).get(registration.id) if seminar.pass_mark else None
    missing = list_missing_requirements(seminar, attendance, has_answered, now, test_percent)
    eligibility = Eligibility(registration, attendance, missing, test_percent)
    if not eligibility.is_excusable:
        return eligibility
    return replace(eligibility, exception=map_exceptions_by_registration(session, [registration]).get(registration.id))


def assess_registrations(
    session: Session, seminar: Seminar, registrations: list[Registration], now: datetime
) -> list[Eligibility]:
    """Return the eligibility of some participants of a seminar."""
    attendance = summarize_attendance(session, seminar, registrations, now)
    respondent_ids = list_satisfaction_respondent_ids(session, seminar)
    return build_eligibilities(session, seminar, registrations, attendance, respondent_ids, now)


def assess_participation(
    session: Session,
    seminar: Seminar,
    registrations: Sequence[Registration],
    participation: SeminarParticipation,
    now: datetime,
) -> list[Eligibility]:
    """Return the eligibility of some participants of a seminar whose participation is known, by at most two queries."""
    ids = {registration.id for registration in registrations}
    attendance = {
        registration_id: summary
        for summary, own_ids in participation.tally.split_by_summary(ids)
        for registration_id in own_ids
    }
    return build_eligibilities(session, seminar, registrations, attendance, participation.answered_ids, now)


def build_eligibilities(
    session: Session,
    seminar: Seminar,
    registrations: Sequence[Registration],
    attendance: Mapping[int, AttendanceSummary],
    respondent_ids: Collection[int],
    now: datetime,
) -> list[Eligibility]:
    """Return the eligibility of participants whose attendance and answers are known; test scores and exceptions are read."""
    percents = map_percents_of_people(session, registrations) if seminar.pass_mark else {}
    exceptions = map_exceptions_by_registration(session, registrations)
    return [
        Eligibility(
            registration,
            attendance[registration.id],
            list_missing_requirements(
                seminar,
                attendance[registration.id],
                registration.id in respondent_ids,
                now,
                percents.get(registration.id),
            ),
            percents.get(registration.id),
            exceptions.get(registration.id),
        )
        for registration in registrations
    ]


def list_missing_requirements(
    seminar: Seminar, attendance: AttendanceSummary, has_answered: bool, now: datetime, test_percent: int | None = None
) -> tuple[MissingRequirement, ...]:
    """Return what is missing, in the order in which it can be resolved."""
    if seminar.is_cancelled:
        return (MissingRequirement.SEMINAR_CANCELLED,)
    is_over = seminar.is_over(now)
    missing = []
    if not is_over:
        missing.append(MissingRequirement.SEMINAR_NOT_OVER)
    if attendance.conflicting:
        missing.append(MissingRequirement.ATTENDANCE_UNRESOLVED)
    elif is_over and not attendance.reaches_share(seminar.share_required):
        missing.append(MissingRequirement.ATTENDANCE)
    if seminar.has_survey and seminar.survey_required and not has_answered:
        missing.append(MissingRequirement.SURVEY)
    if seminar.pass_mark and (test_percent is None or test_percent < seminar.pass_mark):
        missing.append(MissingRequirement.TEST)
    return tuple(missing)


def map_exceptions_by_registration(
    session: Session, registrations: Iterable[Registration]
) -> dict[int, EligibilityException]:
    """Return the exceptions of some people by registration id."""
    query = (
        select(EligibilityException)
        .where(EligibilityException.registration_id.in_([registration.id for registration in registrations]))
        .options(joinedload(EligibilityException.granted_by))
    )
    return {exception.registration_id: exception for exception in session.scalars(query)}


def record_exception(
    session: Session, registration: Registration, reason: str, user_id: int | None, now: datetime
) -> EligibilityException:
    """Record that somebody receives the certificate although something is missing. Raises NothingToExcuse.

    A second exception for the same person replaces the reason of the first.
    """
    lock_seminar(session, registration.seminar)  # of two concurrent organizers the later one sets the reason
    eligibility = get_eligibility(session, registration, now)
    if not eligibility.is_excusable:
        raise NothingToExcuse
    exception = eligibility.exception or EligibilityException(registration_id=registration.id)
    exception.reason, exception.granted_at, exception.granted_by_id = reason, now, user_id
    session.add(exception)
    session.flush()
    return exception


def remove_exception(session: Session, registration: Registration) -> None:
    """Remove an exception; a certificate that was issued by it stays valid."""
    exception = map_exceptions_by_registration(session, [registration]).get(registration.id)
    if exception is not None:
        session.delete(exception)
        session.flush()

"""How many people qualify for a certificate that they do not have, in many seminars by a few queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import SessionAttendance
from trainer.attendance.summary import AttendanceSummary, count_attendance, map_attendance_summaries
from trainer.issuing.eligibility import EXCUSABLE_REQUIREMENTS, list_missing_requirements
from trainer.issuing.models import EligibilityException, IssuedCertificate
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER
from trainer.surveys.models import Survey, SurveyParticipation, TestScore


def count_ready_certificates(
    session: Session, seminars: Sequence[Seminar], now: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, int]:
    """Return how many people qualify and never had a certificate, by seminar id; seminars without any are left out.

    `surviving_ids` maps merged registrations to the surviving ones.
    """
    over = {seminar.id: seminar for seminar in seminars if has_certificates_to_issue(seminar, now)}
    candidates = map_candidates(session, over)
    if not candidates:
        return {}
    summaries = map_attendance_summaries(session, list(over.values()), now, surviving_ids)
    unmarked = {id_: count_attendance([SessionAttendance()] * len(seminar.sessions)) for id_, seminar in over.items()}
    answered_ids = {surviving_ids.get(id_, id_) for id_ in list_answered_ids(session, over)}
    percents = map_percents(session, over)
    excused_ids = set(
        session.scalars(
            select(EligibilityException.registration_id)
            .join(Registration, Registration.id == EligibilityException.registration_id)
            .where(Registration.seminar_id.in_(over))
        )
    )

    @cache  # many people have the same attendance
    def qualifies(
        seminar_id: int, attendance: AttendanceSummary, has_answered: bool, percent: int | None, is_excused: bool
    ) -> bool:
        missing = list_missing_requirements(over[seminar_id], attendance, has_answered, now, percent)
        return not missing or (is_excused and set(missing) <= EXCUSABLE_REQUIREMENTS)

    ready: Counter[int] = Counter()
    for registration_id, seminar_id in candidates.items():
        ready[seminar_id] += qualifies(
            seminar_id,
            summaries.get(registration_id, unmarked[seminar_id]),
            registration_id in answered_ids,
            percents.get(registration_id),
            registration_id in excused_ids,
        )
    return {seminar_id: count for seminar_id, count in ready.items() if count}


def has_certificates_to_issue(seminar: Seminar, now: datetime) -> bool:
    """Return whether certificates of a seminar can be issued by now."""
    return seminar.has_certificate and not seminar.is_cancelled and seminar.is_over(now)


def map_candidates(session: Session, seminars: dict[int, Seminar]) -> dict[int, int]:
    """Return the seminar of each registered person of these seminars who never had a certificate, by registration id."""
    has_certificate = exists().where(IssuedCertificate.registration_id == Registration.id)
    query = select(Registration.id, Registration.seminar_id).where(
        Registration.seminar_id.in_(seminars), Registration.status == RegistrationStatus.REGISTERED, ~has_certificate
    )
    return {row[0]: row[1] for row in session.execute(query)} if seminars else {}


def list_answered_ids(session: Session, seminars: dict[int, Seminar]) -> list[int]:
    """Return the registrations that have answered the satisfaction survey of one of these seminars."""
    query = select(SurveyParticipation.registration_id).join(Survey, Survey.id == SurveyParticipation.survey_id)
    query = query.where(Survey.seminar_id.in_(seminars), Survey.number == SATISFACTION_SURVEY_NUMBER)
    return list(session.scalars(query))


def map_percents(session: Session, seminars: dict[int, Seminar]) -> dict[int, int]:
    """Return the test percentages of seminars with a pass mark by registration id."""
    tested = [seminar.id for seminar in seminars.values() if seminar.pass_mark]
    if not tested:
        return {}
    query = select(TestScore.registration_id, TestScore.percent).join(
        Registration, Registration.id == TestScore.registration_id
    )
    return {row[0]: row[1] for row in session.execute(query.where(Registration.seminar_id.in_(tested)))}

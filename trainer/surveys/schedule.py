"""The schedule of a survey: when it opens and closes, its stage, whom it asks, and who may answer it now."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.summary import AttendanceSummary, list_absent_registration_ids
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_project_seminar_ids
from trainer.surveys.models import Survey, SurveyPurpose


class SurveyClosed(Exception):
    """The survey can't be answered now."""


class SurveyNotYetOpen(SurveyClosed):
    """The survey is not released, opens later, or its seminar has no date yet."""


class RespondentAbsent(SurveyClosed):
    """The person attended no session of the seminar and can't answer its survey."""


def find_survey_opening(survey: Survey) -> datetime | None:
    """Return the opening time of a survey: the time that was set, or the start of the last session.

    None: it is a pre-test without an opening time, which is open at once, or the seminar has no date.
    """
    if survey.opens_at is not None or survey.purpose == SurveyPurpose.PRE_TEST:
        return survey.opens_at
    sessions = survey.seminar.sessions
    return sessions[-1].starts_at if sessions else None


def is_survey_closed(survey: Survey, now: datetime) -> bool:
    """Return True if the survey has been closed or its closing time has passed."""
    return any(
        closing_time is not None and closing_time <= now for closing_time in (survey.closed_at, survey.closes_at)
    )


def is_answering_over(survey: Survey, now: datetime) -> bool:
    """Return True if nobody can answer the survey any more: it is closed, or the only seminar that it asks about is cancelled."""
    return is_survey_closed(survey, now) or (survey.seminar.is_cancelled and not survey.for_project)


def check_answering_allowed(survey: Survey, attendance: AttendanceSummary, now: datetime) -> None:
    """Raise an exception if a person with this attendance can't answer the survey now.

    Raises SurveyNotYetOpen, SurveyClosed or RespondentAbsent. Does not check whether the person has already answered.
    """
    opening_time = find_survey_opening(survey)
    is_scheduled = bool(survey.seminar.sessions) or survey.purpose == SurveyPurpose.PRE_TEST or opening_time is not None
    if not (survey.released and is_scheduled) or (opening_time is not None and now < opening_time):
        raise SurveyNotYetOpen
    if is_answering_over(survey, now):
        raise SurveyClosed
    if survey.purpose != SurveyPurpose.PRE_TEST and attendance.missed_all:
        raise RespondentAbsent


class SurveyStage(StrEnum):
    """The stage of a survey in its life."""

    BUILDING = "building"  # not released yet
    NOT_OPEN_YET = "not_yet"
    OPEN = "open"
    SEALING = "sealing"  # closed and anonymous; data that could link answers to people is still to be overwritten
    CLOSED = "closed"


def get_survey_stage(survey: Survey, now: datetime) -> SurveyStage:
    """Return the stage of a survey at a moment."""
    if is_survey_closed(survey, now):
        return SurveyStage.SEALING if survey.anonymous and survey.sealed_at is None else SurveyStage.CLOSED
    if not survey.released:
        return SurveyStage.BUILDING
    opens = find_survey_opening(survey)
    is_open = survey.purpose == SurveyPurpose.PRE_TEST if opens is None else opens <= now
    return SurveyStage.OPEN if is_open else SurveyStage.NOT_OPEN_YET


def list_audience_seminars(session: Session, survey: Survey) -> list[Seminar]:
    """Return the seminars whose participants a survey asks, by id, with their sessions: its own, or all of the project.

    Nobody is asked about a cancelled seminar.
    """
    if not survey.for_project:
        return [] if survey.seminar.is_cancelled else [survey.seminar]
    statement = select(Seminar).where(
        Seminar.id.in_(select_project_seminar_ids(survey.seminar)), Seminar.cancelled_at.is_(None)
    )
    return list(session.scalars(statement.order_by(Seminar.id).options(selectinload(Seminar.sessions))))


def count_survey_audiences(session: Session, surveys: Sequence[Survey], now: datetime) -> list[int]:
    """Return the number of people whom each of some surveys of a seminar asks, in a fixed number of queries.

    A test before the seminar asks everybody who has a seat. Any other survey leaves out people who missed the whole seminar,
    once the attendance of all its past sessions is marked. A person registered for several seminars counts once.
    """
    if not surveys:
        return []
    widest_survey = max(surveys, key=lambda survey: survey.for_project)
    seminars = list_audience_seminars(session, widest_survey)
    statement = select(Registration.id, Registration.seminar_id, Registration.person_id).where(
        Registration.seminar_id.in_([seminar.id for seminar in seminars]),
        Registration.status == RegistrationStatus.REGISTERED,
    )
    seats = session.execute(statement).all()
    seminar_ids = {registration_id: seminar_id for registration_id, seminar_id, _person in seats}
    absent_ids = list_absent_registration_ids(session, seminars, seminar_ids, now)
    return [
        len(
            {
                person_id
                for registration_id, seminar_id, person_id in seats
                if (survey.for_project or seminar_id == survey.seminar.id)
                and (survey.purpose == SurveyPurpose.PRE_TEST or registration_id not in absent_ids)
            }
        )
        for survey in surveys
    ]

"""The schedule of a survey: when it opens and closes, its stage, whom it asks, and who may answer it now."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.ledger import AttendanceSummary, summarize_attendance
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participants
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


def check_answering_allowed(survey: Survey, attendance: AttendanceSummary, now: datetime) -> None:
    """Raise an exception if a person with this attendance can't answer the survey now.

    Raises SurveyNotYetOpen, SurveyClosed or RespondentAbsent. Does not check whether the person has already answered.
    """
    opening_time = find_survey_opening(survey)
    is_scheduled = bool(survey.seminar.sessions) or survey.purpose == SurveyPurpose.PRE_TEST or opening_time is not None
    if not (survey.released and is_scheduled) or (opening_time is not None and now < opening_time):
        raise SurveyNotYetOpen
    if is_survey_closed(survey, now) or (survey.seminar.is_cancelled and not survey.for_project):
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


def count_survey_audience(session: Session, survey: Survey, now: datetime) -> int:
    """Return the number of people whom a survey asks; a person registered for several seminars counts once."""
    registrations = (
        registration
        for seminar in list_audience_seminars(session, survey)
        for registration in list_survey_audience(session, survey, seminar, now)
    )
    return len({registration.person_id for registration in registrations})


def list_survey_audience(session: Session, survey: Survey, seminar: Seminar, now: datetime) -> list[Registration]:
    """Return the registrations of a seminar whose people a survey asks.

    A test before the seminar asks everybody who has a seat. Any other survey leaves out people who missed the whole seminar,
    once the attendance of all its past sessions is marked.
    """
    registrations = list_participants(session, seminar)
    if survey.purpose == SurveyPurpose.PRE_TEST:
        return registrations
    summaries = summarize_attendance(session, seminar, registrations, now)
    return [registration for registration in registrations if not summaries[registration.id].missed_all]

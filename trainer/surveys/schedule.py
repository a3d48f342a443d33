"""The schedule of a survey: when it opens and closes, its stage, whom it asks, and who may answer it now."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.summary import AttendanceSummary
from trainer.attendance.tally import load_tallies
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.participants import map_ids_by_status
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
    seminar_ids = [seminar.id for seminar in seminars]
    seats = {
        seminar_id: by_status[RegistrationStatus.REGISTERED]
        for seminar_id, by_status in map_ids_by_status(session, seminar_ids).items()
    }
    tallies = load_tallies(session, seminars, now, map_merged_registrations(session, seminar_ids))
    asked = {
        seminar_id: tallies[seminar_id].choose(ids, lambda attendance: not attendance.missed_all)
        for seminar_id, ids in seats.items()
    }
    people = map_person_ids(session, seminar_ids) if len(seminars) > 1 else {}
    counts = []
    for survey in surveys:
        audience = seats if survey.purpose == SurveyPurpose.PRE_TEST else asked
        ids = set().union(*audience.values()) if survey.for_project else audience.get(survey.seminar.id, set())
        counts.append(len({people.get(registration_id, registration_id) for registration_id in ids}))
    return counts


def map_person_ids(session: Session, seminar_ids: Sequence[int]) -> dict[int, int]:
    """Return the person of every registration of seminars, as ids."""
    query = select(Registration.person_id, Registration.id).where(Registration.seminar_id.in_(seminar_ids))
    return {registration_id: person_id for person_id, registration_id in session.execute(query)}

"""Answering: which survey a seminar has, who may answer now, and keeping one response of each person."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.marks import Attended
from trainer.registration.models import Registration
from trainer.registration.places import lock
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey, SurveyResponse, SurveyVersion
from trainer.surveys.questions import SATISFACTION_SURVEY, SATISFACTION_TITLE, Question


class SurveyClosed(Exception):
    """The survey is not open now."""


class NotYetOpen(SurveyClosed):
    """The survey opens when the last session begins."""


class WasAbsent(SurveyClosed):
    """Somebody who was at no session has nothing to answer."""


class AnsweredBefore(SurveyClosed):
    """This person has answered."""


def survey_of(session: Session, seminar: Seminar) -> Survey:
    """Give the seminar's satisfaction survey; until the first answer it is the ready-made one and in no table."""
    return satisfaction_survey(session, seminar) or ready_survey(seminar)


def ready_survey(seminar: Seminar) -> Survey:
    """Make the ready-made satisfaction survey for a seminar."""
    questions = [question.kept() for question in SATISFACTION_SURVEY]
    return Survey(
        seminar=seminar, number=1, title=SATISFACTION_TITLE, versions=[SurveyVersion(number=1, questions=questions)]
    )


def satisfaction_survey(session: Session, seminar: Seminar) -> Survey | None:
    """Find the seminar's satisfaction survey."""
    return session.scalar(select(Survey).where(Survey.seminar_id == seminar.id, Survey.number == 1))


def questions_of(version: SurveyVersion) -> list[Question]:
    """Give the questions of a version."""
    return [Question.read(kept) for kept in version.questions]


def response_of(session: Session, survey: Survey, registration: Registration) -> SurveyResponse | None:
    """Find what a person answered."""
    if survey.id is None:
        return None
    wanted = select(SurveyResponse).where(
        SurveyResponse.survey_id == survey.id, SurveyResponse.registration_id == registration.id
    )
    return session.scalar(wanted)


def check_open(survey: Survey, attended: Attended, now: datetime) -> None:
    """Raise SurveyClosed, NotYetOpen or WasAbsent when a person can't answer now."""
    sessions = survey.seminar.sessions
    if not sessions or now < sessions[-1].starts_at:
        raise NotYetOpen
    if survey.closed_at is not None and survey.closed_at <= now:
        raise SurveyClosed
    if attended.held and attended.marked == attended.held and attended.present == 0:
        raise WasAbsent


def keep_response(
    session: Session, registration: Registration, answers: dict[str, Any], language: str, now: datetime
) -> SurveyResponse:
    """Keep a person's answers to the seminar's survey; of two that come at once one is kept. Raises AnsweredBefore."""
    lock(session, registration.seminar)
    survey = survey_of(session, registration.seminar)
    session.add(survey)
    session.flush()
    if response_of(session, survey, registration) is not None:
        raise AnsweredBefore
    response = SurveyResponse(
        survey_id=survey.id,
        version=survey.current,
        registration_id=registration.id,
        answers=answers,
        language=language,
        answered_at=now,
    )
    session.add(response)
    session.flush()
    return response


def answered(session: Session, seminar: Seminar) -> set[int]:
    """Give the registrations that have answered the seminar's satisfaction survey."""
    wanted = select(SurveyResponse.registration_id).join(Survey, Survey.id == SurveyResponse.survey_id)
    return set(session.scalars(wanted.where(Survey.seminar_id == seminar.id, Survey.number == 1)))

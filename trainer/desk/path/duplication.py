"""Duplicating a seminar: everything but dates and people, with the questions of its form and its surveys."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import RegistrationQuestion
from trainer.seminars.description.copying import copy_seminar
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey, SurveyVersion

QUESTION_ATTRIBUTES = ("position", "kind", "label", "choices", "required")
SURVEY_ATTRIBUTES = ("number", "title", "purpose", "anonymous", "for_project", "target", "organizer_note", "released")


def duplicate_seminar(session: Session, earlier: Seminar, first_day: date | None) -> Seminar:
    """Create a draft like an earlier seminar, its first session on `first_day`; without one it has no sessions."""
    seminar = copy_seminar(session, earlier, first_day)
    copy_questions(session, earlier, seminar)
    copy_surveys(session, earlier, seminar)
    session.flush()
    return seminar


def copy_questions(session: Session, earlier: Seminar, seminar: Seminar) -> None:
    """Copy the questions of the registration form that are still asked."""
    query = select(RegistrationQuestion).where(
        RegistrationQuestion.seminar_id == earlier.id, RegistrationQuestion.retired.is_(False)
    )
    for question in session.scalars(query.order_by(RegistrationQuestion.position)):
        values = {name: getattr(question, name) for name in QUESTION_ATTRIBUTES}
        session.add(RegistrationQuestion(seminar_id=seminar.id, **values))


def copy_surveys(session: Session, earlier: Seminar, seminar: Seminar) -> None:
    """Copy the surveys with their present questions. They open and close by the rules, not at the times of the earlier ones."""
    for survey in session.scalars(select(Survey).where(Survey.seminar_id == earlier.id).order_by(Survey.number)):
        values = {name: getattr(survey, name) for name in SURVEY_ATTRIBUTES}
        questions = list(survey.current_version.questions)
        session.add(Survey(seminar=seminar, versions=[SurveyVersion(number=1, questions=questions)], **values))

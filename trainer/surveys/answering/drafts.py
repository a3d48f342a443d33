"""Drafts: saved answers to a survey with names that are not submitted yet."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.registration.models import Registration
from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.models import Survey, SurveyDraft
from trainer.surveys.questions.validation import filter_valid_answers
from trainer.surveys.responses import SurveyAlreadyAnswered, has_answered_survey
from trainer.surveys.schedule import SurveyClosed, is_answering_over


class DraftNotAllowed(Exception):
    """An anonymous survey has no drafts on the server; unsent answers stay in the browser."""


def save_survey_draft(
    session: Session, survey: Survey, registration: Registration, submitted_answers: Mapping[str, Any], now: datetime
) -> None:
    """Save the valid part of the submitted answers as the draft of a person, replacing an earlier one.

    Raises DraftNotAllowed, SurveyClosed, SurveyAlreadyAnswered.
    """
    if survey.anonymous:
        raise DraftNotAllowed
    survey = lock_survey(session, survey)
    if is_answering_over(survey, now):
        raise SurveyClosed
    if has_answered_survey(session, survey, registration):
        raise SurveyAlreadyAnswered
    draft = find_survey_draft(session, survey, registration)
    draft = draft or SurveyDraft(survey_id=survey.id, registration_id=registration.id)
    draft.version_id, draft.saved_at = survey.current_version.id, now
    draft.answers = filter_valid_answers(list_version_questions(survey.current_version), submitted_answers)
    session.add(draft)
    session.flush()


def find_survey_draft(session: Session, survey: Survey, registration: Registration) -> SurveyDraft | None:
    """Return the draft of a registration for a survey; None if there is none."""
    return None if survey.id is None else session.get(SurveyDraft, (survey.id, registration.id))


def list_survey_drafts(session: Session, registrations: Iterable[Registration]) -> list[SurveyDraft]:
    """Return the drafts of some registrations with their versions."""
    ids = [registration.id for registration in registrations]
    statement = select(SurveyDraft).where(SurveyDraft.registration_id.in_(ids)).order_by(SurveyDraft.version_id)
    return list(session.scalars(statement.options(joinedload(SurveyDraft.version))))

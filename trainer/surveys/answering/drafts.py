"""What somebody has answered of a survey with names and not sent yet; answers without a name are never kept before they are sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration
from trainer.surveys.models import Survey, SurveyDraft, SurveyVersion
from trainer.surveys.questions.validation import fitting
from trainer.surveys.responses import AnsweredBefore, SurveyClosed, has_answered, is_closed, locked, questions_of


class NeverKept(Exception):
    """What is not sent yet of an anonymous survey stays in its browser."""


def keep_draft(
    session: Session, survey: Survey, registration: Registration, given: Mapping[str, Any], now: datetime
) -> None:
    """Keep what is an answer of what was given so far, in place of what was kept before.

    Raises NeverKept, SurveyClosed, AnsweredBefore.
    """
    if survey.anonymous:
        raise NeverKept
    survey = locked(session, survey)
    if is_closed(survey, now):
        raise SurveyClosed
    if has_answered(session, survey, registration):
        raise AnsweredBefore
    draft = draft_of(session, survey, registration)
    draft = draft or SurveyDraft(survey_id=survey.id, registration_id=registration.id)
    draft.version_id, draft.saved_at = survey.current.id, now
    draft.answers = fitting(questions_of(survey.current), given)
    session.add(draft)
    session.flush()


def draft_of(session: Session, survey: Survey, registration: Registration) -> SurveyDraft | None:
    """Find what somebody has not sent yet."""
    return None if survey.id is None else session.get(SurveyDraft, (survey.id, registration.id))


def drafts_of(session: Session, registration: Registration) -> list[tuple[SurveyVersion, dict[str, Any]]]:
    """Give what one person has not sent yet, each with the version that it answers."""
    wanted = select(SurveyVersion, SurveyDraft.answers).join(SurveyDraft, SurveyDraft.version_id == SurveyVersion.id)
    found = session.execute(wanted.where(SurveyDraft.registration_id == registration.id).order_by(SurveyVersion.id))
    return [(version, answers) for version, answers in found]

"""The history of a survey's questions: each change is kept for a day with the questions before it, so that it can be undone."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.surveys.models import Survey, SurveyChange

UNDO_PERIOD = timedelta(days=1)


class SurveyChangeKind(StrEnum):
    """What was done to the questions of a survey."""

    ADDED = "added"
    EDITED = "edited"
    MOVED = "moved"
    REMOVED = "removed"
    REPLACED = "replaced"  # all questions, by those of a file


def record_survey_change(
    session: Session,
    survey: Survey,
    kind: SurveyChangeKind,
    key: str,
    earlier_questions: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Record that the questions of a survey were changed from `earlier_questions`, and forget changes that are too old."""
    too_old = SurveyChange.changed_at < now - UNDO_PERIOD
    session.execute(delete(SurveyChange).where(SurveyChange.survey_id == survey.id, too_old))
    session.add(
        SurveyChange(
            survey_id=survey.id,
            kind=kind,
            question_key=key,
            earlier_questions=earlier_questions,
            fingerprint=compute_fingerprint(survey.current_version.questions),
            changed_at=now,
        )
    )
    session.flush()


def find_newest_survey_change(session: Session, survey: Survey, now: datetime) -> SurveyChange | None:
    """Return the newest change of a survey that can be undone; None if there is none or the questions are no longer its result."""
    if survey.id is None:
        return None
    statement = select(SurveyChange).where(
        SurveyChange.survey_id == survey.id, SurveyChange.changed_at >= now - UNDO_PERIOD
    )
    change = session.scalar(statement.order_by(SurveyChange.id.desc()).limit(1))
    if change is None or change.fingerprint != compute_fingerprint(survey.current_version.questions):
        return None
    return change

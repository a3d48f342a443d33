"""Test scores: percentages of correct answers, one for each registration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import (
    Survey,
    TestScore,
)
from trainer.surveys.questions.validation import calculate_score


def map_test_percents(session: Session, seminar: Seminar) -> dict[int, int]:
    """Return the test percentages (0 to 100) of a seminar by registration id."""
    rows = session.execute(
        select(TestScore.registration_id, TestScore.percent)
        .join(Registration, Registration.id == TestScore.registration_id)
        .where(Registration.seminar_id == seminar.id)
    )
    return {row.registration_id: row.percent for row in rows}


def record_test_scores(
    session: Session, seminar: Seminar, percents: Mapping[int, int | None], user_id: int | None, now: datetime
) -> None:
    """Record entered percentages by registration id; None deletes a score.

    Unchanged scores keep their author and time. Registrations of other seminars are ignored.
    """
    statement = select(Registration.id).where(Registration.seminar_id == seminar.id).with_for_update()
    registration_ids = set(session.scalars(statement))
    scores = {
        score.registration_id: score
        for score in session.scalars(select(TestScore).where(TestScore.registration_id.in_(registration_ids)))
    }
    for registration_id in registration_ids & set(percents):
        percent, score = percents[registration_id], scores.get(registration_id)
        if percent is None:
            if score is not None:
                session.delete(score)
        elif score is None:
            session.add(
                TestScore(registration_id=registration_id, percent=percent, entered_at=now, entered_by_id=user_id)
            )
        elif score.percent != percent:
            score.percent, score.entered_at, score.entered_by_id = percent, now, user_id
    session.flush()


def record_test_score(
    session: Session, survey: Survey, registration: Registration, answers: Mapping[str, Any], now: datetime
) -> None:
    """Record the score of answers to the post-test, which the certificate may require.

    Does nothing if the survey has no question with a correct answer.
    """
    result = calculate_score(list_version_questions(survey.current_version), answers)
    if not result.total:
        return
    test_score = session.scalar(select(TestScore).where(TestScore.registration_id == registration.id))
    test_score = test_score or TestScore(registration_id=registration.id)
    test_score.percent, test_score.entered_at, test_score.entered_by_id = result.percent, now, None
    session.add(test_score)

"""Test scores: percentages of correct answers, one for each registration."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, TestScore
from trainer.surveys.questions.validation import calculate_score


def map_test_percents(session: Session, seminar: Seminar) -> dict[int, int]:
    """Return the test percentages (0 to 100) of a seminar by registration id."""
    rows = session.execute(
        select(TestScore.registration_id, TestScore.percent)
        .join(Registration, Registration.id == TestScore.registration_id)
        .where(Registration.seminar_id == seminar.id)
    )
    return {row.registration_id: row.percent for row in rows}


def list_test_scores(session: Session, registration_ids: Iterable[int]) -> list[TestScore]:
    """Return the test scores of some registrations."""
    return list(session.scalars(select(TestScore).where(TestScore.registration_id.in_(list(registration_ids)))))


def map_percents_of_people(session: Session, registrations: Iterable[Registration]) -> dict[int, int]:
    """Return the test percentages (0 to 100) of some people, of any seminars, by registration id."""
    ids = [registration.id for registration in registrations]
    rows = session.execute(
        select(TestScore.registration_id, TestScore.percent).where(TestScore.registration_id.in_(ids))
    )
    return {row.registration_id: row.percent for row in rows}


def record_test_scores(
    session: Session, seminar: Seminar, percents: Mapping[int, int | None], user_id: int | None, now: datetime
) -> None:
    """Record entered percentages by registration id; None deletes a score.

    Unchanged scores keep their author and time. Registrations of other seminars are ignored.
    """
    statement = select(Registration.id).where(Registration.seminar_id == seminar.id, Registration.id.in_(percents))
    registration_ids = set(session.scalars(statement.order_by(Registration.id).with_for_update()))
    scores = {
        score.registration_id: score
        for score in session.scalars(select(TestScore).where(TestScore.registration_id.in_(registration_ids)))
    }
    for registration_id in registration_ids:
        percent, score = percents[registration_id], scores.get(registration_id)
        if percent is None and score is not None:
            session.delete(score)
        elif percent is not None and (score is None or score.percent != percent):
            write_test_score(session, score or TestScore(registration_id=registration_id), percent, user_id, now)
    session.flush()


def record_response_score(
    session: Session, survey: Survey, registration: Registration, answers: Mapping[str, Any], now: datetime
) -> None:
    """Record the score of answers to the post-test, which the certificate may require.

    Does nothing if the person was shown no question with a correct answer.
    """
    result = calculate_score(list_version_questions(survey.current_version), answers)
    if result.total:
        score = session.scalar(select(TestScore).where(TestScore.registration_id == registration.id))
        score = score or TestScore(registration_id=registration.id)
        write_test_score(session, score, result.percent, None, now)


def write_test_score(session: Session, score: TestScore, percent: int, user_id: int | None, now: datetime) -> None:
    """Write a percentage and its author (None: the response itself) into a score, and add the score to the session."""
    score.percent, score.entered_at, score.entered_by_id = percent, now, user_id
    session.add(score)

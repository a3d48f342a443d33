"""Paper of an anonymous survey: who handed it in and what it says are kept by two acts that nothing connects.

Whoever ticks a name and types that person's paper at once would pair the two. So the names are ticked first, as many as papers
were handed in; then the papers are typed, mixed, without a name. There are never more slips than people who have answered.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration
from trainer.surveys.models import AnonymousSlip, Survey, SurveyParticipation
from trainer.surveys.questions.validation import checked
from trainer.surveys.responses import OtherVersion, SurveyClosed, has_answered, is_closed, locked, questions_of


class NothingToKeyIn(Exception):
    """As many answers are in the box as people have answered: first tick who handed in paper."""


class KeyedInBefore(Exception):
    """This paper was sent twice: it is in the box."""


class NotAnonymous(Exception):
    """What is on paper with a name is kept under it."""


@dataclass(frozen=True)
class Box:
    """How many people have answered an anonymous survey, on paper or not, and how many answers are in the box."""

    people: int
    slips: int

    @property
    def to_key_in(self) -> int:
        """How many papers are still to be typed; of somebody forgotten meanwhile only the answers are left."""
        return max(0, self.people - self.slips)


def box_of(session: Session, survey: Survey) -> Box:
    """Count what may be known of an anonymous survey while it is open."""
    people = select(func.count()).select_from(SurveyParticipation).where(SurveyParticipation.survey_id == survey.id)
    slips = select(func.count()).select_from(AnonymousSlip).where(AnonymousSlip.survey_id == survey.id)
    return Box(session.scalar(people) or 0, session.scalar(slips) or 0)


def hand_in(session: Session, survey: Survey, people: Iterable[Registration], now: datetime) -> int:
    """Keep that people have handed in paper; who has answered already is passed over. Gives how many were new.

    Raises NotAnonymous, SurveyClosed.
    """
    survey = open_box(session, survey, now)
    new = [each for each in people if not has_answered(session, survey, each)]
    session.add_all(SurveyParticipation(survey_id=survey.id, registration_id=each.id) for each in new)
    session.flush()
    return len(new)


def keep_slip(
    session: Session,
    survey: Survey,
    given: Mapping[str, Any],
    now: datetime,
    *,
    version: str,
    key: uuid.UUID | None = None,
) -> None:
    """Put the answers of a paper into the box; sent twice with the same random `key`, as by a double tap, it is there once.

    Raises NotAnonymous, SurveyClosed, KeyedInBefore, OtherVersion, NothingToKeyIn, AnswersRefused.
    """
    survey = open_box(session, survey, now)
    if key is not None and session.get(AnonymousSlip, key) is not None:
        raise KeyedInBefore
    if version != survey.current.mark:
        raise OtherVersion
    if box_of(session, survey).to_key_in < 1:
        raise NothingToKeyIn
    answers = checked(questions_of(survey.current), given)
    slip = AnonymousSlip(id=key, survey_id=survey.id, version_id=survey.current.id, answers=answers, on_paper=True)
    session.add(slip)
    session.flush()


def open_box(session: Session, survey: Survey, now: datetime) -> Survey:
    """Lock an anonymous survey that is open. Raises NotAnonymous, SurveyClosed."""
    if not survey.anonymous:
        raise NotAnonymous
    survey = locked(session, survey)
    if is_closed(survey, now):
        raise SurveyClosed
    return survey

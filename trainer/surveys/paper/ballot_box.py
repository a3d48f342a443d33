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
from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.models import Ballot, Survey, SurveyParticipation
from trainer.surveys.questions.validation import validate_answers
from trainer.surveys.responses import SurveyVersionChanged, has_answered_survey
from trainer.surveys.schedule import SurveyClosed, is_survey_closed


class AllPapersEntered(Exception):
    """As many answers are in the box as people have answered: first tick who handed in paper."""


class PaperAlreadyEntered(Exception):
    """This paper was sent twice: it is in the box."""


class SurveyNotAnonymous(Exception):
    """What is on paper with a name is kept under it."""


@dataclass(frozen=True)
class BallotBoxCounts:
    """How many people have answered an anonymous survey, on paper or not, and how many answers are in the box."""

    respondent_count: int
    ballot_count: int

    @property
    def papers_to_enter(self) -> int:
        """How many papers are still to be typed; of somebody forgotten meanwhile only the answers are left."""
        return max(0, self.respondent_count - self.ballot_count)


def count_ballot_box(session: Session, survey: Survey) -> BallotBoxCounts:
    """Count what may be known of an anonymous survey while it is open."""
    respondents = (
        select(func.count()).select_from(SurveyParticipation).where(SurveyParticipation.survey_id == survey.id)
    )
    ballots = select(func.count()).select_from(Ballot).where(Ballot.survey_id == survey.id)
    return BallotBoxCounts(session.scalar(respondents) or 0, session.scalar(ballots) or 0)


def record_paper_participation(
    session: Session, survey: Survey, registrations: Iterable[Registration], now: datetime
) -> int:
    """Keep that people have handed in paper; who has answered already is passed over. Gives how many were new.

    Raises NotAnonymous, SurveyClosed.
    """
    survey = lock_ballot_box(session, survey, now)
    new_registrations = [
        registration for registration in registrations if not has_answered_survey(session, survey, registration)
    ]
    session.add_all(
        SurveyParticipation(survey_id=survey.id, registration_id=registration.id) for registration in new_registrations
    )
    session.flush()
    return len(new_registrations)


def record_paper_ballot(
    session: Session,
    survey: Survey,
    submitted_answers: Mapping[str, Any],
    now: datetime,
    *,
    fingerprint: str,
    ballot_id: uuid.UUID | None = None,
) -> None:
    """Put the answers of a paper into the box; sent twice with the same random `ballot_id`, as by a double tap, it is there once.

    Raises NotAnonymous, SurveyClosed, KeyedInBefore, OtherVersion, NothingToKeyIn, AnswersRefused.
    """
    survey = lock_ballot_box(session, survey, now)
    if ballot_id is not None and session.get(Ballot, ballot_id) is not None:
        raise PaperAlreadyEntered
    if fingerprint != survey.current_version.fingerprint:
        raise SurveyVersionChanged
    if count_ballot_box(session, survey).papers_to_enter < 1:
        raise AllPapersEntered
    answers = validate_answers(list_version_questions(survey.current_version), submitted_answers)
    ballot = Ballot(
        id=ballot_id, survey_id=survey.id, version_id=survey.current_version.id, answers=answers, on_paper=True
    )
    session.add(ballot)
    session.flush()


def lock_ballot_box(session: Session, survey: Survey, now: datetime) -> Survey:
    """Lock an anonymous survey that is open. Raises NotAnonymous, SurveyClosed."""
    if not survey.anonymous:
        raise SurveyNotAnonymous
    survey = lock_survey(session, survey)
    if is_survey_closed(survey, now):
        raise SurveyClosed
    return survey

"""Paper responses to an anonymous survey. Participation and answers are recorded in two unlinked steps.

If a name were ticked and its paper form entered in one step, the two could be linked. So first all people who handed in a
form are ticked; then the shuffled forms are entered without names. There are never more ballots than participants.
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
    """There are as many ballots as participants: before another form is entered, its respondent must be ticked."""


class PaperAlreadyEntered(Exception):
    """This form was submitted twice; its ballot exists."""


class SurveyNotAnonymous(Exception):
    """The survey has names; its paper responses are entered under the name."""


@dataclass(frozen=True)
class BallotBoxCounts:
    """Number of participants of an anonymous survey, on paper or not, and number of ballots."""

    respondent_count: int
    ballot_count: int

    @property
    def papers_to_enter(self) -> int:
        """Return how many paper forms are still to be entered.

        Not below 0: when the data of a participant is erased, the ballot remains.
        """
        return max(0, self.respondent_count - self.ballot_count)


def count_ballot_box(session: Session, survey: Survey) -> BallotBoxCounts:
    """Count the participants and ballots of an open anonymous survey."""
    respondents = (
        select(func.count()).select_from(SurveyParticipation).where(SurveyParticipation.survey_id == survey.id)
    )
    ballots = select(func.count()).select_from(Ballot).where(Ballot.survey_id == survey.id)
    return BallotBoxCounts(session.scalar(respondents) or 0, session.scalar(ballots) or 0)


def record_paper_participation(
    session: Session, survey: Survey, registrations: Iterable[Registration], now: datetime
) -> int:
    """Record that people have handed in a paper form and return how many are new.

    People who have already answered are skipped. Raises SurveyNotAnonymous, SurveyClosed.
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
    """Add the answers of a paper form to the ballot box.

    `ballot_id` is a random id of the form page, so that submitting it twice adds one ballot. `fingerprint` is that of the
    version shown. Raises SurveyNotAnonymous, SurveyClosed, PaperAlreadyEntered, SurveyVersionChanged, AllPapersEntered,
    AnswersRefused.
    """
    survey = lock_ballot_box(session, survey, now)
    if ballot_id is not None and session.get(Ballot, ballot_id) is not None:
        raise PaperAlreadyEntered
    if fingerprint != survey.current_version.fingerprint:
        raise SurveyVersionChanged
    if count_ballot_box(session, survey).papers_to_enter < 1:
        raise AllPapersEntered
    answers = validate_answers(list_version_questions(survey.current_version), submitted_answers)
    ballot = Ballot(id=ballot_id, survey_id=survey.id, version_id=survey.current_version.id, answers=answers)
    ballot.entered_by_organizer = True
    session.add(ballot)
    session.flush()


def lock_ballot_box(session: Session, survey: Survey, now: datetime) -> Survey:
    """Lock an open anonymous survey and return it. Raises SurveyNotAnonymous, SurveyClosed."""
    if not survey.anonymous:
        raise SurveyNotAnonymous
    survey = lock_survey(session, survey)
    if is_survey_closed(survey, now):
        raise SurveyClosed
    return survey

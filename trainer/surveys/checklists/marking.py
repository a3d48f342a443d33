"""What a trainer saw that each participant can do: marked step by step, and corrected until the survey is closed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.ledger import attended
from trainer.registration.desk.listing import participants
from trainer.registration.models import Registration
from trainer.surveys.deduplication import by_registration
from trainer.surveys.models import Survey, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import QuestionKind
from trainer.surveys.questions.validation import checked
from trainer.surveys.responses import OtherVersion, SurveyClosed, is_closed, locked, questions_of, response_of


class MarkedMeanwhile(Exception):
    """Somebody else has marked this participant since the checklist was shown."""


@dataclass(frozen=True)
class Marked:
    """A participant with what was marked: how many steps, and of them how many as done."""

    registration: Registration
    answers: Mapping[str, Any]
    marked: int
    done: int

    @property
    def mark(self) -> str:
        """Name what was marked as it is now."""
        return mark_of(self.answers)


def mark_skills(
    session: Session,
    survey: Survey,
    registration: Registration,
    given: Mapping[str, Any],
    now: datetime,
    *,
    version: str,
    seen: str,
    user_id: int,
) -> None:
    """Keep what a participant can do, in place of what was marked before; not every step need be marked.

    `seen` is the mark of what the trainer saw marked: two who mark at once never undo each other's marks.
    What was marked under a registration that was merged into this one stays there, in case the merge is taken back.
    Raises SurveyClosed, OtherVersion, MarkedMeanwhile, AnswersRefused.
    """
    survey = locked(session, survey)
    if is_closed(survey, now):
        raise SurveyClosed
    if version != survey.current.mark:
        raise OtherVersion
    answers = checked(questions_of(survey.current), given, complete=False)
    there = by_registration(session, survey).get(registration.id)
    if seen != mark_of(there.answers if there else {}) and (there is None or there.answers != answers):
        raise MarkedMeanwhile
    response = response_of(session, survey, registration)
    response = response or SurveyResponse(survey_id=survey.id, registration_id=registration.id)
    response.version, response.answers, response.language = survey.current, answers, registration.person.language
    response.answered_at, response.entered_by_id = now, user_id
    session.add(response)
    session.merge(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    session.flush()


def mark_of(answers: Mapping[str, Any]) -> str:
    """Name what was marked: another mark, another name."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]


def skills_of(session: Session, survey: Survey, now: datetime) -> list[Marked]:
    """Give everybody who was there, or was marked already, with what was marked, in the order of the Kazakh alphabet.

    What was marked under a registration that was merged into another counts for that one, as it does in the results.
    """
    answers = {who: each.answers for who, each in by_registration(session, survey).items()}
    people = participants(session, survey.seminar)
    shares = attended(session, survey.seminar, people, now)
    steps = {each.key for each in questions_of(survey.current) if each.kind == QuestionKind.YES_NO}
    return [
        Marked(each, answers.get(each.id, {}), *counted(answers.get(each.id, {}), steps))
        for each in people
        if each.id in answers or shares[each.id].present > 0
    ]


def counted(answers: Mapping[str, Any], steps: set[str]) -> tuple[int, int]:
    """Count the steps that were marked, and those marked as done."""
    marked = [value for key, value in answers.items() if key in steps]
    return len(marked), sum(value is True for value in marked)

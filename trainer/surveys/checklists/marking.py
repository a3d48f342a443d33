"""What a trainer saw that each participant can do: marked step by step, and corrected until the survey is closed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.ledger import summarize_attendance
from trainer.registration.desk.listing import list_participants
from trainer.registration.models import Registration
from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import Survey, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestionKind
from trainer.surveys.questions.validation import validate_answers
from trainer.surveys.responses import SurveyVersionChanged, find_survey_response
from trainer.surveys.schedule import SurveyClosed, is_survey_closed


class ChecklistChanged(Exception):
    """Somebody else has marked this participant since the checklist was shown."""


@dataclass(frozen=True)
class ChecklistEntry:
    """A participant with what was marked: how many steps, and of them how many as done."""

    registration: Registration
    answers: Mapping[str, Any]
    marked_count: int
    done_count: int

    @property
    def fingerprint(self) -> str:
        """Name what was marked as it is now."""
        return compute_checklist_fingerprint(self.answers)


def record_checklist(
    session: Session,
    survey: Survey,
    registration: Registration,
    submitted: Mapping[str, Any],
    now: datetime,
    *,
    version_fingerprint: str,
    seen_fingerprint: str,
    user_id: int,
) -> None:
    """Keep what a participant can do, in place of what was marked before; not every step need be marked.

    `seen_fingerprint` is the mark of what the trainer saw marked: two who mark at once never undo each other's marks.
    What was marked under a registration that was merged into this one stays there, in case the merge is taken back.
    Raises SurveyClosed, OtherVersion, MarkedMeanwhile, AnswersRefused.
    """
    survey = lock_survey(session, survey)
    if is_survey_closed(survey, now):
        raise SurveyClosed
    if version_fingerprint != survey.current_version.fingerprint:
        raise SurveyVersionChanged
    answers = validate_answers(list_version_questions(survey.current_version), submitted, complete=False)
    there = map_responses_by_registration(session, survey).get(registration.id)
    if seen_fingerprint != compute_checklist_fingerprint(there.answers if there else {}) and (
        there is None or there.answers != answers
    ):
        raise ChecklistChanged
    response = find_survey_response(session, survey, registration)
    response = response or SurveyResponse(survey_id=survey.id, registration_id=registration.id)
    response.version, response.answers, response.language = (
        survey.current_version,
        answers,
        registration.person.language,
    )
    response.answered_at, response.entered_by_id = now, user_id
    session.add(response)
    session.merge(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    session.flush()


def compute_checklist_fingerprint(answers: Mapping[str, Any]) -> str:
    """Name what was marked: another mark, another name."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]


def list_checklist_entries(session: Session, survey: Survey, now: datetime) -> list[ChecklistEntry]:
    """Give everybody who was there, or was marked already, with what was marked, in the order of the Kazakh alphabet.

    What was marked under a registration that was merged into another counts for that one, as it does in the results.
    """
    answers = {who: each.answers for who, each in map_responses_by_registration(session, survey).items()}
    people = list_participants(session, survey.seminar)
    shares = summarize_attendance(session, survey.seminar, people, now)
    steps = {
        each.key for each in list_version_questions(survey.current_version) if each.kind == SurveyQuestionKind.YES_NO
    }
    return [
        ChecklistEntry(each, answers.get(each.id, {}), *count_marked_steps(answers.get(each.id, {}), steps))
        for each in people
        if each.id in answers or shares[each.id].present > 0
    ]


def count_marked_steps(answers: Mapping[str, Any], steps: set[str]) -> tuple[int, int]:
    """Count the steps that were marked, and those marked as done."""
    marked = [value for key, value in answers.items() if key in steps]
    return len(marked), sum(value is True for value in marked)

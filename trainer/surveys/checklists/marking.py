"""Checklists: a trainer marks which steps each participant can do, until the survey is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_present_registration_ids
from trainer.fingerprint import compute_fingerprint
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participant_ids, list_people_in_order
from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import Survey, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestionKind
from trainer.surveys.questions.validation import validate_answers
from trainer.surveys.responses import SurveyVersionChanged, find_survey_response, list_respondent_ids
from trainer.surveys.schedule import SurveyClosed, is_survey_closed


class ChecklistChanged(Exception):
    """Another person has marked this participant since the checklist was shown."""


@dataclass(frozen=True)
class ChecklistEntry:
    """The marks of a participant: the answers, and the number of steps marked and of steps marked as done."""

    registration: Registration
    answers: Mapping[str, Any]
    marked_count: int
    done_count: int

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the marks, by which a trainer's form tells whether they have changed."""
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
    """Replace the marks of a participant by the submitted ones; steps may be left unmarked.

    `seen_fingerprint` is that of the marks which the trainer saw, so that two trainers do not overwrite each other's marks.
    Marks of a registration that was merged into this one stay with it, in case the merge is undone.
    Raises SurveyClosed, SurveyVersionChanged, ChecklistChanged, AnswersInvalid.
    """
    survey = lock_survey(session, survey)
    version = survey.current_version
    if is_survey_closed(survey, now):
        raise SurveyClosed
    if version_fingerprint != version.fingerprint:
        raise SurveyVersionChanged
    answers = validate_answers(list_version_questions(version), submitted, complete=False)
    recorded = map_responses_by_registration(session, survey, [registration.id]).get(registration.id)
    is_seen = seen_fingerprint == compute_checklist_fingerprint(recorded.answers if recorded else {})
    if not is_seen and (recorded is None or recorded.answers != answers):
        raise ChecklistChanged
    response = find_survey_response(session, survey, registration)
    response = response or SurveyResponse(survey_id=survey.id, registration_id=registration.id)
    response.version, response.answers, response.language = version, answers, registration.person.language
    response.answered_at, response.entered_by_id = now, user_id
    session.add(response)
    session.merge(SurveyParticipation(survey_id=survey.id, registration_id=registration.id))
    session.flush()


def compute_checklist_fingerprint(answers: Mapping[str, Any]) -> str:
    """Return the fingerprint of marks. Only open forms hold it, no table."""
    return compute_fingerprint(dict(answers))


def list_checklist_ids(session: Session, survey: Survey, now: datetime) -> list[int]:
    """Return the registrations of everybody who was present or is already marked, in the order of the Kazakh alphabet."""
    shown_ids = list_present_registration_ids(session, [survey.seminar], now) | list_respondent_ids(session, survey)
    participant_ids = list_participant_ids(session, survey.seminar)
    return [registration_id for registration_id in participant_ids if registration_id in shown_ids]


def list_checklist_entries(session: Session, survey: Survey, registration_ids: Sequence[int]) -> list[ChecklistEntry]:
    """Return the marks of some participants in their order.

    Marks of a registration that was merged into another count for the surviving one, as in the results.
    """
    responses = map_responses_by_registration(session, survey, registration_ids)
    answers = {registration_id: response.answers for registration_id, response in responses.items()}
    questions = list_version_questions(survey.current_version)
    step_keys = {question.key for question in questions if question.kind == SurveyQuestionKind.YES_NO}
    return [
        ChecklistEntry(
            registration,
            answers.get(registration.id, {}),
            *count_marked_steps(answers.get(registration.id, {}), step_keys),
        )
        for registration in list_people_in_order(session, registration_ids)
    ]


def count_marked_steps(answers: Mapping[str, Any], steps: set[str]) -> tuple[int, int]:
    """Return the number of steps, given by question key, that are marked, and of those marked as done."""
    marks = [value for key, value in answers.items() if key in steps]
    return len(marks), sum(value is True for value in marks)

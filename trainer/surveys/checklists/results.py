"""Results of a skills checklist."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind


@dataclass(frozen=True)
class StepCount:
    """How many participants completed a step of a checklist, out of those for whom it was marked."""

    step: SurveyQuestion
    completed: int
    marked: int


@dataclass(frozen=True)
class ChecklistResults:
    """How many participants completed each step of a checklist, and who completed all steps."""

    steps: tuple[StepCount, ...]
    completed_registration_ids: tuple[int, ...]
    total: int
    """Number of participants with marks."""


def summarise_checklist(session: Session, survey: Survey) -> ChecklistResults | None:
    """Return how many participants completed each step of a checklist; None if the survey is no checklist."""
    if survey.purpose != SurveyPurpose.CHECKLIST or survey.id is None:
        return None
    responses = map_responses_by_registration(session, survey)
    steps_by_version = {
        version.id: list_checklist_steps(list_version_questions(version)) for version in survey.versions
    }
    steps = {step.key: step for version in survey.versions for step in steps_by_version[version.id]}
    step_counts = []
    for key, step in steps.items():
        marks = [response.answers[key] for response in responses.values() if key in response.answers]
        step_counts.append(StepCount(step, sum(marks), len(marks)))
    completed_ids = [
        registration_id
        for registration_id, response in responses.items()
        if steps_by_version[response.version_id]
        and all(response.answers.get(step.key) is True for step in steps_by_version[response.version_id])
    ]
    return ChecklistResults(tuple(step_counts), tuple(completed_ids), len(responses))


def list_checklist_steps(questions: Iterable[SurveyQuestion]) -> list[SurveyQuestion]:
    """Return the steps of a checklist: its yes/no questions."""
    return [question for question in questions if question.kind == SurveyQuestionKind.YES_NO]

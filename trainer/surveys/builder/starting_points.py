"""What a new survey may start from: a ready-made one, an empty one, or one of another seminar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.builder.settings import list_copyable_surveys
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.templates import SurveyTemplate, load_survey_templates

EMPTY_START = "empty"
FOLLOW_UP_DELAY = timedelta(days=31)
"""How long after a seminar its follow-up survey opens: a month, however long that is."""


@dataclass(frozen=True)
class StartingPoint:
    """A start: its name in an address, what the form shows first, and the questions for a kind of survey."""

    name: str
    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool
    audience: str
    build_questions: Callable[[bool], list[SurveyQuestion]]
    """The questions, by whether the survey is anonymous."""
    question_count: int
    seminar: Seminar | None = None
    """Whose survey is copied."""

    def build_form_data(self, seminar: Seminar) -> dict[str, Any]:
        """Give what the form of a survey of a seminar shows first."""
        facts = {
            "title": self.title.to_mapping(),
            "purpose": self.purpose,
            "opens": propose_opening_time(self.purpose, seminar),
        }
        return {**facts, "target": self.target, "for_project": self.for_project}


def list_starting_points(session: Session, seminar: Seminar) -> list[StartingPoint]:
    """Give every start for a survey of a seminar: the ready-made ones, an empty one, those of other seminars."""
    ready = [build_start_from_template(each, seminar) for each in load_survey_templates().values()]
    empty = StartingPoint(
        EMPTY_START, Translated(), SurveyPurpose.SATISFACTION, 70, False, "", lambda _anonymous: [], 0
    )
    return [*ready, empty, *(build_start_from_survey(each) for each in list_copyable_surveys(session, seminar))]


def propose_opening_time(purpose: SurveyPurpose, seminar: Seminar) -> datetime | None:
    """Propose when a survey opens, as a local time of its seminar: a follow-up a month after the end, all else by itself (None)."""
    if purpose != SurveyPurpose.FOLLOW_UP or seminar.ends_at is None:
        return None
    return (seminar.ends_at.astimezone(seminar.zone) + FOLLOW_UP_DELAY).replace(tzinfo=None)


def build_start_from_template(template: SurveyTemplate, seminar: Seminar) -> StartingPoint:
    """Start from a ready-made survey."""
    return StartingPoint(
        template.name,
        template.title,
        template.purpose,
        template.target,
        template.for_project,
        template.audience,
        lambda anonymous: template.build_questions(seminar, anonymous),
        len(template.questions),
    )


def build_start_from_survey(survey: Survey) -> StartingPoint:
    """Start from a survey of another seminar."""
    there = list_version_questions(survey.current_version)
    return StartingPoint(
        f"survey-{survey.id}",
        survey.title,
        SurveyPurpose(survey.purpose),
        survey.target,
        survey.for_project,
        "",
        lambda anonymous: [each for each in there if anonymous or each.kind != SurveyQuestionKind.CODE],
        len(there),
        survey.seminar,
    )

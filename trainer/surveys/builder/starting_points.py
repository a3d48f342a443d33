"""Starting points for a new survey: the ready-made surveys, an empty one, and the surveys of other seminars."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.builder.settings import list_copyable_surveys
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.templates import SurveyTemplate, load_survey_templates

EMPTY_START = "empty"
DEFAULT_TARGET = 70  # percent of satisfied people that an empty survey proposes
FOLLOW_UP_DELAY = timedelta(days=31)
"""The time from the end of a seminar to the proposed opening of its follow-up survey: one month, whatever its length."""


@dataclass(frozen=True)
class StartingPoint:
    """What a new survey starts from: its name in addresses, initial settings, and questions."""

    name: str
    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool
    audience: str
    build_questions: Callable[[bool], list[SurveyQuestion]]
    """Returns the questions; the argument tells whether the new survey is anonymous."""
    question_count: int
    organizer_note: Translated
    """What the organizer has to do before the release."""
    seminar: Seminar | None = None
    """The seminar whose survey is copied; None for a ready-made or empty survey."""

    def build_form_data(self, seminar: Seminar) -> dict[str, Any]:
        """Return the initial data of the settings form, by field name, for a new survey of a seminar."""
        return {
            "title": self.title.to_mapping(),
            "purpose": self.purpose,
            "opens": propose_opening_time(self.purpose, seminar),
            "target": self.target,
            "for_project": self.for_project,
        }


def list_starting_points(session: Session, seminar: Seminar, of_seminars: ColumnElement[bool]) -> list[StartingPoint]:
    """Return all starting points for a survey of a seminar: templates, the empty survey, then surveys of other seminars.

    The other seminars are those that fulfil a condition.
    """
    templates = [build_start_from_template(template, seminar) for template in load_survey_templates().values()]
    empty = StartingPoint(
        EMPTY_START,
        Translated(),
        SurveyPurpose.SATISFACTION,
        DEFAULT_TARGET,
        False,
        "",
        lambda _anonymous: [],
        0,
        Translated(),
    )
    copies = [build_start_from_survey(survey) for survey in list_copyable_surveys(session, seminar, of_seminars)]
    return [*templates, empty, *copies]


def propose_opening_time(purpose: SurveyPurpose, seminar: Seminar) -> datetime | None:
    """Return the local time, without a zone, at which a follow-up survey of a seminar should open.

    None for any other survey, which opens by its purpose, and for a seminar without sessions.
    """
    if purpose != SurveyPurpose.FOLLOW_UP or seminar.ends_at is None:
        return None
    return (seminar.ends_at.astimezone(seminar.zone) + FOLLOW_UP_DELAY).replace(tzinfo=None)


def build_start_from_template(template: SurveyTemplate, seminar: Seminar) -> StartingPoint:
    """Return the starting point that a survey template gives for a seminar."""
    return StartingPoint(
        template.name,
        template.title,
        template.purpose,
        template.target,
        template.for_project,
        template.audience,
        lambda anonymous: template.build_questions(seminar, anonymous),
        len(template.questions),
        template.organizer_note,
    )


def build_start_from_survey(survey: Survey) -> StartingPoint:
    """Return the starting point that copies a survey; a copy with names leaves out the personal code."""
    questions = list_version_questions(survey.current_version)
    return StartingPoint(
        f"survey-{survey.id}",
        survey.title,
        SurveyPurpose(survey.purpose),
        survey.target,
        survey.for_project,
        "",
        lambda anonymous: [question for question in questions if anonymous or question.kind != SurveyQuestionKind.CODE],
        len(questions),
        survey.organizer_note,
        survey.seminar,
    )

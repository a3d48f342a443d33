"""Survey templates (ready-made surveys), read from the YAML files in `ready/` and adapted to a seminar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import TEST_PURPOSES, SurveyPurpose
from trainer.surveys.questions.keys import assign_choice_keys
from trainer.surveys.questions.model import (
    OWN_CODE_KEY,
    Choice,
    SurveyQuestion,
    SurveyQuestionKind,
)

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # reads all templates in 40 ms; the Python loader in 300 ms
SURVEY_TEMPLATE_FOLDER = Path(__file__).parent.parent / "ready"
ANY_AUDIENCE = "anyone"
MAX_TRAINER_ROWS = 30
TEMPLATE_AUDIENCES = ("medical_worker", "personal_assistant")
TRAINERS_KEY = "trainers"
"""Key of the question about the trainers; for a seminar with several trainers it becomes a matrix with a row for each."""
OWN_CODE_QUESTION = SurveyQuestion(
    OWN_CODE_KEY,
    SurveyQuestionKind.CODE,
    Translated(
        "Өз кодыңыз (екі тестте бірдей)",
        "Ваш личный код (одинаковый в обоих тестах)",
        "Your own code (the same in both tests)",
    ),
    required=True,
)


@dataclass(frozen=True)
class SurveyTemplate:
    """A ready-made survey: its name in addresses, its audience ("" for all), its settings and its questions."""

    name: str
    audience: str
    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool
    questions: tuple[SurveyQuestion, ...]
    organizer_note: Translated
    """What the organizer has to do before the survey is released; participants never see it."""

    def build_questions(self, seminar: Seminar, anonymous: bool) -> list[SurveyQuestion]:
        """Return the questions for a seminar: about each trainer, and in an anonymous test the personal code first."""
        trainer_names = list_trainer_names(seminar)
        questions = [
            expand_trainers_question(question, trainer_names) if question.key == TRAINERS_KEY else question
            for question in self.questions
        ]
        return [OWN_CODE_QUESTION, *questions] if anonymous and self.purpose in TEST_PURPOSES else questions


def get_satisfaction_template(seminar: Seminar) -> SurveyTemplate:
    """Return the satisfaction survey for the audience of a seminar."""
    audience = seminar.audience if seminar.audience in TEMPLATE_AUDIENCES else ANY_AUDIENCE
    return load_survey_templates()[f"satisfaction-{audience}".replace("_", "-")]


@cache
def load_survey_templates() -> dict[str, SurveyTemplate]:
    """Return all survey templates by name, in the order in which they are offered."""
    templates = [
        *(build_survey_template("satisfaction", audience) for audience in (*TEMPLATE_AUDIENCES, ANY_AUDIENCE)),
        *(
            build_survey_template("test", audience, purpose)
            for audience in TEMPLATE_AUDIENCES
            for purpose in TEST_PURPOSES
        ),
        *(build_survey_template(file_name) for file_name in ("skills", "follow_up", "trip", "project")),
    ]
    return {template.name: template for template in templates}


def build_survey_template(
    file_name: str, audience: str = ANY_AUDIENCE, purpose: SurveyPurpose | None = None
) -> SurveyTemplate:
    """Return the template that a file holds for an audience; for a test also by `purpose`, before or after the seminar."""
    data = read_survey_template_file(file_name)
    is_by_audience = has_audience_questions(data)
    name_parts = [str(purpose or file_name), *([audience] if is_by_audience else [])]
    questions = [question for question in data["questions"] if question.get("audience", audience) == audience]
    return SurveyTemplate(
        "-".join(name_parts).replace("_", "-"),
        audience if is_by_audience else "",
        Translated.from_mapping(data["titles"][purpose] if purpose else data["title"]),
        purpose or SurveyPurpose(data["purpose"]),
        data["target"],
        data.get("for_project", False),
        tuple(SurveyQuestion.from_json(question) for question in questions),
        Translated.from_mapping(data.get("organizer_note")),
    )


def has_audience_questions(file_data: dict[str, Any]) -> bool:
    """Return whether some questions of a template file are for one audience only."""
    return any("audience" in question for question in file_data["questions"])


@cache
def read_survey_template_file(file_name: str) -> dict[str, Any]:
    """Return the content of a template file, read once per process."""
    content = (SURVEY_TEMPLATE_FOLDER / f"{file_name}.yaml").read_bytes()
    data: dict[str, Any] = yaml.load(content, YAML_LOADER)  # noqa: S506  # both loaders are safe
    return data


def list_trainer_names(seminar: Seminar) -> list[str]:
    """Return the names in a seminar's list of trainers without repetitions, at most MAX_TRAINER_ROWS."""
    names = (name.strip() for name in re.split(r"[,;\n]", seminar.trainers or ""))
    return list(dict.fromkeys(filter(None, names)))[:MAX_TRAINER_ROWS]


def expand_trainers_question(question: SurveyQuestion, names: Iterable[str]) -> SurveyQuestion:
    """Return the question as a matrix with a row for each trainer, or unchanged for fewer than two trainers.

    The key of a row is derived from the name, so that another order of the trainers does not change it.
    """
    rows = assign_choice_keys([Choice("", Translated(*[name] * 3)) for name in names], (), TRAINERS_KEY)
    if len(rows) < 2:
        return question
    return replace(question, kind=SurveyQuestionKind.MATRIX, rows=rows, scale=SurveyQuestionKind.SATISFACTION)

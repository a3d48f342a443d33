"""Ready-made surveys, kept as YAML beside this: the questions that a seminar starts with, by its audience and its trainers."""

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
    MAX_CHOICES_PER_QUESTION,
    OWN_CODE_KEY,
    Choice,
    SurveyQuestion,
    SurveyQuestionKind,
)

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads all in 40 ms, the other in 300
SURVEY_TEMPLATE_FOLDER = Path(__file__).parent.parent / "ready"
ANY_AUDIENCE = "anyone"
TEMPLATE_AUDIENCES = ("medical_worker", "personal_assistant")
TRAINERS_KEY = "trainers"
"""The key of the item about the trainers; where a seminar names several, each is asked about."""
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
    """A ready-made survey: its name in an address, for whom it is, and what it starts with."""

    name: str
    audience: str
    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool
    questions: tuple[SurveyQuestion, ...]

    def build_questions(self, seminar: Seminar, anonymous: bool) -> list[SurveyQuestion]:
        """Give the questions for a seminar: each of several trainers is asked about; an anonymous test asks for a code of one's own."""
        asked = [
            expand_trainers_question(each, list_trainer_names(seminar)) if each.key == TRAINERS_KEY else each
            for each in self.questions
        ]
        return [OWN_CODE_QUESTION, *asked] if anonymous and self.purpose in TEST_PURPOSES else asked


def get_satisfaction_template(seminar: Seminar) -> SurveyTemplate:
    """Choose the satisfaction survey for a seminar's audience."""
    audience = seminar.audience if seminar.audience in TEMPLATE_AUDIENCES else ANY_AUDIENCE
    return load_survey_templates()[f"satisfaction-{audience}".replace("_", "-")]


@cache
def load_survey_templates() -> dict[str, SurveyTemplate]:
    """Give every ready-made survey by its name."""
    found = [
        *(build_survey_template("satisfaction", each) for each in (*TEMPLATE_AUDIENCES, ANY_AUDIENCE)),
        *(build_survey_template("test", each, purpose) for each in TEMPLATE_AUDIENCES for purpose in TEST_PURPOSES),
        *(build_survey_template(each) for each in ("skills", "follow_up", "trip", "project")),
    ]
    return {each.name: each for each in found}


def build_survey_template(
    file_name: str, audience: str = ANY_AUDIENCE, purpose: SurveyPurpose | None = None
) -> SurveyTemplate:
    """Read what a file holds for an audience; a test is read for one of its purposes."""
    kept = read_survey_template_file(file_name)
    parts = [str(purpose or file_name), *([audience] if has_audience_questions(kept) else [])]
    return SurveyTemplate(
        "-".join(parts).replace("_", "-"),
        audience if has_audience_questions(kept) else "",
        Translated.from_mapping(kept["titles"][purpose] if purpose else kept["title"]),
        purpose or SurveyPurpose(kept["purpose"]),
        kept["target"],
        kept.get("for_project", False),
        tuple(
            SurveyQuestion.from_json(each) for each in kept["questions"] if each.get("audience", audience) == audience
        ),
    )


def has_audience_questions(file_data: dict[str, Any]) -> bool:
    """Whether a file holds different questions for different audiences."""
    return any("audience" in each for each in file_data["questions"])


@cache
def read_survey_template_file(file_name: str) -> dict[str, Any]:
    """Read a file once."""
    found: dict[str, Any] = yaml.load((SURVEY_TEMPLATE_FOLDER / f"{file_name}.yaml").read_bytes(), YAML_LOADER)  # noqa: S506  # both are safe loaders
    return found


def list_trainer_names(seminar: Seminar) -> list[str]:
    """Give the names of a seminar's trainers, each once."""
    names = (each.strip() for each in re.split(r"[,;\n]", seminar.trainers or ""))
    return list(dict.fromkeys(filter(None, names)))[:MAX_CHOICES_PER_QUESTION]


def expand_trainers_question(question: SurveyQuestion, names: Iterable[str]) -> SurveyQuestion:
    """Ask about each trainer in a row where there are several; a row's key is made of the name, whatever its place."""
    rows = assign_choice_keys([Choice("", Translated(*[name] * 3)) for name in names], (), TRAINERS_KEY)
    if len(rows) < 2:
        return question
    return replace(question, kind=SurveyQuestionKind.MATRIX, rows=rows, scale=SurveyQuestionKind.SATISFACTION)

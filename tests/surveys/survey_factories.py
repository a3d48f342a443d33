"""Factories of surveys: a question of each kind with an answer, and surveys of a seminar."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import OVERALL_KEY, Choice, SurveyQuestion, SurveyQuestionKind


def make_text(text: str) -> Translated:
    """Return a text with the language behind it in each language."""
    return Translated(f"{text} қаз", f"{text} рус", f"{text} eng")


def make_choices(*keys: str, correct_key: str = "") -> tuple[Choice, ...]:
    """Return choices with these keys; one of them may be correct."""
    return tuple(Choice(key, make_text(key), key == correct_key) for key in keys)


OVERALL_QUESTION = SurveyQuestion(OVERALL_KEY, SurveyQuestionKind.SATISFACTION, make_text("overall"), required=True)
QUESTION_OF_EACH_KIND = (
    SurveyQuestion("about", SurveyQuestionKind.SECTION, make_text("about")),
    OVERALL_QUESTION,
    SurveyQuestion("useful", SurveyQuestionKind.AGREEMENT, make_text("useful")),
    SurveyQuestion("work", SurveyQuestionKind.SINGLE, make_text("work"), choices=make_choices("ward", "home", "other")),
    SurveyQuestion(
        "tools", SurveyQuestionKind.MULTIPLE, make_text("tools"), choices=make_choices("board", "chair", "lift")
    ),
    SurveyQuestion("trainers", SurveyQuestionKind.MATRIX, make_text("trainers"), rows=make_choices("first", "second")),
    SurveyQuestion("recommend", SurveyQuestionKind.NPS, make_text("recommend")),
    SurveyQuestion("years", SurveyQuestionKind.NUMBER, make_text("years"), least=0, most=60),
    SurveyQuestion("again", SurveyQuestionKind.YES_NO, make_text("again")),
    SurveyQuestion("city", SurveyQuestionKind.SHORT_TEXT, make_text("city")),
    SurveyQuestion("missing", SurveyQuestionKind.TEXT, make_text("missing")),
)


def drop_language(question: SurveyQuestion, language: str, *, keeps_text: bool = False) -> SurveyQuestion:
    """Return a question whose choices and rows, and its text unless it is kept, are missing in a language."""

    def drop(text: Translated) -> Translated:
        return replace(text, **{language: ""})

    return replace(
        question,
        text=question.text if keeps_text else drop(question.text),
        choices=tuple(replace(choice, text=drop(choice.text)) for choice in question.choices),
        rows=tuple(replace(row, text=drop(row.text)) for row in question.rows),
    )


def make_survey(
    session: Session, seminar: Seminar, questions: Sequence[SurveyQuestion] = QUESTION_OF_EACH_KIND, **attributes: Any
) -> Survey:
    """Return a stored survey of a seminar: number 2 with names, unless `attributes` of the model say otherwise."""
    defaults: dict[str, Any] = {
        "number": 2,
        "title": make_text("survey"),
        "purpose": SurveyPurpose.OTHER,
        "seminar": seminar,
    }
    survey = Survey(**{**defaults, **attributes})
    survey.versions.append(SurveyVersion(number=1, questions=[question.to_json() for question in questions]))
    session.add(survey)
    session.flush()
    return survey


ANSWER_TO_EACH_KIND: dict[str, Any] = {
    "overall": 5,
    "useful": 1,
    "work": "home",
    "tools": ["board", "lift"],
    "trainers": {"first": 3, "second": 4},
    "recommend": 0,
    "years": 0,
    "again": False,
    "city": "Ақтау",
    "missing": "Ештеңе",
}
"""A valid answer to each of QUESTION_OF_EACH_KIND."""


def make_form_data(answers: dict[str, Any]) -> dict[str, Any]:
    """Return the form fields that a browser sends for these answers."""
    fields: dict[str, Any] = {}
    for key, value in answers.items():
        if isinstance(value, dict):
            fields |= {f"q_{key}-{row}": str(answer) for row, answer in value.items()}
        elif isinstance(value, bool):
            fields[f"q_{key}"] = "yes" if value else "no"
        else:
            fields[f"q_{key}"] = value if isinstance(value, list) else str(value)
    return fields

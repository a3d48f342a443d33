"""Surveys of tests: a question of every kind, and making a survey of a seminar."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import OVERALL_KEY, Choice, SurveyQuestion, SurveyQuestionKind


def make_text(text: str) -> Translated:
    """The same words in each language, told apart."""
    return Translated(f"{text} қаз", f"{text} рус", f"{text} eng")


def make_choices(*keys: str, correct_key: str = "") -> tuple[Choice, ...]:
    """Choices by their keys; one of them may be right."""
    return tuple(Choice(each, make_text(each), each == correct_key) for each in keys)


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


def make_survey(
    session: Session, seminar: Seminar, questions: Sequence[SurveyQuestion] = QUESTION_OF_EACH_KIND, **attributes: Any
) -> Survey:
    """A survey of a seminar with these questions; the second one unless it says otherwise."""
    facts: dict[str, Any] = {
        "number": 2,
        "title": make_text("survey"),
        "purpose": SurveyPurpose.OTHER,
        "seminar": seminar,
    }
    survey = Survey(**{**facts, **attributes})
    survey.versions.append(SurveyVersion(number=1, questions=[each.to_json() for each in questions]))
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
"""An answer to each of ONE_OF_EACH."""


def make_form_data(answers: dict[str, Any]) -> dict[str, Any]:
    """What a form sends for these answers."""
    found: dict[str, Any] = {}
    for key, value in answers.items():
        if isinstance(value, dict):
            found |= {f"q_{key}-{row}": str(each) for row, each in value.items()}
        elif isinstance(value, bool):
            found[f"q_{key}"] = "yes" if value else "no"
        else:
            found[f"q_{key}"] = value if isinstance(value, list) else str(value)
    return found

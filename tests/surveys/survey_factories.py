"""Surveys of tests: a question of every kind, and making a survey of a seminar."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import Purpose, Survey, SurveyVersion
from trainer.surveys.questions.model import OVERALL, Choice, Question, QuestionKind


def words(text: str) -> Translated:
    """The same words in each language, told apart."""
    return Translated(f"{text} қаз", f"{text} рус", f"{text} eng")


def choices(*keys: str, right: str = "") -> tuple[Choice, ...]:
    """Choices by their keys; one of them may be right."""
    return tuple(Choice(each, words(each), each == right) for each in keys)


OVERALL_ITEM = Question(OVERALL, QuestionKind.SATISFACTION, words("overall"), required=True)
ONE_OF_EACH = (
    Question("about", QuestionKind.SECTION, words("about")),
    OVERALL_ITEM,
    Question("useful", QuestionKind.AGREEMENT, words("useful")),
    Question("work", QuestionKind.SINGLE, words("work"), choices=choices("ward", "home", "other")),
    Question("tools", QuestionKind.MULTIPLE, words("tools"), choices=choices("board", "chair", "lift")),
    Question("trainers", QuestionKind.MATRIX, words("trainers"), rows=choices("first", "second")),
    Question("recommend", QuestionKind.NPS, words("recommend")),
    Question("years", QuestionKind.NUMBER, words("years"), least=0, most=60),
    Question("again", QuestionKind.YES_NO, words("again")),
    Question("city", QuestionKind.SHORT_TEXT, words("city")),
    Question("missing", QuestionKind.TEXT, words("missing")),
)


def a_survey(session: Session, seminar: Seminar, questions: Sequence[Question] = ONE_OF_EACH, **more: Any) -> Survey:
    """A survey of a seminar with these questions; the second one unless it says otherwise."""
    facts: dict[str, Any] = {"number": 2, "title": words("survey"), "purpose": Purpose.OTHER, "seminar": seminar}
    survey = Survey(**{**facts, **more})
    survey.versions.append(SurveyVersion(number=1, questions=[each.kept() for each in questions]))
    session.add(survey)
    session.flush()
    return survey


ALL_ANSWERS: dict[str, Any] = {
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


def typed(answers: dict[str, Any]) -> dict[str, Any]:
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

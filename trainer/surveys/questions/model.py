"""Questions: their kinds, how a version keeps them, and what is wrong with a list of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.translated import Translated

OVERALL_KEY = "overall"
"""The key of the same item in every survey, so that the project's satisfaction can be computed."""
OWN_CODE_KEY = "own_code"
"""The key of the code by which a participant's anonymous tests before and after are paired."""
KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_QUESTIONS_PER_SURVEY = 60  # questions of a survey
MAX_CHOICES_PER_QUESTION = 30


class SurveyQuestionKind(StrEnum):
    """What an answer looks like."""

    SATISFACTION = "satisfaction"  # 1 very dissatisfied … 5 very satisfied
    AGREEMENT = "agreement"  # 1 strongly disagree … 5 strongly agree
    SINGLE = "single"  # the key of one choice
    MULTIPLE = "multiple"  # the keys of some choices
    MATRIX = "matrix"  # for each row a value of its scale
    NPS = "nps"  # 0 … 10, how likely to recommend
    NUMBER = "number"  # a whole number
    YES_NO = "yes_no"  # true or false
    SHORT_TEXT = "short_text"
    TEXT = "text"  # several lines
    CODE = "code"  # the participant's own code
    SECTION = "section"  # a heading; no answer


SCALE_KINDS = (SurveyQuestionKind.SATISFACTION, SurveyQuestionKind.AGREEMENT)
CHOICE_KINDS = (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE)
TEXT_KINDS = (SurveyQuestionKind.SHORT_TEXT, SurveyQuestionKind.TEXT, SurveyQuestionKind.CODE)
MAX_ANSWER_LENGTHS = {SurveyQuestionKind.SHORT_TEXT: 200, SurveyQuestionKind.TEXT: 2000, SurveyQuestionKind.CODE: 20}


@dataclass(frozen=True)
class Choice:
    """A choice of a question, or a row of a matrix; in a test it may be right."""

    key: str
    text: Translated
    is_correct: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give the choice as it is kept."""
        return {"key": self.key, "text": self.text.to_mapping(), **({"right": True} if self.is_correct else {})}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Choice":
        """Read a choice."""
        return cls(data["key"], Translated.from_mapping(data["text"]), bool(data.get("right")))


@dataclass(frozen=True)
class Condition:
    """Show a question only where an earlier one has one of these answers, as text: a choice's key, a number, yes or no."""

    question_key: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class SurveyQuestion:
    """A question of a survey's version; a condition on a section is a condition on all questions up to the next one."""

    key: str
    kind: SurveyQuestionKind
    text: Translated
    required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    scale: SurveyQuestionKind = SurveyQuestionKind.AGREEMENT
    """Of a matrix."""
    least: int | None = None
    most: int | None = None
    """Of a number."""
    show_if: Condition | None = None

    @property
    def has_correct_choice(self) -> bool:
        """Whether it has a right answer."""
        return any(each.is_correct for each in self.choices)

    def to_json(self) -> dict[str, Any]:
        """Give the question as it is kept in a version; what it does not have is left out."""
        found: dict[str, Any] = {"key": self.key, "kind": str(self.kind), "text": self.text.to_mapping()}
        found["required"] = self.required
        if self.choices:
            found["choices"] = [each.to_json() for each in self.choices]
        if self.kind == SurveyQuestionKind.MATRIX:
            found |= {"rows": [each.to_json() for each in self.rows], "scale": str(self.scale)}
        found |= {name: value for name in ("least", "most") if (value := getattr(self, name)) is not None}
        if self.show_if:
            found["show_if"] = {"question": self.show_if.question_key, "answers": list(self.show_if.answers)}
        return found

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SurveyQuestion":
        """Read a question of a version."""
        condition = data.get("show_if")
        return cls(
            data["key"],
            SurveyQuestionKind(data["kind"]),
            Translated.from_mapping(data["text"]),
            bool(data.get("required")),
            tuple(Choice.from_json(each) for each in data.get("choices", ())),
            tuple(Choice.from_json(each) for each in data.get("rows", ())),
            SurveyQuestionKind(data.get("scale", SurveyQuestionKind.AGREEMENT)),
            data.get("least"),
            data.get("most"),
            Condition(condition["question"], tuple(condition["answers"])) if condition else None,
        )


class QuestionProblemKind(StrEnum):
    """What can be wrong with a question among others."""

    KEY = "key"  # not a key, or twice
    NO_TEXT = "no_text"
    CHOICES = "choices"  # fewer than two, too many, a key twice, or one without text
    ROWS = "rows"
    SCALE = "scale"
    BOUNDS = "bounds"  # the least is more than the most
    CONDITION = "condition"  # on no earlier question, or on an answer that it does not have
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class QuestionProblem:
    """What is wrong with a question, by its place from 0."""

    position: int
    kind: QuestionProblemKind


def list_question_problems(questions: Sequence[SurveyQuestion]) -> list[QuestionProblem]:
    """List everything that is wrong with the questions of a version; an empty list can be asked."""
    found = (
        [QuestionProblem(MAX_QUESTIONS_PER_SURVEY, QuestionProblemKind.TOO_MANY)]
        if len(questions) > MAX_QUESTIONS_PER_SURVEY
        else []
    )
    for place, each in enumerate(questions):
        found += [QuestionProblem(place, wrong) for wrong in list_problem_kinds(each, questions[:place])]
    return found


def list_problem_kinds(
    question: SurveyQuestion, earlier_questions: Sequence[SurveyQuestion]
) -> list[QuestionProblemKind]:
    """List what is wrong with a question that stands after others."""
    bounds = question.least is not None and question.most is not None and question.least > question.most
    checks = {
        QuestionProblemKind.KEY: not KEY_PATTERN.fullmatch(question.key)
        or question.key in {each.key for each in earlier_questions},
        QuestionProblemKind.NO_TEXT: not question.text,
        QuestionProblemKind.CHOICES: question.kind in CHOICE_KINDS
        and not are_choices_valid(question.choices, min_count=2),
        QuestionProblemKind.ROWS: question.kind == SurveyQuestionKind.MATRIX
        and not are_choices_valid(question.rows, min_count=1),
        QuestionProblemKind.SCALE: question.kind == SurveyQuestionKind.MATRIX and question.scale not in SCALE_KINDS,
        QuestionProblemKind.BOUNDS: bounds,
        QuestionProblemKind.CONDITION: question.show_if is not None
        and not can_condition_hold(question.show_if, earlier_questions),
    }
    return [wrong for wrong, holds in checks.items() if holds]


def are_choices_valid(choices: Sequence[Choice], min_count: int) -> bool:
    """Whether the choices can be offered: enough of them, not too many, each with a key of its own and words."""
    keys = {each.key for each in choices if KEY_PATTERN.fullmatch(each.key)}
    return (
        min_count <= len(choices) <= MAX_CHOICES_PER_QUESTION
        and len(keys) == len(choices)
        and all(each.text for each in choices)
    )


def can_condition_hold(condition: Condition, earlier_questions: Iterable[SurveyQuestion]) -> bool:
    """Whether an earlier question can have one of the answers that a condition asks for."""
    asked = next((each for each in earlier_questions if each.key == condition.question_key), None)
    return (
        asked is not None and bool(condition.answers) and set(condition.answers) <= set(list_condition_answers(asked))
    )


def list_condition_answers(question: SurveyQuestion) -> list[str]:
    """Give the answers, as text, that a condition may ask of a question; none of a text, a number or a matrix."""
    if question.kind in CHOICE_KINDS:
        return [each.key for each in question.choices]
    if question.kind in SCALE_KINDS:
        return ["1", "2", "3", "4", "5"]
    if question.kind == SurveyQuestionKind.NPS:
        return [str(value) for value in range(11)]
    return ["yes", "no"] if question.kind == SurveyQuestionKind.YES_NO else []

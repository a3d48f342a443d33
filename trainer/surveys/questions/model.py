"""Questions of a survey: their kinds, their JSON in a survey version, and the checks on a list of questions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.translated import Translated

OVERALL_KEY = "overall"
"""Key of the question on overall satisfaction, the same in every survey: the project indicator is computed from it."""
OWN_CODE_KEY = "own_code"
"""Key of the question for the personal code, which pairs a participant's anonymous tests before and after a seminar."""
KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_QUESTIONS_PER_SURVEY = 60
MAX_CHOICES_PER_QUESTION = 100


class SurveyQuestionKind(StrEnum):
    """The kind of a question; the comment describes the stored answer."""

    SATISFACTION = "satisfaction"  # 1 very dissatisfied … 5 very satisfied
    AGREEMENT = "agreement"  # 1 strongly disagree … 5 strongly agree
    SINGLE = "single"  # the key of one choice
    MULTIPLE = "multiple"  # a list of keys of choices
    MATRIX = "matrix"  # for each row key a value of the matrix's scale
    NPS = "nps"  # 0 … 10, how likely to recommend
    NUMBER = "number"  # a whole number
    YES_NO = "yes_no"  # true or false
    SHORT_TEXT = "short_text"  # one line
    TEXT = "text"  # several lines
    CODE = "code"  # the participant's personal code
    SECTION = "section"  # a heading; no answer


SCALE_KINDS = (SurveyQuestionKind.SATISFACTION, SurveyQuestionKind.AGREEMENT)
CHOICE_KINDS = (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE)
TEXT_KINDS = (SurveyQuestionKind.SHORT_TEXT, SurveyQuestionKind.TEXT, SurveyQuestionKind.CODE)
MAX_ANSWER_LENGTHS = {SurveyQuestionKind.SHORT_TEXT: 200, SurveyQuestionKind.TEXT: 2000, SurveyQuestionKind.CODE: 20}
"""The longest answer in characters, for each kind that is answered by text."""


@dataclass(frozen=True)
class Choice:
    """A choice of a question or a row of a matrix; a choice of a test question may be correct."""

    key: str
    text: Translated
    is_correct: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the choice as a survey version stores it."""
        return {"key": self.key, "text": self.text.to_mapping(), **({"right": True} if self.is_correct else {})}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Choice":
        """Return the choice that `to_json` wrote."""
        return cls(data["key"], Translated.from_mapping(data["text"]), bool(data.get("right")))


@dataclass(frozen=True)
class Condition:
    """A condition that shows a question only if an earlier question has one of `answers`.

    The answers are text: the key of a choice, a number, "yes" or "no".
    """

    question_key: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class SurveyQuestion:
    """A question of a survey version; the condition of a section applies to all questions up to the next section."""

    key: str
    kind: SurveyQuestionKind
    text: Translated
    required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    scale: SurveyQuestionKind = SurveyQuestionKind.AGREEMENT
    """The scale of a matrix; other kinds ignore it."""
    least: int | None = None
    most: int | None = None
    """The bounds of a number, both included; None means no bound."""
    show_if: Condition | None = None

    @property
    def has_correct_choice(self) -> bool:
        """Return whether a choice is marked as correct, so that the answer counts towards a score."""
        return any(choice.is_correct for choice in self.choices)

    def to_json(self) -> dict[str, Any]:
        """Return the question as a survey version stores it, without the fields that have no value."""
        data: dict[str, Any] = {"key": self.key, "kind": str(self.kind), "text": self.text.to_mapping()}
        data["required"] = self.required
        if self.choices:
            data["choices"] = [choice.to_json() for choice in self.choices]
        if self.kind == SurveyQuestionKind.MATRIX:
            data |= {"rows": [row.to_json() for row in self.rows], "scale": str(self.scale)}
        data |= {name: value for name in ("least", "most") if (value := getattr(self, name)) is not None}
        if self.show_if:
            data["show_if"] = {"question": self.show_if.question_key, "answers": list(self.show_if.answers)}
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SurveyQuestion":
        """Return the question that `to_json` wrote."""
        condition = data.get("show_if")
        return cls(
            data["key"],
            SurveyQuestionKind(data["kind"]),
            Translated.from_mapping(data["text"]),
            bool(data.get("required")),
            tuple(Choice.from_json(choice) for choice in data.get("choices", ())),
            tuple(Choice.from_json(row) for row in data.get("rows", ())),
            SurveyQuestionKind(data.get("scale", SurveyQuestionKind.AGREEMENT)),
            data.get("least"),
            data.get("most"),
            Condition(condition["question"], tuple(condition["answers"])) if condition else None,
        )


class QuestionProblemKind(StrEnum):
    """A reason why a list of questions can't be asked."""

    KEY = "key"  # not a valid key, or the key of an earlier question
    NO_TEXT = "no_text"
    CHOICES = "choices"  # fewer than two, too many, a key used twice, or a choice without text
    ROWS = "rows"  # none, too many, a key used twice, or a row without text
    SCALE = "scale"  # a matrix whose scale is neither satisfaction nor agreement
    BOUNDS = "bounds"  # `least` is greater than `most`
    CONDITION = "condition"  # it names no earlier question, or an answer that the question does not offer
    TOO_MANY = "too_many"  # more questions than MAX_QUESTIONS_PER_SURVEY


@dataclass(frozen=True)
class QuestionProblem:
    """A problem of the question at a position, counted from 0."""

    position: int
    kind: QuestionProblemKind


def list_question_problems(questions: Sequence[SurveyQuestion]) -> list[QuestionProblem]:
    """Return all problems of the questions of a version, in question order; an empty list has none."""
    too_many = len(questions) > MAX_QUESTIONS_PER_SURVEY
    problems = [QuestionProblem(MAX_QUESTIONS_PER_SURVEY, QuestionProblemKind.TOO_MANY)] if too_many else []
    for position, question in enumerate(questions):
        problems += [QuestionProblem(position, kind) for kind in list_problem_kinds(question, questions[:position])]
    return problems


def list_problem_kinds(
    question: SurveyQuestion, earlier_questions: Sequence[SurveyQuestion]
) -> list[QuestionProblemKind]:
    """Return the problems of one question, given the questions before it."""
    is_matrix = question.kind == SurveyQuestionKind.MATRIX
    are_bounds_reversed = question.least is not None and question.most is not None and question.least > question.most
    checks = {
        QuestionProblemKind.KEY: not KEY_PATTERN.fullmatch(question.key)
        or question.key in {earlier.key for earlier in earlier_questions},
        QuestionProblemKind.NO_TEXT: not question.text,
        QuestionProblemKind.CHOICES: question.kind in CHOICE_KINDS
        and not are_choices_valid(question.choices, min_count=2),
        QuestionProblemKind.ROWS: is_matrix and not are_choices_valid(question.rows, min_count=1),
        QuestionProblemKind.SCALE: is_matrix and question.scale not in SCALE_KINDS,
        QuestionProblemKind.BOUNDS: are_bounds_reversed,
        QuestionProblemKind.CONDITION: question.show_if is not None
        and not can_condition_hold(question.show_if, earlier_questions),
    }
    return [kind for kind, has_problem in checks.items() if has_problem]


def are_choices_valid(choices: Sequence[Choice], min_count: int) -> bool:
    """Return whether there are `min_count` to MAX_CHOICES_PER_QUESTION choices, each with its own valid key and a text."""
    keys = {choice.key for choice in choices if KEY_PATTERN.fullmatch(choice.key)}
    has_keys = len(keys) == len(choices)
    return min_count <= len(choices) <= MAX_CHOICES_PER_QUESTION and has_keys and all(choice.text for choice in choices)


def can_condition_hold(condition: Condition, earlier_questions: Iterable[SurveyQuestion]) -> bool:
    """Return whether the condition names an earlier question and only answers which that question offers."""
    question = next((earlier for earlier in earlier_questions if earlier.key == condition.question_key), None)
    if question is None or not condition.answers:
        return False
    return set(condition.answers) <= set(list_condition_answers(question))


def list_condition_answers(question: SurveyQuestion) -> list[str]:
    """Return the answers, as text, that a condition may name; none for a text, a number or a matrix."""
    if question.kind in CHOICE_KINDS:
        return [choice.key for choice in question.choices]
    if question.kind in SCALE_KINDS:
        return ["1", "2", "3", "4", "5"]
    if question.kind == SurveyQuestionKind.NPS:
        return [str(value) for value in range(11)]
    return ["yes", "no"] if question.kind == SurveyQuestionKind.YES_NO else []

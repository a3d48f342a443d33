"""Questions: their kinds, how a version keeps them, and what is wrong with a list of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.translated import Translated

OVERALL = "overall"
"""The key of the same item in every survey, so that the project's satisfaction can be computed."""
OWN_CODE = "own_code"
"""The key of the code by which a participant's anonymous tests before and after are paired."""
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 60  # questions of a survey
MOST_CHOICES = 30


class QuestionKind(StrEnum):
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


SCALED = (QuestionKind.SATISFACTION, QuestionKind.AGREEMENT)
WITH_CHOICES = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
WORDS = (QuestionKind.SHORT_TEXT, QuestionKind.TEXT, QuestionKind.CODE)
LONGEST = {QuestionKind.SHORT_TEXT: 200, QuestionKind.TEXT: 2000, QuestionKind.CODE: 20}


@dataclass(frozen=True)
class Choice:
    """A choice of a question, or a row of a matrix; in a test it may be right."""

    key: str
    text: Translated
    right: bool = False

    def kept(self) -> dict[str, Any]:
        """Give the choice as it is kept."""
        return {"key": self.key, "text": self.text.parts(), **({"right": True} if self.right else {})}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Choice":
        """Read a choice."""
        return cls(kept["key"], Translated.of(kept["text"]), bool(kept.get("right")))


@dataclass(frozen=True)
class Condition:
    """Show a question only where an earlier one has one of these answers, as text: a choice's key, a number, yes or no."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question of a survey's version; a condition on a section is a condition on all questions up to the next one."""

    key: str
    kind: QuestionKind
    text: Translated
    required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    scale: QuestionKind = QuestionKind.AGREEMENT
    """Of a matrix."""
    least: int | None = None
    most: int | None = None
    """Of a number."""
    show_if: Condition | None = None

    @property
    def is_test(self) -> bool:
        """Whether it has a right answer."""
        return any(each.right for each in self.choices)

    def kept(self) -> dict[str, Any]:
        """Give the question as it is kept in a version; what it does not have is left out."""
        found: dict[str, Any] = {"key": self.key, "kind": str(self.kind), "text": self.text.parts()}
        found["required"] = self.required
        if self.choices:
            found["choices"] = [each.kept() for each in self.choices]
        if self.kind == QuestionKind.MATRIX:
            found |= {"rows": [each.kept() for each in self.rows], "scale": str(self.scale)}
        found |= {name: value for name in ("least", "most") if (value := getattr(self, name)) is not None}
        if self.show_if:
            found["show_if"] = {"question": self.show_if.question, "answers": list(self.show_if.answers)}
        return found

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Question":
        """Read a question of a version."""
        condition = kept.get("show_if")
        return cls(
            kept["key"],
            QuestionKind(kept["kind"]),
            Translated.of(kept["text"]),
            bool(kept.get("required")),
            tuple(Choice.read(each) for each in kept.get("choices", ())),
            tuple(Choice.read(each) for each in kept.get("rows", ())),
            QuestionKind(kept.get("scale", QuestionKind.AGREEMENT)),
            kept.get("least"),
            kept.get("most"),
            Condition(condition["question"], tuple(condition["answers"])) if condition else None,
        )


class Wrong(StrEnum):
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
class Problem:
    """What is wrong with a question, by its place from 0."""

    place: int
    wrong: Wrong


def problems(questions: Sequence[Question]) -> list[Problem]:
    """List everything that is wrong with the questions of a version; an empty list can be asked."""
    found = [Problem(MOST, Wrong.TOO_MANY)] if len(questions) > MOST else []
    for place, each in enumerate(questions):
        found += [Problem(place, wrong) for wrong in wrongs_of(each, questions[:place])]
    return found


def wrongs_of(question: Question, before: Sequence[Question]) -> list[Wrong]:
    """List what is wrong with a question that stands after others."""
    bounds = question.least is not None and question.most is not None and question.least > question.most
    checks = {
        Wrong.KEY: not KEY.fullmatch(question.key) or question.key in {each.key for each in before},
        Wrong.NO_TEXT: not question.text,
        Wrong.CHOICES: question.kind in WITH_CHOICES and not good_choices(question.choices, least=2),
        Wrong.ROWS: question.kind == QuestionKind.MATRIX and not good_choices(question.rows, least=1),
        Wrong.SCALE: question.kind == QuestionKind.MATRIX and question.scale not in SCALED,
        Wrong.BOUNDS: bounds,
        Wrong.CONDITION: question.show_if is not None and not can_hold(question.show_if, before),
    }
    return [wrong for wrong, holds in checks.items() if holds]


def good_choices(choices: Sequence[Choice], least: int) -> bool:
    """Whether the choices can be offered: enough of them, not too many, each with a key of its own and words."""
    keys = {each.key for each in choices if KEY.fullmatch(each.key)}
    return least <= len(choices) <= MOST_CHOICES and len(keys) == len(choices) and all(each.text for each in choices)


def can_hold(condition: Condition, before: Iterable[Question]) -> bool:
    """Whether an earlier question can have one of the answers that a condition asks for."""
    asked = next((each for each in before if each.key == condition.question), None)
    return asked is not None and bool(condition.answers) and set(condition.answers) <= set(answers_of(asked))


def answers_of(question: Question) -> list[str]:
    """Give the answers, as text, that a condition may ask of a question; none of a text, a number or a matrix."""
    if question.kind in WITH_CHOICES:
        return [each.key for each in question.choices]
    if question.kind in SCALED:
        return ["1", "2", "3", "4", "5"]
    if question.kind == QuestionKind.NPS:
        return [str(value) for value in range(11)]
    return ["yes", "no"] if question.kind == QuestionKind.YES_NO else []

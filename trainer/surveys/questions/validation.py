"""Answers against questions: what is an answer, which questions are shown, what is missing, and the score of a test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.collation import fold
from trainer.surveys.questions.model import LONGEST, SCALED, WORDS, Condition, Question, QuestionKind

LARGEST = 999_999_999


class Refusal(StrEnum):
    """Why an answer is none."""

    MISSING = "missing"
    UNKNOWN = "unknown"  # not one of the answers that were offered, or out of range
    TOO_LONG = "too_long"


class AnswersRefused(Exception):
    """Some answers are none; `refusals` says which and why, by the question's key."""

    def __init__(self, refusals: Mapping[str, Refusal]) -> None:
        super().__init__(", ".join(f"{key}: {why}" for key, why in refusals.items()))
        self.refusals = dict(refusals)


@dataclass(frozen=True)
class Score:
    """How many questions of a test were answered right, of all that have a right answer."""

    right: int
    whole: int

    @property
    def percent(self) -> int:
        """The share answered right in whole percent, never rounded up."""
        return 100 * self.right // self.whole if self.whole else 0


def checked(questions: Sequence[Question], given: Mapping[str, Any], *, complete: bool = True) -> dict[str, Any]:
    """Give the answers to keep, in the order of the questions: those to questions that are not shown are left out.

    Raises AnswersRefused. A draft need not be `complete`: what is missing is no reason then.
    """
    kept: dict[str, Any] = {}
    refusals: dict[str, Refusal] = {}
    for question in shown(questions, given):
        if question.kind == QuestionKind.SECTION:
            continue
        value = tidy(question, given.get(question.key))
        if is_blank(value):
            if question.required and complete:
                refusals[question.key] = Refusal.MISSING
            continue
        why = refusal(question, value, complete)
        if why:
            refusals[question.key] = why
        else:
            kept[question.key] = in_order(question, value)
    if refusals:
        raise AnswersRefused(refusals)
    return kept


def fitting(questions: Sequence[Question], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give of what was given, perhaps to other questions, what is an answer to these, shown or not."""
    values = {each.key: given.get(each.key) for each in questions if each.kind != QuestionKind.SECTION}
    return {
        each.key: values[each.key]
        for each in questions
        if not is_blank(values.get(each.key)) and refusal(each, values[each.key], complete=False) is None
    }


def tidy(question: Question, value: Any) -> Any:
    """Write a participant's own code as one writes it, so that two are the same whatever keyboard they were typed on."""
    if question.kind == QuestionKind.CODE and isinstance(value, str):
        return fold(value).replace(" ", "").upper()
    return value


def shown(questions: Sequence[Question], given: Mapping[str, Any]) -> Iterator[Question]:
    """Give the questions that are shown to somebody who gave these answers."""
    visible: set[str] = set()
    section = True
    for question in questions:
        holds = question.show_if is None or (question.show_if.question in visible and met(question.show_if, given))
        if question.kind == QuestionKind.SECTION:
            section = holds
        if section and holds:
            visible.add(question.key)
            yield question


def met(condition: Condition, given: Mapping[str, Any]) -> bool:
    """Whether the answers meet a condition."""
    value = given.get(condition.question)
    said = [as_text(each) for each in value] if isinstance(value, list) else [as_text(value)]
    return bool(set(said) & set(condition.answers))


def as_text(value: Any) -> str:
    """Write an answer as conditions do."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def is_blank(value: Any) -> bool:
    """Whether nothing was answered; no and 0 are answers."""
    return value is None or value in ("", [], {})


def refusal(question: Question, value: Any, complete: bool = True) -> Refusal | None:
    """Say why a value is no answer to a question; None where it is one."""
    if question.kind in WORDS:
        if not isinstance(value, str):
            return Refusal.UNKNOWN
        return Refusal.TOO_LONG if len(value) > LONGEST[question.kind] else None
    if not fits(question, value):
        return Refusal.UNKNOWN
    whole_matrix = question.kind == QuestionKind.MATRIX and question.required and complete
    return Refusal.MISSING if whole_matrix and len(value) < len(question.rows) else None


def fits(question: Question, value: Any) -> bool:
    """Whether a value is one of the answers that a question without words offers."""
    keys = {each.key for each in question.choices}
    if question.kind == QuestionKind.SINGLE:
        return isinstance(value, str) and value in keys
    if question.kind == QuestionKind.MULTIPLE:
        strings = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return strings and len(set(value)) == len(value) and set(value) <= keys
    if question.kind == QuestionKind.MATRIX:
        rows = {each.key for each in question.rows}
        return isinstance(value, dict) and set(value) <= rows and all(whole(each, 1, 5) for each in value.values())
    if question.kind == QuestionKind.YES_NO:
        return isinstance(value, bool)
    if question.kind in SCALED:
        return whole(value, 1, 5)
    if question.kind == QuestionKind.NPS:
        return whole(value, 0, 10)
    least = 0 if question.least is None else question.least
    return whole(value, least, LARGEST if question.most is None else question.most)


def whole(value: Any, least: int, most: int) -> bool:
    """Whether a value is a whole number within bounds; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def in_order(question: Question, value: Any) -> Any:
    """Put several choices, or the rows of a matrix, into the order of the question: the order of ticking is nobody's business."""
    if question.kind == QuestionKind.MULTIPLE:
        return [each.key for each in question.choices if each.key in value]
    if question.kind == QuestionKind.MATRIX:
        return {each.key: value[each.key] for each in question.rows if each.key in value}
    return value


def score(questions: Sequence[Question], answers: Mapping[str, Any]) -> Score:
    """Count what was answered right; of several choices all the right ones and no other."""
    asked = [each for each in questions if each.is_test]
    return Score(sum(is_right(each, answers.get(each.key)) for each in asked), len(asked))


def is_right(question: Question, answer: Any) -> bool:
    """Whether a question of a test was answered right."""
    right = {each.key for each in question.choices if each.right}
    return set(answer if isinstance(answer, list) else [answer]) == right

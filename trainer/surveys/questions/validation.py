"""Answers against questions: what is an answer, which questions are shown, what is missing, and the score of a test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainer.language.collation import fold_text
from trainer.surveys.questions.model import (
    MAX_ANSWER_LENGTHS,
    SCALE_KINDS,
    TEXT_KINDS,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
)

MAX_ANSWER_NUMBER = 999_999_999


class AnswerProblem(StrEnum):
    """Why an answer is none."""

    MISSING = "missing"
    UNKNOWN = "unknown"  # not one of the answers that were offered, or out of range
    TOO_LONG = "too_long"


class AnswersInvalid(Exception):
    """Some answers are none; `refusals` says which and why, by the question's key."""

    def __init__(self, problems: Mapping[str, AnswerProblem]) -> None:
        super().__init__(", ".join(f"{key}: {why}" for key, why in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Score:
    """How many questions of a test were answered right, of all that have a right answer."""

    correct: int
    total: int

    @property
    def percent(self) -> int:
        """The share answered right in whole percent, never rounded up."""
        return 100 * self.correct // self.total if self.total else 0


def validate_answers(
    questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any], *, complete: bool = True
) -> dict[str, Any]:
    """Give the answers to keep, in the order of the questions: those to questions that are not shown are left out.

    Raises AnswersRefused. A draft need not be `complete`: what is missing is no reason then.
    """
    kept: dict[str, Any] = {}
    refusals: dict[str, AnswerProblem] = {}
    for question in list_visible_questions(questions, submitted):
        if question.kind == SurveyQuestionKind.SECTION:
            continue
        value = normalise_own_code(question, submitted.get(question.key))
        if is_answer_blank(value):
            if question.required and complete:
                refusals[question.key] = AnswerProblem.MISSING
            continue
        why = find_answer_problem(question, value, complete)
        if why:
            refusals[question.key] = why
        else:
            kept[question.key] = apply_question_order(question, value)
    if refusals:
        raise AnswersInvalid(refusals)
    return kept


def filter_valid_answers(questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any]) -> dict[str, Any]:
    """Give of what was given, perhaps to other questions, what is an answer to these, shown or not."""
    values = {each.key: submitted.get(each.key) for each in questions if each.kind != SurveyQuestionKind.SECTION}
    return {
        each.key: values[each.key]
        for each in questions
        if not is_answer_blank(values.get(each.key))
        and find_answer_problem(each, values[each.key], complete=False) is None
    }


def normalise_own_code(question: SurveyQuestion, value: Any) -> Any:
    """Write a participant's own code as one writes it, so that two are the same whatever keyboard they were typed on."""
    if question.kind == SurveyQuestionKind.CODE and isinstance(value, str):
        return fold_text(value).replace(" ", "").upper()
    return value


def list_visible_questions(
    questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any]
) -> Iterator[SurveyQuestion]:
    """Give the questions that are shown to somebody who gave these answers."""
    visible: set[str] = set()
    section = True
    for question in questions:
        holds = question.show_if is None or (
            question.show_if.question_key in visible and is_condition_met(question.show_if, submitted)
        )
        if question.kind == SurveyQuestionKind.SECTION:
            section = holds
        if section and holds:
            visible.add(question.key)
            yield question


def is_condition_met(condition: Condition, submitted: Mapping[str, Any]) -> bool:
    """Whether the answers meet a condition."""
    value = submitted.get(condition.question_key)
    said = (
        [format_condition_answer(each) for each in value]
        if isinstance(value, list)
        else [format_condition_answer(value)]
    )
    return bool(set(said) & set(condition.answers))


def format_condition_answer(value: Any) -> str:
    """Write an answer as conditions do."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def is_answer_blank(value: Any) -> bool:
    """Whether nothing was answered; no and 0 are answers."""
    return value is None or value in ("", [], {})


def find_answer_problem(question: SurveyQuestion, value: Any, complete: bool = True) -> AnswerProblem | None:
    """Say why a value is no answer to a question; None where it is one."""
    if question.kind in TEXT_KINDS:
        if not isinstance(value, str):
            return AnswerProblem.UNKNOWN
        return AnswerProblem.TOO_LONG if len(value) > MAX_ANSWER_LENGTHS[question.kind] else None
    if not is_offered_answer(question, value):
        return AnswerProblem.UNKNOWN
    whole_matrix = question.kind == SurveyQuestionKind.MATRIX and question.required and complete
    return AnswerProblem.MISSING if whole_matrix and len(value) < len(question.rows) else None


def is_offered_answer(question: SurveyQuestion, value: Any) -> bool:
    """Whether a value is one of the answers that a question without words offers."""
    keys = {each.key for each in question.choices}
    if question.kind == SurveyQuestionKind.SINGLE:
        return isinstance(value, str) and value in keys
    if question.kind == SurveyQuestionKind.MULTIPLE:
        strings = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return strings and len(set(value)) == len(value) and set(value) <= keys
    if question.kind == SurveyQuestionKind.MATRIX:
        rows = {each.key for each in question.rows}
        return (
            isinstance(value, dict)
            and set(value) <= rows
            and all(is_whole_number(each, 1, 5) for each in value.values())
        )
    if question.kind == SurveyQuestionKind.YES_NO:
        return isinstance(value, bool)
    if question.kind in SCALE_KINDS:
        return is_whole_number(value, 1, 5)
    if question.kind == SurveyQuestionKind.NPS:
        return is_whole_number(value, 0, 10)
    least = 0 if question.least is None else question.least
    return is_whole_number(value, least, MAX_ANSWER_NUMBER if question.most is None else question.most)


def is_whole_number(value: Any, minimum: int, maximum: int) -> bool:
    """Whether a value is a whole number within bounds; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum


def apply_question_order(question: SurveyQuestion, value: Any) -> Any:
    """Put several choices, or the rows of a matrix, into the order of the question: the order of ticking is nobody's business."""
    if question.kind == SurveyQuestionKind.MULTIPLE:
        return [each.key for each in question.choices if each.key in value]
    if question.kind == SurveyQuestionKind.MATRIX:
        return {each.key: value[each.key] for each in question.rows if each.key in value}
    return value


def calculate_score(questions: Sequence[SurveyQuestion], answers: Mapping[str, Any]) -> Score:
    """Count what was answered right; of several choices all the right ones and no other."""
    asked = [each for each in questions if each.has_correct_choice]
    return Score(sum(is_answer_correct(each, answers.get(each.key)) for each in asked), len(asked))


def is_answer_correct(question: SurveyQuestion, answer: Any) -> bool:
    """Whether a question of a test was answered right."""
    right = {each.key for each in question.choices if each.is_correct}
    return set(answer if isinstance(answer, list) else [answer]) == right

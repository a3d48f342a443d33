"""Validation of answers against the questions of a survey, the questions that are visible, and the score of a test."""

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
    """The reason why an answer is invalid."""

    MISSING = "missing"
    UNKNOWN = "unknown"  # not one of the answers offered, or out of range
    TOO_LONG = "too_long"


class AnswersInvalid(Exception):
    """Some answers are invalid; `problems` holds the reason for each, by the key of the question."""

    def __init__(self, problems: Mapping[str, AnswerProblem]) -> None:
        super().__init__(", ".join(f"{key}: {problem}" for key, problem in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Score:
    """The number of test questions answered correctly, and of all test questions that the person was shown."""

    correct: int
    total: int

    @property
    def percent(self) -> int:
        """Return the share of correct answers in whole percent, rounded down; 0 without test questions."""
        return 100 * self.correct // self.total if self.total else 0


def validate_answers(
    questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any], *, complete: bool = True
) -> dict[str, Any]:
    """Return the answers to store, by question key in question order; answers to hidden questions are left out.

    Raises AnswersInvalid. Unless `complete`, as for a draft, a missing answer is no problem.
    """
    answers: dict[str, Any] = {}
    problems: dict[str, AnswerProblem] = {}
    for question in list_visible_questions(questions, submitted):
        if question.kind == SurveyQuestionKind.SECTION:
            continue
        value = normalise_own_code(question, submitted.get(question.key))
        if is_answer_blank(value):
            if question.required and complete:
                problems[question.key] = AnswerProblem.MISSING
            continue
        problem = find_answer_problem(question, value, complete)
        if problem:
            problems[question.key] = problem
        else:
            answers[question.key] = apply_question_order(question, value)
    if problems:
        raise AnswersInvalid(problems)
    return answers


def filter_valid_answers(questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the submitted values that are valid answers to these questions, visible or not.

    The values may have been submitted for another version of the survey.
    """
    answers = {}
    for question in questions:
        value = submitted.get(question.key)
        is_answerable = question.kind != SurveyQuestionKind.SECTION and not is_answer_blank(value)
        if is_answerable and find_answer_problem(question, value, complete=False) is None:
            answers[question.key] = value
    return answers


def normalise_own_code(question: SurveyQuestion, value: Any) -> Any:
    """Return a personal code in capitals without spaces, so that both of a participant's tests have the same code.

    Letters that look alike on the Kazakh, Russian and Latin keyboards become one. Other answers are returned unchanged.
    """
    if question.kind == SurveyQuestionKind.CODE and isinstance(value, str):
        return fold_text(value).replace(" ", "").upper()
    return value


def list_visible_questions(
    questions: Sequence[SurveyQuestion], submitted: Mapping[str, Any]
) -> Iterator[SurveyQuestion]:
    """Yield the questions whose conditions, and whose section's condition, the answers meet.

    A condition on a hidden question is never met. `static/js/survey.js` applies the same rule in the browser.
    """
    visible_keys: set[str] = set()
    is_section_visible = True
    for question in questions:
        condition = question.show_if
        is_met = condition is None or (
            condition.question_key in visible_keys and is_condition_met(condition, submitted)
        )
        if question.kind == SurveyQuestionKind.SECTION:
            is_section_visible = is_met
        if is_section_visible and is_met:
            visible_keys.add(question.key)
            yield question


def is_condition_met(condition: Condition, submitted: Mapping[str, Any]) -> bool:
    """Return whether the answer to the condition's question is, or for several choices contains, one that it names."""
    value = submitted.get(condition.question_key)
    answers = {format_condition_answer(answer) for answer in (value if isinstance(value, list) else [value])}
    return bool(answers & set(condition.answers))


def format_condition_answer(value: Any) -> str:
    """Return an answer as the text that conditions use: "yes" or "no" for true or false, else the value itself."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def is_answer_blank(value: Any) -> bool:
    """Return whether a value is no answer at all; false and 0 are answers."""
    return value is None or value in ("", [], {})


def find_answer_problem(question: SurveyQuestion, value: Any, complete: bool = True) -> AnswerProblem | None:
    """Return why a value is no valid answer to a question, or None if it is valid.

    If `complete`, a required matrix must have an answer in every row.
    """
    if question.kind in TEXT_KINDS:
        if not isinstance(value, str):
            return AnswerProblem.UNKNOWN
        return AnswerProblem.TOO_LONG if len(value) > MAX_ANSWER_LENGTHS[question.kind] else None
    if not is_offered_answer(question, value):
        return AnswerProblem.UNKNOWN
    needs_all_rows = question.kind == SurveyQuestionKind.MATRIX and question.required and complete
    return AnswerProblem.MISSING if needs_all_rows and len(value) < len(question.rows) else None


def is_offered_answer(question: SurveyQuestion, value: Any) -> bool:
    """Return whether a value has the type and range of answers to the question, which must not be a text question."""
    keys = {choice.key for choice in question.choices}
    if question.kind == SurveyQuestionKind.SINGLE:
        return isinstance(value, str) and value in keys
    if question.kind == SurveyQuestionKind.MULTIPLE:
        has_strings = isinstance(value, list) and all(isinstance(key, str) for key in value)
        return has_strings and len(set(value)) == len(value) and set(value) <= keys
    if question.kind == SurveyQuestionKind.MATRIX:
        row_keys = {row.key for row in question.rows}
        has_rows = isinstance(value, dict) and set(value) <= row_keys
        return has_rows and all(is_whole_number(answer, 1, 5) for answer in value.values())
    if question.kind == SurveyQuestionKind.YES_NO:
        return isinstance(value, bool)
    if question.kind in SCALE_KINDS:
        return is_whole_number(value, 1, 5)
    if question.kind == SurveyQuestionKind.NPS:
        return is_whole_number(value, 0, 10)
    minimum = 0 if question.least is None else question.least
    return is_whole_number(value, minimum, MAX_ANSWER_NUMBER if question.most is None else question.most)


def is_whole_number(value: Any, minimum: int, maximum: int) -> bool:
    """Return whether a value is a whole number from `minimum` to `maximum`; true and false are not numbers here."""
    return isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum


def apply_question_order(question: SurveyQuestion, value: Any) -> Any:
    """Return several choices or the rows of a matrix in question order, so that the order of clicking is not stored."""
    if question.kind == SurveyQuestionKind.MULTIPLE:
        return [choice.key for choice in question.choices if choice.key in value]
    if question.kind == SurveyQuestionKind.MATRIX:
        return {row.key: value[row.key] for row in question.rows if row.key in value}
    return value


def calculate_score(questions: Sequence[SurveyQuestion], answers: Mapping[str, Any]) -> Score:
    """Return the score of a test; a question with several correct choices counts only if exactly these are chosen.

    Only questions that the person was shown count; one that was shown and skipped counts as incorrect.
    """
    test_questions = [
        question for question in list_visible_questions(questions, answers) if question.has_correct_choice
    ]
    correct = sum(is_answer_correct(question, answers.get(question.key)) for question in test_questions)
    return Score(correct, len(test_questions))


def is_answer_correct(question: SurveyQuestion, answer: Any) -> bool:
    """Return whether the answer to a test question consists of all its correct choices and no other."""
    correct_keys = {choice.key for choice in question.choices if choice.is_correct}
    return set(answer if isinstance(answer, list) else [answer]) == correct_keys

"""Operations on a list of questions that keep their keys unique and their conditions valid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey
from trainer.surveys.questions.keys import RESERVED_KEYS, assign_choice_keys, build_unique_key
from trainer.surveys.questions.model import (
    OVERALL_KEY,
    OWN_CODE_KEY,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    list_condition_answers,
)


def separate_reused_keys(survey: Survey, questions: Sequence[SurveyQuestion]) -> list[SurveyQuestion]:
    """Return the questions with a new key for each whose key belonged to another kind or scale in any version.

    Otherwise answers of different types would be counted together. Conditions follow the new keys.
    """
    earlier_questions = [question for version in survey.versions for question in list_version_questions(version)]
    taken_keys = list_used_question_keys(survey) | {question.key for question in questions}
    separated = list(questions)
    for question in questions:
        if any(
            earlier.key == question.key and (earlier.kind, earlier.scale) != (question.kind, question.scale)
            for earlier in earlier_questions
        ):
            new_key = build_unique_key(question.text, taken_keys | RESERVED_KEYS, "question")
            taken_keys.add(new_key)
            separated = [
                replace(other, key=new_key)
                if other.key == question.key
                else update_condition_key(other, question.key, new_key)
                for other in separated
            ]
    return separated


def has_own_code_question(questions: Iterable[SurveyQuestion]) -> bool:
    """Return whether one of the questions asks for the personal code."""
    return any(question.kind == SurveyQuestionKind.CODE for question in questions)


def insert_question_after(
    questions: Sequence[SurveyQuestion], question: SurveyQuestion, after_key: str
) -> list[SurveyQuestion]:
    """Return the questions with one more: after the one with a key, first if the key is empty, last if it is unknown."""
    keys = [other.key for other in questions]
    position = 0 if not after_key else keys.index(after_key) + 1 if after_key in keys else len(keys)
    return [*questions[:position], question, *questions[position:]]


def list_used_question_keys(survey: Survey) -> set[str]:
    """Return the keys of the questions of all versions of a survey."""
    return {question["key"] for version in survey.versions for question in version.questions}


def assign_question_keys(question: SurveyQuestion, key: str, previous: SurveyQuestion | None) -> SurveyQuestion:
    """Return the question with its key and keys for its choices and rows; those of the `previous` wording keep theirs."""
    choices, rows = (previous.choices, previous.rows) if previous else ((), ())
    return replace(
        question,
        key=key,
        choices=assign_choice_keys(question.choices, list_choice_keys(choices), "choice"),
        rows=assign_choice_keys(question.rows, list_choice_keys(rows), "row"),
    )


def build_question_key(question: SurveyQuestion, taken_keys: set[str]) -> str:
    """Return the key for a new question: fixed for the overall question and the personal code, else derived from its text."""
    if question.key == OVERALL_KEY or question.kind == SurveyQuestionKind.CODE:
        return OVERALL_KEY if question.key == OVERALL_KEY else OWN_CODE_KEY
    return build_unique_key(question.text, taken_keys | RESERVED_KEYS, "question")


def list_choice_keys(choices: Iterable[Choice]) -> set[str]:
    """Return the keys of choices."""
    return {choice.key for choice in choices}


def update_condition_key(question: SurveyQuestion, old_key: str, new_key: str) -> SurveyQuestion:
    """Return the question with its condition moved to the new key if it names the old one; else unchanged."""
    condition = question.show_if
    if condition is None or condition.question_key != old_key or old_key == new_key:
        return question
    return replace(question, show_if=Condition(new_key, condition.answers))


def update_condition(question: SurveyQuestion, old_key: str, changed: SurveyQuestion | None) -> SurveyQuestion:
    """Return the question with its condition adapted to the question with `old_key`, which is now `changed` or removed (None).

    The condition keeps the answers that are still offered; without any the question is always shown.
    """
    condition = question.show_if
    if condition is None or condition.question_key != old_key:
        return question
    offered = list_condition_answers(changed) if changed else []
    answers = tuple(answer for answer in condition.answers if answer in offered)
    return replace(question, show_if=Condition(changed.key, answers) if changed and answers else None)

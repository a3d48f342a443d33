"""What depends on a question or a choice that is to be removed: answers, conditions of other questions, questions of a section."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyResponse
from trainer.surveys.questions.model import Choice, SurveyQuestion, SurveyQuestionKind


@dataclass(frozen=True)
class QuestionDependents:
    """What depends on a question: the number of answers, the questions shown only after it, the questions of a section."""

    answer_count: int
    conditional_questions: list[SurveyQuestion]
    section_questions: list[SurveyQuestion]


@dataclass(frozen=True)
class ChoiceDependents:
    """A choice or row that is to be removed, with the number of its answers and the questions shown only after it."""

    choice: Choice
    answer_count: int
    conditional_questions: list[SurveyQuestion]


def find_question_dependents(session: Session, survey: Survey, question: SurveyQuestion) -> QuestionDependents:
    """Return what depends on a question of the current version."""
    questions = list_version_questions(survey.current_version)
    following = questions[questions.index(question) + 1 :] if question.kind == SurveyQuestionKind.SECTION else []
    return QuestionDependents(
        len(list_answers(session, survey, question.key)),
        [other for other in questions if other.show_if and other.show_if.question_key == question.key],
        list(takewhile(lambda other: other.kind != SurveyQuestionKind.SECTION, following)),
    )


def list_choice_dependents(
    session: Session, survey: Survey, question: SurveyQuestion, remaining: Iterable[Choice]
) -> list[ChoiceDependents]:
    """Return what depends on each choice or row of a question that is not among the remaining ones."""
    remaining_keys = {choice.key for choice in remaining}
    removed = [choice for choice in (*question.choices, *question.rows) if choice.key not in remaining_keys]
    answers = list_answers(session, survey, question.key) if removed else []
    questions = list_version_questions(survey.current_version)
    return [
        ChoiceDependents(
            choice,
            sum(is_chosen(choice.key, answer) for answer in answers),
            list_questions_shown_after(questions, question.key, choice.key),
        )
        for choice in removed
    ]


def list_questions_shown_after(questions: Sequence[SurveyQuestion], key: str, answer: str) -> list[SurveyQuestion]:
    """Return the questions whose condition names an answer to the question with a key."""
    return [
        other
        for other in questions
        if other.show_if and other.show_if.question_key == key and answer in other.show_if.answers
    ]


def is_chosen(key: str, answer: Any) -> bool:
    """Return whether an answer to a question with choices or rows is, or contains, the one with a key."""
    return key in answer if isinstance(answer, list | dict) else bool(key == answer)


def list_answers(session: Session, survey: Survey, key: str) -> list[Any]:
    """Return the answers to a question of a survey with names; the questions of an answered anonymous survey can't change."""
    if survey.id is None:
        return []
    answers = session.scalars(select(SurveyResponse.answers).where(SurveyResponse.survey_id == survey.id))
    return [response[key] for response in answers if key in response]

"""Editing a seminar's own questions on the registration form."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.language.translated import Translated
from trainer.registration.form.choices import build_stored_choices
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar

MAX_QUESTIONS = 30


class TooManyQuestions(Exception):
    """The form has MAX_QUESTIONS questions already."""


class QuestionKindFixed(Exception):
    """The question has answers, so its kind cannot change."""


class QuestionChoicesFixed(Exception):
    """A choice that people selected would be removed."""


@dataclass(frozen=True)
class RegistrationQuestionDraft:
    """A question as the organizer entered it; choices only for the kind CHOICE."""

    kind: RegistrationQuestionKind
    label: Translated
    required: bool = False
    choices: tuple[Translated, ...] = ()


@dataclass(frozen=True)
class FormQuestion:
    """A question as a form shows it; equal for equal content, so that a form is built once for all who fill it in."""

    id: int
    kind: str
    label: Translated
    required: bool
    stored_choices: str

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Return key and text of each choice, as they are stored."""
        choices: list[dict[str, Any]] = json.loads(self.stored_choices)
        return choices


def build_form_question(question: RegistrationQuestion) -> FormQuestion:
    """Return what a form needs of a question."""
    return FormQuestion(question.id, question.kind, question.label, question.required, json.dumps(question.choices))


def list_current_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return the questions that are on the form, in their order."""
    return [question for question in list_all_questions(session, seminar) if not question.retired]


def list_retired_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return the questions that were removed from the form but have answers."""
    return [question for question in list_all_questions(session, seminar) if question.retired]


def list_all_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return current and retired questions in their order."""
    return list_questions_of_seminars(session, [seminar.id])


def list_questions_of_seminars(session: Session, seminar_ids: Iterable[int]) -> list[RegistrationQuestion]:
    """Return current and retired questions of some seminars in their order."""
    return list(session.scalars(build_questions_query(), {"seminar_ids": list(seminar_ids)}))


@cache
def build_questions_query() -> Select[Any]:
    """Build the query for the questions of seminars in their order."""
    of_seminars = RegistrationQuestion.seminar_id.in_(bindparam("seminar_ids", expanding=True))
    return (
        select(RegistrationQuestion).where(of_seminars).order_by(RegistrationQuestion.position, RegistrationQuestion.id)
    )


def compute_questions_version(questions: Iterable[RegistrationQuestion | FormQuestion]) -> str:
    """Return a fingerprint of the questions that changes with any text, choice or requirement."""
    return compute_fingerprint(
        [
            [question.id, question.kind, question.label.to_mapping(), question.choices, question.required]
            for question in questions
        ]
    )


def create_registration_question(
    session: Session, seminar: Seminar, draft: RegistrationQuestionDraft
) -> RegistrationQuestion:
    """Add a question at the end of the form. Raises TooManyQuestions."""
    lock_seminar(session, seminar)
    check_question_limit(session, seminar)
    question = RegistrationQuestion(
        seminar_id=seminar.id,
        position=get_next_question_position(session, seminar),
        kind=draft.kind,
        label=draft.label,
        choices=build_stored_choices(draft.choices, []),
        required=draft.required,
    )
    session.add(question)
    session.flush()
    return question


def update_registration_question(
    session: Session, question: RegistrationQuestion, draft: RegistrationQuestionDraft
) -> None:
    """Change a question. Raises QuestionKindFixed and QuestionChoicesFixed where answers would change their meaning."""
    lock_registration_form(session, question)
    answers = list_answers_to_question(session, question)
    if answers and draft.kind != question.kind:
        raise QuestionKindFixed
    choices = build_stored_choices(draft.choices, question.choices)
    if draft.kind == RegistrationQuestionKind.CHOICE and not set(answers) <= {choice["key"] for choice in choices}:
        raise QuestionChoicesFixed
    question.kind, question.label, question.required = draft.kind, draft.label, draft.required
    question.choices = choices
    session.flush()


def move_registration_question(session: Session, question: RegistrationQuestion, up: bool) -> None:
    """Swap a question with the one above or below; the first and the last stay where they are."""
    lock_registration_form(session, question)
    current_questions = list_current_questions(session, session.get_one(Seminar, question.seminar_id))
    if question not in current_questions:
        return
    index = current_questions.index(question)
    target = index - 1 if up else index + 1
    if 0 <= target < len(current_questions):
        question.position, current_questions[target].position = current_questions[target].position, question.position
        session.flush()


def retire_registration_question(session: Session, question: RegistrationQuestion) -> None:
    """Remove a question from the form; it is deleted unless it has answers."""
    lock_registration_form(session, question)
    if list_answers_to_question(session, question):
        question.retired = True
    else:
        session.delete(question)
    session.flush()


def restore_registration_question(session: Session, question: RegistrationQuestion) -> None:
    """Put a retired question back at the end of the form. Raises TooManyQuestions."""
    lock_registration_form(session, question)
    if not question.retired:
        return
    seminar = session.get_one(Seminar, question.seminar_id)
    check_question_limit(session, seminar)
    question.retired, question.position = False, get_next_question_position(session, seminar)
    session.flush()


def lock_registration_form(session: Session, question: RegistrationQuestion) -> None:
    """Lock the seminar, so that nobody registers or changes questions meanwhile, and reload the question."""
    lock_seminar(session, session.get_one(Seminar, question.seminar_id))
    session.refresh(question)


def check_question_limit(session: Session, seminar: Seminar) -> None:
    """Raise TooManyQuestions where the form has MAX_QUESTIONS questions."""
    if len(list_current_questions(session, seminar)) >= MAX_QUESTIONS:
        raise TooManyQuestions


def get_next_question_position(session: Session, seminar: Seminar) -> int:
    """Return the position after the last question."""
    statement = select(func.max(RegistrationQuestion.position)).where(RegistrationQuestion.seminar_id == seminar.id)
    return (session.scalar(statement) or 0) + 1


def list_answers_to_question(session: Session, question: RegistrationQuestion) -> list[Any]:
    """Return all stored answers to a question."""
    key = str(question.id)
    statement = select(Registration.answers).where(Registration.seminar_id == question.seminar_id)
    answer_maps = session.scalars(statement.where(Registration.answers[key].as_string().is_not(None)))
    return [answers[key] for answers in answer_maps]

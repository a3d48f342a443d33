"""A seminar's own questions on the registration form: editing them, and formatting the answers."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar

ACCESS_NEEDS_KEY = "access"  # key of the accessibility needs in `Registration.answers`; every form asks for them
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


def list_current_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return the questions that are on the form, in their order."""
    return [question for question in list_all_questions(session, seminar) if not question.retired]


def list_retired_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return the questions that were removed from the form but have answers."""
    return [question for question in list_all_questions(session, seminar) if question.retired]


def list_all_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Return current and retired questions in their order."""
    statement = select(RegistrationQuestion).where(RegistrationQuestion.seminar_id == seminar.id)
    return list(session.scalars(statement.order_by(RegistrationQuestion.position, RegistrationQuestion.id)))


def compute_questions_version(questions: Iterable[RegistrationQuestion]) -> str:
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


def build_stored_choices(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return choices as [{"key", "text"}]; a choice that is worded as before in some language keeps its key.

    Answers store the key, so they stay valid when a choice is translated or reworded.
    """
    keys = match_choice_keys(labels, earlier_choices)
    return [{"key": keys.get(label) or secrets.token_hex(4), "text": label.to_mapping()} for label in labels]


def match_choice_keys(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> dict[Translated, str]:
    """Return the keys of earlier choices by label, matched by the Kazakh text, then the Russian, then the English."""
    unmatched = {choice["key"]: Translated.from_mapping(choice["text"]) for choice in earlier_choices}
    matched: dict[Translated, str] = {}
    for language in LANGUAGES:
        keys = {
            choice_text.get_exact_text(language): key
            for key, choice_text in unmatched.items()
            if choice_text.get_exact_text(language)
        }
        for label in labels:
            key = keys.get(label.get_exact_text(language), "")
            if key in unmatched and label not in matched:
                matched[label] = key
                del unmatched[key]
    return matched


def list_answers_to_question(session: Session, question: RegistrationQuestion) -> list[Any]:
    """Return all stored answers to a question."""
    key = str(question.id)
    statement = select(Registration.answers).where(Registration.seminar_id == question.seminar_id)
    answer_maps = session.scalars(statement.where(Registration.answers[key].as_string().is_not(None)))
    return [answers[key] for answers in answer_maps]


def list_registration_answers(session: Session, registration: Registration, language: str) -> list[tuple[str, str]]:
    """Return the (question, answer) pairs of a registration in a language, retired questions included."""
    return format_registration_answers(
        list_all_questions(session, registration.seminar), registration.answers or {}, language
    )


def format_registration_answers(
    questions: Iterable[RegistrationQuestion], answers: dict[str, Any], language: str
) -> list[tuple[str, str]]:
    """Return (question, answer) pairs for stored answers, with the accessibility needs last.

    For many registrations, query the questions once and call this for each.
    """
    pairs = [
        (question.label.get_text(language), format_registration_answer(question, answers[str(question.id)], language))
        for question in questions
        if has_registration_answer(question, answers)
    ]
    return (
        [*pairs, (get_access_needs_label(language), str(answers[ACCESS_NEEDS_KEY]))]
        if answers.get(ACCESS_NEEDS_KEY)
        else pairs
    )


def has_registration_answer(question: RegistrationQuestion, answers: dict[str, Any]) -> bool:
    """Return whether the answers contain one to the question."""
    return str(question.id) in answers


def list_missing_answers(session: Session, registration: Registration) -> list[RegistrationQuestion]:
    """Return the required questions without an answer; somebody who joined from another seminar's page filled in no form."""
    answers = registration.answers or {}
    return [
        question
        for question in list_current_questions(session, registration.seminar)
        if question.required and not has_registration_answer(question, answers)
    ]


def get_access_needs_label(language: str) -> str:
    """Return the label of the accessibility needs in a language."""
    with force_locale(language):
        return _("Accessibility needs")


def format_registration_answer(question: RegistrationQuestion, value: Any, language: str) -> str:
    """Return a stored answer as text in a language."""
    if question.kind == RegistrationQuestionKind.YES_NO:
        with force_locale(language):
            return _("Yes") if value else _("No")
    if question.kind == RegistrationQuestionKind.CHOICE:
        texts = {choice["key"]: Translated.from_mapping(choice["text"]) for choice in question.choices}
        return texts[value].get_text(language) if value in texts else str(value)
    return str(value)

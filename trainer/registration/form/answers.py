"""Answers to the questions of the registration form: formatting them, and finding missing ones."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.registration.form.questions import list_current_questions, list_questions_of_seminars
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind

ACCESS_NEEDS_KEY = "access"  # key of the accessibility needs in `Registration.answers`; every form asks for them


def map_registration_answers(
    session: Session, registrations: Iterable[Registration], language: str
) -> dict[int, list[tuple[str, str]]]:
    """Return the (question, answer) pairs of some registrations in a language, retired questions included, by registration id."""
    registrations = list(registrations)
    questions = list_questions_of_seminars(session, {registration.seminar_id for registration in registrations})
    return {
        registration.id: format_registration_answers(
            [question for question in questions if question.seminar_id == registration.seminar_id],
            registration.answers or {},
            language,
        )
        for registration in registrations
    }


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

"""The questions that one seminar asks beside name and contacts: which are on the form, changing them, and what was answered."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar

ACCESS_NEEDS_KEY = "access"  # the key of the accessibility needs, which every form asks for
MAX_QUESTIONS = 30  # questions on one form


class TooManyQuestions(Exception):
    """The form has as many questions as it may have."""


class QuestionKindFixed(Exception):
    """People have answered the question, so it stays of its kind."""


class QuestionChoicesFixed(Exception):
    """People have picked a choice that would be gone."""


@dataclass(frozen=True)
class RegistrationQuestionDraft:
    """What an organizer wants to ask; the choices are those of a question with choices, in their order."""

    kind: RegistrationQuestionKind
    label: Translated
    required: bool = False
    choices: tuple[Translated, ...] = ()


def list_current_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """The questions that are on the form now, in their order."""
    return [each for each in list_all_questions(session, seminar) if not each.retired]


def list_retired_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """The questions that were answered and then taken off the form."""
    return [each for each in list_all_questions(session, seminar) if each.retired]


def list_all_questions(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Every question that may have answers, in their order."""
    wanted = select(RegistrationQuestion).where(RegistrationQuestion.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(RegistrationQuestion.position, RegistrationQuestion.id)))


def compute_questions_version(questions: Iterable[RegistrationQuestion]) -> str:
    """Name the questions as they are worded now: another word, another version."""
    told = [[each.id, each.kind, each.label.to_mapping(), each.choices, each.required] for each in questions]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def create_registration_question(
    session: Session, seminar: Seminar, draft: RegistrationQuestionDraft
) -> RegistrationQuestion:
    """Put a question at the end of the form. Raises TooManyQuestions."""
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
    """Word a question anew. Raises QuestionKindFixed and QuestionChoicesFixed where people's answers would mean something else."""
    lock_registration_form(session, question)
    given = list_answers_to_question(session, question)
    if given and draft.kind != question.kind:
        raise QuestionKindFixed
    choices = build_stored_choices(draft.choices, question.choices)
    if draft.kind == RegistrationQuestionKind.CHOICE and not set(given) <= {each["key"] for each in choices}:
        raise QuestionChoicesFixed
    question.kind, question.label, question.required = draft.kind, draft.label, draft.required
    question.choices = choices
    session.flush()


def move_registration_question(session: Session, question: RegistrationQuestion, up: bool) -> None:
    """Change places with the question above or below; the first and the last stay."""
    lock_registration_form(session, question)
    shown = list_current_questions(session, session.get_one(Seminar, question.seminar_id))
    if question not in shown:
        return
    here = shown.index(question)
    there = here - 1 if up else here + 1
    if 0 <= there < len(shown):
        question.position, shown[there].position = shown[there].position, question.position
        session.flush()


def retire_registration_question(session: Session, question: RegistrationQuestion) -> None:
    """Ask no more; one that somebody answered is kept with its answers."""
    lock_registration_form(session, question)
    if list_answers_to_question(session, question):
        question.retired = True
    else:
        session.delete(question)
    session.flush()


def restore_registration_question(session: Session, question: RegistrationQuestion) -> None:
    """Ask again, at the end of the form. Raises TooManyQuestions."""
    lock_registration_form(session, question)
    if not question.retired:
        return
    seminar = session.get_one(Seminar, question.seminar_id)
    check_question_limit(session, seminar)
    question.retired, question.position = False, get_next_question_position(session, seminar)
    session.flush()


def lock_registration_form(session: Session, question: RegistrationQuestion) -> None:
    """Keep others from answering and changing; the question is then as they left it."""
    lock_seminar(session, session.get_one(Seminar, question.seminar_id))
    session.refresh(question)


def check_question_limit(session: Session, seminar: Seminar) -> None:
    """Raise TooManyQuestions where the form is full."""
    if len(list_current_questions(session, seminar)) >= MAX_QUESTIONS:
        raise TooManyQuestions


def get_next_question_position(session: Session, seminar: Seminar) -> int:
    """The place after the last question."""
    last = select(func.max(RegistrationQuestion.position)).where(RegistrationQuestion.seminar_id == seminar.id)
    return (session.scalar(last) or 0) + 1


def build_stored_choices(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the choices as they are kept; one that is worded as before in some language keeps its key, and so its answers."""
    keys = match_choice_keys(labels, earlier_choices)
    return [{"key": keys.get(each) or secrets.token_hex(4), "text": each.to_mapping()} for each in labels]


def match_choice_keys(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> dict[Translated, str]:
    """Find again the choices of before: by the Kazakh words first, then by the Russian, then by the English."""
    left = {each["key"]: Translated.from_mapping(each["text"]) for each in earlier_choices}
    found: dict[Translated, str] = {}
    for language in LANGUAGES:
        keys = {text.get_exact_text(language): key for key, text in left.items() if text.get_exact_text(language)}
        for each in labels:
            key = keys.get(each.get_exact_text(language), "")
            if key in left and each not in found:
                found[each] = key
                del left[key]
    return found


def list_answers_to_question(session: Session, question: RegistrationQuestion) -> list[Any]:
    """Everything that was answered to a question."""
    key = str(question.id)
    wanted = select(Registration.answers).where(Registration.seminar_id == question.seminar_id)
    given = session.scalars(wanted.where(Registration.answers[key].as_string().is_not(None)))
    return [answers[key] for answers in given]


def list_registration_answers(session: Session, registration: Registration, language: str) -> list[tuple[str, str]]:
    """What somebody answered, in the words of a language: each question with the answer."""
    return format_registration_answers(
        list_all_questions(session, registration.seminar), registration.answers or {}, language
    )


def format_registration_answers(
    questions: Iterable[RegistrationQuestion], answers: dict[str, Any], language: str
) -> list[tuple[str, str]]:
    """What somebody answered to these questions and what they need to take part; for many people, ask for the questions once."""
    said = [
        (each.label.get_text(language), format_registration_answer(each, answers[str(each.id)], language))
        for each in questions
        if has_registration_answer(each, answers)
    ]
    return (
        [*said, (get_access_needs_label(language), str(answers[ACCESS_NEEDS_KEY]))]
        if answers.get(ACCESS_NEEDS_KEY)
        else said
    )


def has_registration_answer(question: RegistrationQuestion, answers: dict[str, Any]) -> bool:
    """Whether the answers hold one to the question."""
    return str(question.id) in answers


def list_missing_answers(session: Session, registration: Registration) -> list[RegistrationQuestion]:
    """The questions that need an answer and have none: whoever joined from another seminar's page typed nothing again."""
    kept = registration.answers or {}
    return [
        each
        for each in list_current_questions(session, registration.seminar)
        if each.required and not has_registration_answer(each, kept)
    ]


def get_access_needs_label(language: str) -> str:
    """Name the accessibility needs."""
    with force_locale(language):
        return _("Accessibility needs")


def format_registration_answer(question: RegistrationQuestion, value: Any, language: str) -> str:
    """Write an answer in words."""
    if question.kind == RegistrationQuestionKind.YES_NO:
        with force_locale(language):
            return _("Yes") if value else _("No")
    if question.kind == RegistrationQuestionKind.CHOICE:
        texts = {each["key"]: Translated.from_mapping(each["text"]) for each in question.choices}
        return texts[value].get_text(language) if value in texts else str(value)
    return str(value)

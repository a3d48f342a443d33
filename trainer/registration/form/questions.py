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
from trainer.registration.models import QuestionKind, Registration, RegistrationQuestion
from trainer.registration.seats.waiting_list import lock
from trainer.seminars.models import Seminar

ACCESS = "access"  # the key of the accessibility needs, which every form asks for
MOST = 30  # questions on one form


class TooManyQuestions(Exception):
    """The form has as many questions as it may have."""


class KindStands(Exception):
    """People have answered the question, so it stays of its kind."""


class ChoicesStand(Exception):
    """People have picked a choice that would be gone."""


@dataclass(frozen=True)
class Wish:
    """What an organizer wants to ask; the choices are those of a question with choices, in their order."""

    kind: QuestionKind
    label: Translated
    required: bool = False
    choices: tuple[Translated, ...] = ()


def asked(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """The questions that are on the form now, in their order."""
    return [each for each in ever_asked(session, seminar) if not each.retired]


def taken_off(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """The questions that were answered and then taken off the form."""
    return [each for each in ever_asked(session, seminar) if each.retired]


def ever_asked(session: Session, seminar: Seminar) -> list[RegistrationQuestion]:
    """Every question that may have answers, in their order."""
    wanted = select(RegistrationQuestion).where(RegistrationQuestion.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(RegistrationQuestion.place, RegistrationQuestion.id)))


def version_of(questions: Iterable[RegistrationQuestion]) -> str:
    """Name the questions as they are worded now: another word, another version."""
    told = [[each.id, each.kind, each.label.parts(), each.choices, each.required] for each in questions]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def add(session: Session, seminar: Seminar, wish: Wish) -> RegistrationQuestion:
    """Put a question at the end of the form. Raises TooManyQuestions."""
    lock(session, seminar)
    check_room(session, seminar)
    question = RegistrationQuestion(
        seminar_id=seminar.id,
        place=next_place(session, seminar),
        kind=wish.kind,
        label=wish.label,
        choices=kept_choices(wish.choices, []),
        required=wish.required,
    )
    session.add(question)
    session.flush()
    return question


def change(session: Session, question: RegistrationQuestion, wish: Wish) -> None:
    """Word a question anew. Raises KindStands and ChoicesStand where people's answers would mean something else."""
    lock_form(session, question)
    given = answers_to(session, question)
    if given and wish.kind != question.kind:
        raise KindStands
    choices = kept_choices(wish.choices, question.choices)
    if wish.kind == QuestionKind.CHOICE and not set(given) <= {each["key"] for each in choices}:
        raise ChoicesStand
    question.kind, question.label, question.required = wish.kind, wish.label, wish.required
    question.choices = choices
    session.flush()


def move(session: Session, question: RegistrationQuestion, up: bool) -> None:
    """Change places with the question above or below; the first and the last stay."""
    lock_form(session, question)
    shown = asked(session, session.get_one(Seminar, question.seminar_id))
    if question not in shown:
        return
    here = shown.index(question)
    there = here - 1 if up else here + 1
    if 0 <= there < len(shown):
        question.place, shown[there].place = shown[there].place, question.place
        session.flush()


def take_off(session: Session, question: RegistrationQuestion) -> None:
    """Ask no more; one that somebody answered is kept with its answers."""
    lock_form(session, question)
    if answers_to(session, question):
        question.retired = True
    else:
        session.delete(question)
    session.flush()


def put_back(session: Session, question: RegistrationQuestion) -> None:
    """Ask again, at the end of the form. Raises TooManyQuestions."""
    lock_form(session, question)
    if not question.retired:
        return
    seminar = session.get_one(Seminar, question.seminar_id)
    check_room(session, seminar)
    question.retired, question.place = False, next_place(session, seminar)
    session.flush()


def lock_form(session: Session, question: RegistrationQuestion) -> None:
    """Keep others from answering and changing; the question is then as they left it."""
    lock(session, session.get_one(Seminar, question.seminar_id))
    session.refresh(question)


def check_room(session: Session, seminar: Seminar) -> None:
    """Raise TooManyQuestions where the form is full."""
    if len(asked(session, seminar)) >= MOST:
        raise TooManyQuestions


def next_place(session: Session, seminar: Seminar) -> int:
    """The place after the last question."""
    last = select(func.max(RegistrationQuestion.place)).where(RegistrationQuestion.seminar_id == seminar.id)
    return (session.scalar(last) or 0) + 1


def kept_choices(wished: Sequence[Translated], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the choices as they are kept; one that is worded as before in some language keeps its key, and so its answers."""
    keys = known_keys(wished, before)
    return [{"key": keys.get(each) or secrets.token_hex(4), "text": each.parts()} for each in wished]


def known_keys(wished: Sequence[Translated], before: list[dict[str, Any]]) -> dict[Translated, str]:
    """Find again the choices of before: by the Kazakh words first, then by the Russian, then by the English."""
    left = {each["key"]: Translated.of(each["text"]) for each in before}
    found: dict[Translated, str] = {}
    for language in LANGUAGES:
        keys = {text.only(language): key for key, text in left.items() if text.only(language)}
        for each in wished:
            key = keys.get(each.only(language), "")
            if key in left and each not in found:
                found[each] = key
                del left[key]
    return found


def answers_to(session: Session, question: RegistrationQuestion) -> list[Any]:
    """Everything that was answered to a question."""
    key = str(question.id)
    wanted = select(Registration.answers).where(Registration.seminar_id == question.seminar_id)
    given = session.scalars(wanted.where(Registration.answers[key].as_string().is_not(None)))
    return [answers[key] for answers in given]


def answers_of(session: Session, registration: Registration, language: str) -> list[tuple[str, str]]:
    """What somebody answered, in the words of a language: each question with the answer."""
    return worded(ever_asked(session, registration.seminar), registration.answers or {}, language)


def worded(questions: Iterable[RegistrationQuestion], kept: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """What somebody answered to these questions and what they need to take part; for many people, ask for the questions once."""
    said = [
        (each.label.to(language), text_of(each, kept[str(each.id)], language))
        for each in questions
        if answered(each, kept)
    ]
    return [*said, (access_label(language), str(kept[ACCESS]))] if kept.get(ACCESS) else said


def answered(question: RegistrationQuestion, answers: dict[str, Any]) -> bool:
    """Whether the answers hold one to the question."""
    return str(question.id) in answers


def owed(session: Session, registration: Registration) -> list[RegistrationQuestion]:
    """The questions that need an answer and have none: whoever joined from another seminar's page typed nothing again."""
    kept = registration.answers or {}
    return [each for each in asked(session, registration.seminar) if each.required and not answered(each, kept)]


def access_label(language: str) -> str:
    """Name the accessibility needs."""
    with force_locale(language):
        return _("Accessibility needs")


def text_of(question: RegistrationQuestion, value: Any, language: str) -> str:
    """Write an answer in words."""
    if question.kind == QuestionKind.YES_NO:
        with force_locale(language):
            return _("Yes") if value else _("No")
    if question.kind == QuestionKind.CHOICE:
        texts = {each["key"]: Translated.of(each["text"]) for each in question.choices}
        return texts[value].to(language) if value in texts else str(value)
    return str(value)

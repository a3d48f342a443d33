"""Form input and helpers that several test modules of registration use."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.visitor import Visitor
from tests.web.factories import compute_check_sum
from trainer.language.translated import Translated
from trainer.people.models import Person
from trainer.registration.form.answers import map_registration_answers
from trainer.registration.form.questions import (
    RegistrationQuestionDraft,
)
from trainer.registration.models import (
    Consent,
    ConsentText,
    Registration,
    RegistrationQuestion,
    RegistrationQuestionKind,
)
from trainer.registration.public.invitation import Invitation
from trainer.web.text import clean_text, find_unprintable_characters

REGISTRATION_INPUT = {
    "surname": "Өтегенова",
    "given_name": "Айгүл",
    "patronymic": "Маратқызы",
    "phone": "8 701 555 01 01",
    "email": "Aigul@Example.org",
    "workplace": "Облыстық аурухана",
    "position": "мейіргер",
    "language": "kk",
    "consent": "y",
}

REGISTRATION_PATH = "/s/care/register"


def list_registrations(session: Session) -> list[Registration]:
    """Return all registrations in the order of creation."""
    return list(session.scalars(select(Registration).order_by(Registration.id)))


VALID_IIN = "90010130001" + str(compute_check_sum("90010130001", range(1, 12)))  # a valid number that belongs to nobody


def has_no_registrations(session: Session) -> bool:
    """Return whether the tables of people, registrations and consents are empty."""
    session.commit()
    return not any(
        session.scalar(select(func.count()).select_from(model))
        for model in (Person, Registration, Consent, ConsentText)
    )


CITY = RegistrationQuestionDraft(
    RegistrationQuestionKind.TEXT, Translated("Қай қаладансыз?", "Из какого Вы города?", "Which city are you from?")
)

YEARS = RegistrationQuestionDraft(
    RegistrationQuestionKind.NUMBER, Translated("Неше жыл жұмыс істейсіз?", "Сколько лет Вы работаете?")
)

PARTICIPATED_BEFORE = RegistrationQuestionDraft(
    RegistrationQuestionKind.YES_NO, Translated("Бұрын қатыстыңыз ба?", "Участвовали ли Вы раньше?")
)

COLOURS = (Translated("Қызыл", "Красный"), Translated("Көк", "Синий"), Translated("Жасыл", "Зелёный"))

COLOUR = RegistrationQuestionDraft(
    RegistrationQuestionKind.CHOICE, Translated("Қай түс ұнайды?", "Какой цвет Вам нравится?"), choices=COLOURS
)


def map_choice_keys(question: RegistrationQuestion) -> dict[str, str]:
    """Return the keys of a question's choices by their Kazakh text."""
    return {choice["text"]["kk"]: choice["key"] for choice in question.choices}


LETTERS = "абвгдежзиклмнопрстуфхцчш"


def press_at_once(presses: list[Callable[[], tuple[int, str | None]]]) -> list[tuple[int, str | None]]:
    """Send requests at the same moment, each in its own thread, and return their results in order."""
    barrier = Barrier(len(presses))

    def wait_and_press(press: Callable[[], tuple[int, str | None]]) -> tuple[int, str | None]:
        barrier.wait(timeout=30)
        return press()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(wait_and_press, presses))


def prepare_registration_form(
    app: Flask, session: Session, address: str, person: int, **more: str
) -> Callable[[], tuple[int, str | None]]:
    """Return a function that submits a filled registration form and returns its status and location."""
    client = app.test_client()
    fields = Visitor(client, session).get(address).read_form()[1]
    typed = {"surname": f"Ким{LETTERS[person]}", "phone": f"8 701 555 01 {person:02d}", "email": ""}

    def press() -> tuple[int, str | None]:
        answer = client.post(address, data={**fields, **REGISTRATION_INPUT, **typed, **more})
        return answer.status_code, answer.location

    return press


SEMINAR_URL = "https://seminar.example.org/s/care"

EXAMPLE_INVITATION = Invitation(
    language="kk",
    kind="Семинар · Медицина қызметкерлері",
    title="Күтім негіздері",
    dates_and_hours=("2025 жылғы 7 маусым, сенбі, 12:00–18:00",),
    venue="Ақтау қаласы, Оңалту орталығы",
    access="Кіреберісте пандус бар.",
    trainers="Қ. Б. Серғазин",
    certificate="Сертификат, 8 академиялық сағат",
    organizer="«Тең мүмкіндік» қоғамдық бірлестігі",
    phone="8 7292 55 01 01",
    link=SEMINAR_URL,
)


INVITATION_TITLES = (
    st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), min_size=1, max_size=240)
    .map(clean_text)
    .filter(lambda title: title and not find_unprintable_characters(title))
)


def build_other_invitation(invitation: Invitation, **more: Any) -> Invitation:
    """Return an invitation with some facts changed."""
    return replace(invitation, **more)


def list_statuses(people: list[Registration]) -> list[str]:
    """Return the statuses of registrations."""
    return [str(registration.status) for registration in people]


def list_form_answers(session: Session, registration: Registration, language: str) -> list[tuple[str, str]]:
    """Return the questions of the form that a person answered, with the answers, in a language."""
    return map_registration_answers(session, [registration], language)[registration.id]

"""Registering by the public form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.registration.models import Consent
from trainer.seminars.models import Seminar


def test_a_trainee_registers_and_gets_a_personal_page(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    answer = stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
    page = stranger.follow(answer)
    assert page.heading == "Күтім негіздері"
    assert "Өтегенова Айгүл Маратқызы" in page.words
    [registration] = list_registrations(session)
    assert registration.person.phone == "+77015550101"
    assert registration.person.email == "aigul@example.org"
    assert answer.location == f"/r/{registration.token}"


def test_the_consent_is_kept_with_its_words_language_and_time(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "photo_consent": "y"})
    consents = list(session.scalars(select(Consent).order_by(Consent.id)))
    assert [consent.text.purpose for consent in consents] == ["personal_data", "photo"]
    assert {consent.text.language for consent in consents} == {"kk"}
    assert "Азаматтық бастамаларды қолдау орталығы" in consents[0].text.body
    assert consents[0].ip_address == "127.0.0.1"


def test_the_same_form_sent_twice_makes_one_registration(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    page = stranger.get(REGISTRATION_PATH)
    _target, fields = page.read_form()
    first = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    second = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    assert first.location == second.location
    assert len(list_registrations(session)) == 1

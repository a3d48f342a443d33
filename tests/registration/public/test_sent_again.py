"""A form that is sent again with its old nonce: after Back, a correction, or a double tap."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.registration.consent import find_given_consent
from trainer.registration.models import ConsentPurpose, RegistrationStatus
from trainer.registration.seats.enrolment import register_applicant
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar

OTHER_PERSON = {"surname": "Оразов", "given_name": "Тимур", "patronymic": "", "phone": "8 701 555 90 02", "email": ""}


@pytest.fixture
def fields(stranger: Visitor, seminar: Seminar) -> dict[str, Any]:
    """Return the filled form after it was sent once."""
    fields = {**stranger.get(REGISTRATION_PATH).read_form()[1], **REGISTRATION_INPUT}
    stranger.post(REGISTRATION_PATH, fields)
    return fields


def test_a_second_person_after_back_is_registered_too(
    stranger: Visitor, session: Session, fields: dict[str, Any]
) -> None:
    answer = stranger.post(REGISTRATION_PATH, {**fields, **OTHER_PERSON})
    assert "Оразов Тимур" in stranger.follow(answer).words
    first, second = list_registrations(session)
    assert [first.person.surname, second.person.surname] == ["Өтегенова", "Оразов"]
    assert second.status == RegistrationStatus.REGISTERED
    assert [consent.text.purpose for consent in second.consents] == [ConsentPurpose.PERSONAL_DATA]
    assert stranger.post(REGISTRATION_PATH, {**fields, **OTHER_PERSON}).location == answer.location
    assert stranger.post(REGISTRATION_PATH, fields).location == f"/r/{first.token}"
    assert len(list_registrations(session)) == 2


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("phone", "8 701 555 90 07", "+77015559007"),
        ("email", "other@example.org", "other@example.org"),
        ("workplace", "Емхана", "Емхана"),
        ("language", "ru", "ru"),
        ("surname", "Отегенова", "Отегенова"),
    ],
)
def test_a_correction_is_taken(
    stranger: Visitor, session: Session, fields: dict[str, Any], name: str, typed: str, stored: str
) -> None:
    answer = stranger.post(REGISTRATION_PATH, {**fields, name: typed})
    [registration] = list_registrations(session)
    session.refresh(registration.person)
    assert getattr(registration.person, name) == stored
    assert answer.location == f"/r/{registration.token}"
    assert "Деректеріңіз сақталды" in stranger.follow(answer).words


def test_a_repeated_form_does_not_undo_later_changes(
    stranger: Visitor, session: Session, fields: dict[str, Any]
) -> None:
    [registration] = list_registrations(session)
    registration.person.phone = "+77015559007"
    stranger.post(REGISTRATION_PATH, fields)
    session.refresh(registration.person)
    assert registration.person.phone == "+77015559007"


def test_the_consent_to_photos_follows_the_form_that_was_sent_last(
    stranger: Visitor, session: Session, fields: dict[str, Any]
) -> None:
    [registration] = list_registrations(session)
    stranger.post(REGISTRATION_PATH, {**fields, "photo_consent": "y"})
    session.refresh(registration)
    assert find_given_consent(registration, ConsentPurpose.PHOTO)
    stranger.post(REGISTRATION_PATH, fields)
    session.refresh(registration)
    assert not find_given_consent(registration, ConsentPurpose.PHOTO)
    assert find_given_consent(registration, ConsentPurpose.PERSONAL_DATA)


def test_a_correction_does_not_restore_data_to_be_erased(
    stranger: Visitor, session: Session, fields: dict[str, Any]
) -> None:
    [registration] = list_registrations(session)
    registration.person.phone, registration.person.erasure_requested_at = "", NOON
    stranger.post(REGISTRATION_PATH, {**fields, "email": "other@example.org"})
    session.refresh(registration.person)
    assert registration.person.phone == ""
    assert len(list_registrations(session)) == 2


@given(st.lists(st.sampled_from([AIGUL, YERLAN, MARINA]), min_size=1, max_size=6))
@settings(max_examples=15)
def test_one_form_registers_everybody_whose_name_was_on_it_once(
    session: Session, seminar: Seminar, applicants: list[Any]
) -> None:
    nonce, count = generate_token(), len(list_registrations(session))
    ids = [register_applicant(session, seminar, applicant, nonce, NOON).id for applicant in applicants]
    assert len(set(ids)) == len({applicant.phone for applicant in applicants})
    assert len(list_registrations(session)) == count + len(set(ids))

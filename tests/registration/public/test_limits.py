"""Rate limits of registration: strict for a phone number, generous for an IP address that many people share."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.seminars.models import Seminar

# The pages do not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)


def send_form_from_new_browser(app: Flask, session: Session, **changes: str) -> int:
    """Send the form from a fresh browser."""
    client = app.test_client()
    fields = Visitor(client, session).get(REGISTRATION_PATH).read_form()[1]
    return client.post(REGISTRATION_PATH, data={**fields, **REGISTRATION_INPUT, **changes}).status_code


def test_one_phone_is_tried_twenty_times_an_hour(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None, clock: time_machine.Traveller
) -> None:
    ways = ["8 701 555 01 01", "+77015550101", "7015550101"]
    tried = [send_form_from_new_browser(app, session, phone=ways[time % 3]) for time in range(21)]
    assert tried == [303] * 20 + [429]
    assert send_form_from_new_browser(app, session, phone="8 747 555 01 01", surname="Ким") == 303
    clock.move_to(NOON + timedelta(hours=1, minutes=1))
    assert send_form_from_new_browser(app, session) == 303


def test_many_people_behind_one_ip_address_can_register(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None
) -> None:
    seminar.capacity = 100
    letters = "абвгдежзиклмнопрстуфхцчшюя"
    tried = {
        send_form_from_new_browser(app, session, surname=f"Ким{letters[n]}", phone=f"8 701 555 02 {n:02d}")
        for n in range(26)
    }
    assert tried == {303}
    assert len(list_registrations(session)) == 26


def test_changing_the_language_does_not_count(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None
) -> None:
    assert {send_form_from_new_browser(app, session, switch="ru") for _time in range(25)} == {200}


def test_a_refusal_keeps_what_was_registered_before(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None
) -> None:
    for _time in range(22):
        send_form_from_new_browser(app, session)
    registrations = list_registrations(session)
    assert [registration.is_likely_duplicate for registration in registrations] == [False, *[True] * 19]


def test_a_hall_that_mistypes_its_phones_is_never_asked_to_wait(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None
) -> None:
    assert {send_form_from_new_browser(app, session, phone="8 701 55") for _person in range(25)} == {422}
    assert send_form_from_new_browser(app, session) == 303


def test_a_phone_with_invisible_characters_counts_as_the_same(
    app: Flask, session: Session, seminar: Seminar, rate_limits: None
) -> None:
    tried = [
        send_form_from_new_browser(app, session, phone="8 701" + "\u200b" * (n % 3) + " 555 01 01") for n in range(21)
    ]
    assert tried[-1] == 429


def test_who_has_to_wait_learns_how_long_and_sends_the_same_text_again(
    app: Flask, session: Session, stranger: Visitor, seminar: Seminar, rate_limits: None, clock: time_machine.Traveller
) -> None:
    for _time in range(20):
        send_form_from_new_browser(app, session)
    clock.move_to(NOON + timedelta(minutes=30), tick=False)
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    typed = {**fields, **REGISTRATION_INPUT, "given_name": "Айгүл «Ә» & <"}
    page = stranger.post(REGISTRATION_PATH, typed, status=429, headers={"Accept-Language": "ru"})
    assert "через 31 минуту" in page.words or "через 30 минут" in page.words
    kept = page.read_form()[1]
    assert {name: value for name, value in kept.items() if name != "csrf_token"} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    clock.move_to(NOON + timedelta(hours=1, minutes=1), tick=False)
    stranger.post(REGISTRATION_PATH, {**kept, "given_name": "Айгүл"}, status=303)

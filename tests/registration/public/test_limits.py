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
    letters = "абвгдежзиклмнопрстуфхцшэюя"
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
    assert [registration.status for registration in list_registrations(session)].count("registered") == 1

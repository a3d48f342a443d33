"""Simultaneous registrations: never more than there are seats, on both databases."""

from collections import Counter

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import create_seminar
from tests.registration.factories import REGISTRATION_PATH, list_registrations, prepare_registration_form, press_at_once
from trainer.people.models import Person
from trainer.registration.models import Consent, ConsentText, Registration
from trainer.seminars.models import Seminar


def test_five_of_twenty_four_simultaneous_registrations_get_the_five_seats(
    app: Flask, session: Session, seminar: Seminar
) -> None:
    seminar.capacity, seminar.has_waiting_list = 5, False
    session.commit()
    answers = press_at_once(
        [prepare_registration_form(app, session, REGISTRATION_PATH, person) for person in range(24)]
    )
    assert Counter(status for status, _location in answers) == {303: 5, 409: 19}
    registrations = list_registrations(session)
    assert {f"/r/{registration.token}" for registration in registrations} == {
        location for _status, location in answers if location
    }
    assert [session.scalar(select(func.count()).select_from(model)) for model in (Registration, Person, Consent)] == [
        5,
        5,
        5,
    ]


def test_a_form_submitted_many_times_at_once_registers_once(app: Flask, session: Session, seminar: Seminar) -> None:
    press = prepare_registration_form(app, session, REGISTRATION_PATH, 0)
    answers = press_at_once([press] * 8)
    [registration] = list_registrations(session)
    assert set(answers) == {(303, f"/r/{registration.token}")}
    assert len(registration.consents) == 1


def test_one_person_on_several_devices_at_once_is_asked_about(app: Flask, session: Session, seminar: Seminar) -> None:
    answers = press_at_once([prepare_registration_form(app, session, REGISTRATION_PATH, 0) for _device in range(6)])
    assert {status for status, _location in answers} == {303}
    registrations = list_registrations(session)
    assert {f"/r/{registration.token}" for registration in registrations} == {location for _status, location in answers}
    assert Counter(registration.is_likely_duplicate for registration in registrations) == {False: 1, True: 5}


def test_simultaneous_first_consents_store_one_text(app: Flask, session: Session, seminar: Seminar) -> None:
    slugs = [create_seminar(session, seminar.project, slug=f"seminar-{place}").slug for place in range(8)]
    session.commit()
    answers = press_at_once(
        [prepare_registration_form(app, session, f"/s/{slug}/register", place) for place, slug in enumerate(slugs)]
    )
    assert {status for status, _location in answers} == {303}
    assert session.scalar(select(func.count()).select_from(ConsentText)) == 1
    assert session.scalar(select(func.count()).select_from(Consent)) == 8

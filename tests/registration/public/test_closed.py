"""Seminars without registration: closed, full, not opened, unknown, and closing while the form is open."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import MARINA, NOON, YERLAN, register_person
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, has_no_registrations, list_registrations
from tests.visitor import Visitor
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.allocation import RegistrationClosed, SeminarFull
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.enrolment import register_applicant, register_known_person
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def test_a_closed_seminar_shows_no_form(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.closes_at = NOON
    page = stranger.get(REGISTRATION_PATH)
    assert page.list_forms() == []
    assert page.heading != stranger.get("/s/care").heading


def test_a_seminar_that_closes_while_one_types_keeps_what_was_typed(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    seminar.closes_at = NOON
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=409)
    assert page.get_value("surname") == REGISTRATION_INPUT["surname"]
    assert page.get_value("phone") == REGISTRATION_INPUT["phone"]
    assert has_no_registrations(session)


def test_a_seminar_that_begins_while_one_types_is_closed(
    stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    clock.move_to(NOON + timedelta(days=5))
    stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=409)
    assert has_no_registrations(session)


def test_a_full_seminar_shows_no_form_and_says_another_reason(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity, seminar.has_waiting_list = 1, False
    register_person(session, seminar, YERLAN)
    full = stranger.get(REGISTRATION_PATH)
    assert full.list_forms() == []
    seminar.closes_at = NOON
    assert stranger.get(REGISTRATION_PATH).heading != full.heading


def test_a_seminar_that_fills_while_one_types_keeps_what_was_typed(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    seminar.capacity, seminar.has_waiting_list = 1, False
    register_person(session, seminar, YERLAN)
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "photo_consent": "y"}, status=409)
    assert page.get_value("surname") == REGISTRATION_INPUT["surname"]
    assert page.read_form()[1]["photo_consent"] == "y"
    assert [registration.person.surname for registration in list_registrations(session)] == [YERLAN.surname]


def test_errors_are_shown_before_the_seminar_is_reported_full(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    seminar.closes_at = NOON
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "surname": ""}, status=422)
    assert page.get_error("surname")


def test_an_unknown_seminar_has_no_form(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    for slug in ("unknown", "CARE", "care2", "%25"):
        stranger.get(f"/s/{slug}/register", status=404)
        stranger.post(f"/s/{slug}/register", {**fields, **REGISTRATION_INPUT}, status=404)
    assert has_no_registrations(session)


def test_a_seminar_that_was_never_opened_takes_nobody(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    seminar.opened_at = None
    stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=404)
    assert has_no_registrations(session)


def test_a_form_submitted_in_time_can_be_submitted_again_later(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    first = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    seminar.closes_at = NOON
    assert stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}).location == first.location


def test_the_rule_refuses_a_closed_and_a_full_seminar_by_name(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.has_waiting_list = 1, False
    known = register_person(session, seminar, YERLAN)
    with pytest.raises(SeminarFull):
        register_applicant(session, seminar, MARINA, generate_token(), NOON)
    with pytest.raises(RegistrationClosed):
        register_applicant(session, seminar, MARINA, generate_token(), NOON + timedelta(days=5))
    assert register_known_person(session, known.person, seminar, NOON) is known


def test_a_place_given_back_can_be_taken(session: Session, seminar: Seminar) -> None:
    seminar.capacity = 1
    register_person(session, seminar, YERLAN).status = RegistrationStatus.CANCELLED
    register_person(session, seminar, MARINA)
    assert count_free_seats(session, seminar) == 0


def test_no_seats_are_free_when_capacity_is_below_the_registered_people(session: Session, seminar: Seminar) -> None:
    for applicant in (YERLAN, MARINA):
        register_person(session, seminar, applicant)
    seminar.capacity = 1
    assert count_free_seats(session, seminar) == 0

"""The waiting list: its order, offers and their expiry, freed seats, and rejoining."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person, spell_number
from tests.registration.factories import REGISTRATION_PATH, list_registrations, prepare_registration_form, press_at_once
from tests.visitor import Visitor
from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.allocation import RegistrationClosed
from trainer.registration.seats.approval import approve_registration
from trainer.registration.seats.cancellation import ChangeDeadlinePassed, cancel_registration, rejoin_seminar
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.waiting_list import (
    accept_offer,
    expire_offers,
    get_queue_position,
    list_seminars_needing_offers,
)
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

HOUR = timedelta(hours=1)


@pytest.fixture
def full_seminar(session: Session, seminar: Seminar) -> Seminar:
    """Register Aigul for the only seat."""
    seminar.capacity = 1
    register_person(session, seminar, AIGUL)
    return seminar


def register_two_waiting(session: Session, seminar: Seminar) -> list[Registration]:
    """Register Yerlan and Marina, who wait."""
    return [register_person(session, seminar, applicant) for applicant in (YERLAN, MARINA)]


def get_first_registration(session: Session, seminar: Seminar) -> Registration:
    """Return the first registration."""
    return list_registrations(session)[0]


def test_people_wait_in_order_when_all_seats_are_taken(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    assert (yerlan.status, marina.status) == (RegistrationStatus.WAITING, RegistrationStatus.WAITING)
    assert (get_queue_position(session, yerlan), get_queue_position(session, marina)) == (1, 2)


def test_a_freed_seat_is_offered_to_the_first_person_waiting(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    assert (yerlan.status, marina.status) == (RegistrationStatus.OFFERED, RegistrationStatus.WAITING)
    assert yerlan.offer_expires_at == NOON + timedelta(hours=full_seminar.offer_hours)
    assert get_queue_position(session, marina) == 1
    assert count_free_seats(session, full_seminar) == 0


def test_an_accepted_offer_is_a_seat(session: Session, full_seminar: Seminar) -> None:
    yerlan, _marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    accept_offer(session, yerlan, NOON + HOUR)
    accept_offer(session, yerlan, NOON + HOUR)  # accepted twice
    assert (yerlan.status, yerlan.offer_expires_at) == (RegistrationStatus.REGISTERED, None)


def test_a_declined_offer_goes_to_the_next_person(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    cancel_registration(session, yerlan, NOON + HOUR)
    assert (yerlan.status, marina.status) == (RegistrationStatus.CANCELLED, RegistrationStatus.OFFERED)


def test_an_unanswered_offer_expires_and_goes_to_the_next_person(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    late = NOON + timedelta(hours=full_seminar.offer_hours)
    assert list_seminars_needing_offers(session, late) == [full_seminar]
    assert expire_offers(session, full_seminar, late) == [yerlan]
    assert (yerlan.status, marina.status) == (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.OFFERED)
    with pytest.raises(StatusChanged):
        accept_offer(session, yerlan, late)


def test_an_expired_offer_cannot_be_accepted_even_before_it_is_withdrawn(
    session: Session, full_seminar: Seminar
) -> None:
    yerlan, _marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    with pytest.raises(StatusChanged):
        accept_offer(session, yerlan, NOON + timedelta(hours=full_seminar.offer_hours))


def test_after_an_expired_offer_a_person_may_rejoin_at_the_end(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    cancel_registration(session, get_first_registration(session, full_seminar), NOON)
    late = NOON + timedelta(hours=full_seminar.offer_hours)
    expire_offers(session, full_seminar, late)
    rejoin_seminar(session, yerlan, late)
    assert (yerlan.status, marina.status) == (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
    assert get_queue_position(session, yerlan) == 1


def test_an_offer_expires_when_the_seminar_starts(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    assert full_seminar.starts_at is not None
    full_seminar.change_hours = 0
    cancel_registration(session, get_first_registration(session, full_seminar), full_seminar.starts_at - HOUR)
    assert yerlan.offer_ends_at == full_seminar.starts_at
    expire_offers(session, full_seminar, full_seminar.starts_at)
    assert (yerlan.status, marina.status) == (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.WAITING)


@pytest.mark.parametrize("hours_earlier", [-48, 1, 20])
def test_the_end_of_an_open_offer_follows_a_seminar_that_moves(
    session: Session, full_seminar: Seminar, hours_earlier: int
) -> None:
    yerlan, _marina = register_two_waiting(session, full_seminar)
    offered_at = full_seminar.sessions[0].starts_at - 21 * HOUR
    cancel_registration(session, get_first_registration(session, full_seminar), offered_at)
    for part in full_seminar.sessions:
        part.starts_at, part.ends_at = (moment - hours_earlier * HOUR for moment in (part.starts_at, part.ends_at))
    session.flush()
    starts_at = full_seminar.sessions[0].starts_at
    assert yerlan.offer_ends_at == min(offered_at + full_seminar.offer_hours * HOUR, starts_at)
    expire_offers(session, full_seminar, starts_at - HOUR / 2)
    assert yerlan.status == (RegistrationStatus.OFFERED if hours_earlier > 0 else RegistrationStatus.OFFER_EXPIRED)
    session.commit()
    assert full_seminar in list_seminars_needing_offers(session, starts_at)
    if hours_earlier > 0:
        with pytest.raises(StatusChanged):
            accept_offer(session, yerlan, starts_at)


def test_added_seats_are_offered_to_people_waiting(session: Session, full_seminar: Seminar) -> None:
    yerlan, marina = register_two_waiting(session, full_seminar)
    full_seminar.capacity = 3
    session.flush()
    expire_offers(session, full_seminar, NOON)
    assert (yerlan.status, marina.status) == (RegistrationStatus.OFFERED, RegistrationStatus.OFFERED)


def test_a_newcomer_does_not_overtake_people_waiting(session: Session, full_seminar: Seminar) -> None:
    [yerlan, _marina] = register_two_waiting(session, full_seminar)
    full_seminar.capacity = 2
    session.flush()
    newcomer = register_person(session, full_seminar, YERLAN, surname="Ким", given_name="Лев", phone="+77025550111")
    assert (yerlan.status, newcomer.status) == (RegistrationStatus.OFFERED, RegistrationStatus.WAITING)


def test_trainees_cannot_cancel_after_the_deadline(session: Session, full_seminar: Seminar) -> None:
    full_seminar.change_hours = 24
    assert full_seminar.starts_at is not None
    aigul = get_first_registration(session, full_seminar)
    with pytest.raises(ChangeDeadlinePassed):
        cancel_registration(session, aigul, full_seminar.starts_at - timedelta(hours=24))
    cancel_registration(session, aigul, full_seminar.starts_at - timedelta(hours=25))
    assert aigul.status == RegistrationStatus.CANCELLED


def test_nobody_rejoins_when_registration_is_closed(session: Session, full_seminar: Seminar) -> None:
    aigul = get_first_registration(session, full_seminar)
    cancel_registration(session, aigul, NOON)
    full_seminar.closes_at = NOON
    with pytest.raises(RegistrationClosed):
        rejoin_seminar(session, aigul, NOON)


def test_with_approval_the_organizer_decides_and_the_others_wait(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.needs_approval = 1, True
    people = [register_person(session, seminar, applicant) for applicant in (AIGUL, YERLAN)]
    assert {registration.status for registration in people} == {RegistrationStatus.APPLIED}
    for registration in reversed(people):
        approve_registration(session, registration, NOON)
    assert [registration.status for registration in people] == [
        RegistrationStatus.WAITING,
        RegistrationStatus.REGISTERED,
    ]


STEPS = st.lists(
    st.tuples(st.sampled_from(["register", "cancel", "accept", "lapse", "rejoin", "capacity"]), st.integers(0, 9)),
    max_size=30,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_no_seat_is_given_twice_and_nobody_waiting_is_skipped(
    session: Session, seminar: Seminar, steps: list[tuple[str, int]]
) -> None:
    transaction = session.begin_nested()
    session.refresh(seminar)
    seminar.capacity = 2
    people: list[Registration] = []
    moment, held = NOON, 0
    for what, number in steps:
        moment += timedelta(minutes=number)
        chosen = people[number % len(people)] if people else None
        try:
            if what == "register":
                name = f"Ким{spell_number(len(people))}"
                people.append(
                    register_person(session, seminar, YERLAN, surname=name, phone=f"+7702555{len(people):04d}")
                )
            elif what == "capacity":
                seminar.capacity = max(1, number)
                session.flush()
            elif what == "lapse":
                moment += timedelta(hours=number)
                expire_offers(session, seminar, moment)
            elif chosen is not None:
                {"cancel": cancel_registration, "accept": accept_offer, "rejoin": rejoin_seminar}[what](
                    session, chosen, moment
                )
        except (StatusChanged, ChangeDeadlinePassed, RegistrationClosed):
            continue
        expire_offers(session, seminar, moment)
        holding = [registration for registration in people if registration.status in SEAT_HOLDING_STATUSES]
        queue = [registration for registration in people if registration.status == RegistrationStatus.WAITING]
        assert len(holding) <= max(seminar.capacity, held)
        assert not queue or len(holding) >= seminar.capacity, "a place is free while somebody waits"
        held = len(holding)
        assert sorted(get_queue_position(session, registration) for registration in queue) == list(
            range(1, len(queue) + 1)
        )
    transaction.rollback()


@pytest.mark.slow
def test_ten_of_two_hundred_simultaneous_registrations_get_seats_and_the_others_a_position(
    app: Flask, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 10
    session.commit()
    presses = [
        prepare_registration_form(
            app,
            session,
            REGISTRATION_PATH,
            place % 24,
            surname=f"Ким{spell_number(place)}",
            phone=f"8 702 555 {place:04d}",
        )
        for place in range(200)
    ]
    answers = press_at_once(presses)
    assert Counter(status for status, _location in answers) == {303: 200}
    states = Counter(registration.status for registration in list_registrations(session))
    assert states == {RegistrationStatus.REGISTERED: 10, RegistrationStatus.WAITING: 190}
    in_order = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [registration.status for registration in in_order[:10]] == [RegistrationStatus.REGISTERED] * 10
    assert [get_queue_position(session, registration) for registration in in_order[10:]] == list(range(1, 191))
    assert {f"/r/{registration.token}" for registration in in_order} == {location for _status, location in answers}


def test_the_page_of_the_seminar_names_the_waiting_list(
    stranger: Visitor, session: Session, full_seminar: Seminar
) -> None:
    register_two_waiting(session, full_seminar)
    assert "Күту тізіміне" in stranger.get("/s/care").text or "waiting list" in stranger.get("/s/care").text

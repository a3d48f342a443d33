"""Bulk actions and their undo: no seat is given twice or taken from somebody else."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.registration.factories import list_statuses
from trainer.people.erasure import anonymise_person, record_erasure_request
from trainer.people.models import Person
from trainer.registration.desk.action_rules import BlockReason
from trainer.registration.desk.bulk_actions import BulkAction, BulkResult, run_bulk_action
from trainer.registration.desk.undo import list_recent_changes, undo_registration_change
from trainer.registration.models import (
    ACTIVE_STATUSES,
    SEAT_HOLDING_STATUSES,
    Registration,
    RegistrationChange,
    RegistrationStatus,
)
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.enrolment import register_applicant
from trainer.registration.seats.tokens import generate_token
from trainer.registration.seats.waiting_list import accept_offer, expire_offers, get_queue_position
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

MINUTE = timedelta(minutes=1)
LETTERS = "абвгдежзиклмнопрстуфхцчшюя"


def run_action(session: Session, action: BulkAction, *chosen: Registration, minutes: int = 0) -> BulkResult:
    """Run a bulk action on registrations."""
    ids = [registration.id for registration in chosen]
    return run_bulk_action(session, chosen[0].seminar, action, ids, None, NOON + minutes * MINUTE)


def get_last_change(session: Session) -> RegistrationChange:
    """Return the newest recorded change."""
    change = session.scalars(select(RegistrationChange).order_by(RegistrationChange.id.desc())).first()
    assert change is not None
    return change


def undo_last_change(session: Session, seminar: Seminar, minutes: int = 1) -> BulkResult:
    """Undo the newest change."""
    return undo_registration_change(session, get_last_change(session), seminar, NOON + minutes * MINUTE)


def list_status_details(people: list[Registration]) -> list[tuple[Any, ...]]:
    """Return status, its time, queue number, offer expiry and merge target of registrations."""
    return [
        (
            registration.status,
            registration.status_since,
            registration.queue_number,
            registration.offer_expires_at,
            registration.merged_into_id,
        )
        for registration in people
    ]


def test_cancelling_takes_back_with_its_offer_as_long_as_nobody_was_told(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    before = list_status_details(four_people)
    outcome = run_action(session, BulkAction.CANCEL, four_people[0])
    assert outcome.succeeded == [four_people[0]]
    assert list_statuses(four_people) == ["cancelled", "registered", "offered", "waiting"]
    outcome = undo_last_change(session, seminar)
    assert (outcome.succeeded, outcome.blocked) == ([four_people[0]], [])
    assert list_status_details(four_people) == before


def test_a_place_that_somebody_was_told_of_is_not_taken_away(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    four_people[2].notified_status = RegistrationStatus.OFFERED
    outcome = undo_last_change(session, seminar)
    assert outcome.blocked == [(four_people[0], BlockReason.SEMINAR_FULL)]
    assert list_statuses(four_people) == ["cancelled", "registered", "offered", "waiting"]


def test_a_place_that_somebody_has_taken_is_not_taken_away(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0], four_people[1])
    assert list_statuses(four_people) == ["cancelled", "cancelled", "offered", "offered"]
    accept_offer(session, four_people[2], NOON + MINUTE)
    outcome = undo_last_change(session, seminar, minutes=2)
    assert outcome.succeeded == [four_people[0]], "the other offer nobody knew of"
    assert outcome.blocked == [(four_people[1], BlockReason.SEMINAR_FULL)]
    assert list_statuses(four_people) == ["registered", "cancelled", "registered", "waiting"]


def test_a_change_is_taken_back_once(session: Session, seminar: Seminar, four_people: list[Registration]) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    change = get_last_change(session)
    assert [change.can_undo for change in list_recent_changes(session, seminar)] == [True]
    undo_registration_change(session, change, seminar, NOON)
    assert [change.can_undo for change in list_recent_changes(session, seminar)] == [False]
    with pytest.raises(StatusChanged):
        undo_registration_change(session, change, seminar, NOON)


def test_who_has_been_changed_since_is_left_alone(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[2], four_people[3])
    first = get_last_change(session)
    run_action(session, BulkAction.RESTORE, four_people[2], minutes=5)
    outcome = undo_registration_change(session, first, seminar, NOON + 6 * MINUTE)
    assert outcome.succeeded == [four_people[3]]
    assert outcome.blocked == [(four_people[2], BlockReason.CHANGED_SINCE)]
    assert [get_queue_position(session, registration) for registration in four_people[2:]] == [2, 1]


def test_approval_goes_by_the_order_of_registration_and_can_be_taken_back(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.needs_approval = 1, True
    both = [register_person(session, seminar, applicant) for applicant in (AIGUL, YERLAN)]
    before = list_status_details(both)
    run_action(session, BulkAction.APPROVE, *reversed(both))
    assert list_statuses(both) == ["registered", "waiting"]
    undo_last_change(session, seminar)
    assert [registration[:2] for registration in list_status_details(both)] == [details[:2] for details in before]


def test_without_a_waiting_list_it_is_said_who_got_no_place(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.needs_approval, seminar.has_waiting_list = 1, True, False
    both = [register_person(session, seminar, applicant) for applicant in (AIGUL, YERLAN)]
    outcome = run_action(session, BulkAction.APPROVE, *both)
    assert (outcome.succeeded, outcome.blocked) == ([both[0]], [(both[1], BlockReason.SEMINAR_FULL)])


def test_a_free_place_is_offered_out_of_turn_and_no_more_than_there_are(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    assert run_action(session, BulkAction.OFFER, four_people[3]).blocked == [(four_people[3], BlockReason.SEMINAR_FULL)]
    seminar.capacity = 3
    outcome = run_action(session, BulkAction.OFFER, four_people[3], four_people[1], four_people[2])
    assert outcome.succeeded == [four_people[2]]
    assert sorted(outcome.blocked, key=lambda blocked: blocked[0].id) == [
        (four_people[1], BlockReason.WRONG_STATUS),
        (four_people[3], BlockReason.SEMINAR_FULL),
    ]
    assert four_people[2].offer_expires_at == NOON + timedelta(hours=seminar.offer_hours)


def test_refusing_frees_what_was_kept(session: Session, seminar: Seminar, four_people: list[Registration]) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    outcome = run_action(session, BulkAction.REFUSE, four_people[2], four_people[1], minutes=1)
    assert outcome.blocked == [(four_people[1], BlockReason.WRONG_STATUS)]
    assert list_statuses(four_people) == ["cancelled", "registered", "refused", "offered"]


def test_who_is_brought_back_stands_at_the_end_or_in_a_free_place(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    run_action(session, BulkAction.RESTORE, four_people[0], minutes=1)
    assert list_statuses(four_people) == ["waiting", "registered", "offered", "waiting"]
    assert get_queue_position(session, four_people[0]) == 2


def test_who_has_registered_anew_is_not_brought_back_as_a_second_one(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    again = register_person(session, seminar, AIGUL, email="another@example.org")
    assert again is not four_people[0]
    assert again.status in ACTIVE_STATUSES
    assert run_action(session, BulkAction.RESTORE, four_people[0], minutes=1).blocked == [
        (four_people[0], BlockReason.ALREADY_REGISTERED)
    ]
    first = session.scalars(select(RegistrationChange)).first()
    assert first is not None
    seminar.capacity = 9
    session.flush()
    assert undo_registration_change(session, first, seminar, NOON + MINUTE).blocked == [
        (four_people[0], BlockReason.CHANGED_SINCE)
    ]


@pytest.mark.parametrize("action", [BulkAction.CANCEL, BulkAction.OFFER])
def test_once_the_seminar_has_begun_attendance_says_who_came(
    session: Session, past_seminar: Seminar, action: BulkAction
) -> None:
    someone = register_person(session, past_seminar, AIGUL)
    someone.status = RegistrationStatus.REGISTERED if action == BulkAction.CANCEL else RegistrationStatus.WAITING
    was = someone.status
    assert run_action(session, action, someone).blocked == [(someone, BlockReason.SEMINAR_STARTED)]
    assert someone.status == was


def test_an_approval_is_not_taken_back_once_the_seminar_has_begun(session: Session, seminar: Seminar) -> None:
    seminar.needs_approval = True
    someone = register_person(session, seminar, AIGUL)
    run_action(session, BulkAction.APPROVE, someone)
    assert seminar.starts_at is not None
    outcome = undo_registration_change(session, get_last_change(session), seminar, seminar.starts_at)
    assert (someone.status, outcome.blocked) == (
        RegistrationStatus.REGISTERED,
        [(someone, BlockReason.SEMINAR_STARTED)],
    )


def test_an_offer_that_is_over_does_not_come_back(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    run_action(session, BulkAction.REFUSE, four_people[2], minutes=1)
    outcome = undo_registration_change(
        session, get_last_change(session), seminar, NOON + timedelta(hours=seminar.offer_hours)
    )
    assert outcome.blocked == [(four_people[2], BlockReason.CHANGED_SINCE)]
    assert four_people[2].status == RegistrationStatus.REFUSED


@pytest.mark.parametrize("forget", [anonymise_person, record_erasure_request])
def test_nobody_who_asked_to_be_forgotten_is_brought_back_to_the_list(
    session: Session,
    seminar: Seminar,
    four_people: list[Registration],
    forget: Callable[[Person, datetime], None],
) -> None:
    run_action(session, BulkAction.CANCEL, four_people[0])
    forget(four_people[0].person, NOON + MINUTE)
    assert undo_last_change(session, seminar).blocked == [(four_people[0], BlockReason.ERASURE_REQUESTED)]
    assert run_action(session, BulkAction.RESTORE, four_people[0]).blocked == [
        (four_people[0], BlockReason.ERASURE_REQUESTED)
    ]
    assert run_action(session, BulkAction.UNMERGE, merge_into_first(session, four_people[0])).blocked == [
        (four_people[0], BlockReason.ERASURE_REQUESTED)
    ]


def merge_into_first(session: Session, registration: Registration) -> Registration:
    """Return a registration that was merged into another one."""
    registration.status, registration.merged_into_id = RegistrationStatus.MERGED, registration.id
    session.flush()
    return registration


def test_an_action_without_effect_is_not_recorded(
    session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    run_action(session, BulkAction.APPROVE, four_people[0])
    assert list_recent_changes(session, seminar) == []


def test_people_of_another_seminar_are_not_touched(
    session: Session, seminar: Seminar, past_seminar: Seminar, four_people: list[Registration]
) -> None:
    run_bulk_action(
        session, past_seminar, BulkAction.CANCEL, [registration.id for registration in four_people], None, NOON
    )
    assert list_statuses(four_people) == ["registered", "registered", "waiting", "waiting"]


STEP = st.tuples(
    st.sampled_from(
        [
            *[
                action
                for action in BulkAction
                if action not in (BulkAction.MERGE, BulkAction.UNMERGE, BulkAction.SEPARATE_PERSON)
            ],
            "undo",
            "told",
            "lapse",
            "accept",
            "new",
        ]
    ),
    st.sets(st.integers(0, 7), min_size=1, max_size=4),
    st.integers(0, 300),
)


@settings(max_examples=40)
@given(steps=st.lists(STEP, max_size=14), approval=st.booleans())
@example(steps=[(BulkAction.CANCEL, {0}, 0), ("undo", {0}, 0)], approval=False)
def test_no_sequence_of_actions_and_undos_gives_a_seat_twice(
    session: Session, seminar: Seminar, steps: list[tuple[str, set[int], int]], approval: bool
) -> None:
    transaction = session.begin_nested()
    session.refresh(seminar)
    seminar.capacity, seminar.needs_approval = 3, approval
    moment = NOON
    people = [register_newcomer(session, seminar, place, moment) for place in range(6)]
    for what, numbers, minutes in steps:
        moment += timedelta(seconds=1, minutes=minutes)
        chosen = [people[number % len(people)] for number in sorted(numbers)]
        promised = {
            registration.id
            for registration in people
            if registration.status == RegistrationStatus.REGISTERED
            or registration.notified_status == registration.status == RegistrationStatus.OFFERED
        }
        if what == "new":
            people.append(register_newcomer(session, seminar, len(people), moment))
        elif what == "told":
            for registration in chosen:
                registration.notified_status = registration.status
        elif what == "lapse":
            expire_offers(session, seminar, moment)
        elif what == "accept":
            for registration in chosen:
                if (
                    registration.status == RegistrationStatus.OFFERED
                    and registration.offer_expires_at
                    and registration.offer_expires_at > moment
                ):
                    accept_offer(session, registration, moment)
        elif what == "undo":
            for recent in list_recent_changes(session, seminar, 1):
                if recent.change.undone_at is None:
                    selected_ids = {entry["id"] for entry in recent.change.previous_values if entry["asked"]}
                    undo_registration_change(session, recent.change, seminar, moment)
                    seat_holder_ids = {one.id for one in people if one.status in SEAT_HOLDING_STATUSES}
                    assert promised - selected_ids <= seat_holder_ids, (
                        "a place was taken away from somebody who was not asked about"
                    )
        else:
            run_bulk_action(
                session, seminar, BulkAction(what), [registration.id for registration in chosen], None, moment
            )
        assert sum(registration.status in SEAT_HOLDING_STATUSES for registration in people) <= 3
        assert all(
            (registration.status == RegistrationStatus.OFFERED) == (registration.offer_expires_at is not None)
            for registration in people
        )
    transaction.rollback()


def register_newcomer(session: Session, seminar: Seminar, place: int, moment: Any) -> Registration:
    """Register another person."""
    values = {**asdict(YERLAN), "surname": f"Ким{LETTERS[place]}", "phone": f"+7702555{place:04d}"}
    return register_applicant(session, seminar, Applicant(**values), generate_token(), moment)


@settings(max_examples=30)
@given(
    action=st.sampled_from(
        [BulkAction.APPROVE, BulkAction.REFUSE, BulkAction.CANCEL, BulkAction.OFFER, BulkAction.RESTORE]
    ),
    numbers=st.sets(st.integers(0, 7), min_size=1),
    gone=st.sets(st.integers(0, 7), max_size=3),
    approval=st.booleans(),
)
@example(action=BulkAction.CANCEL, numbers={0}, gone=set(), approval=False)
@example(action=BulkAction.APPROVE, numbers={0}, gone=set(), approval=True)
def test_an_action_undone_at_once_leaves_no_trace(
    session: Session, seminar: Seminar, action: BulkAction, numbers: set[int], gone: set[int], approval: bool
) -> None:
    transaction = session.begin_nested()
    session.refresh(seminar)
    seminar.capacity, seminar.needs_approval = 3, approval
    people = [register_newcomer(session, seminar, place, NOON) for place in range(8)]
    run_bulk_action(session, seminar, BulkAction.CANCEL, [people[index].id for index in gone], None, NOON + MINUTE)
    before = list_status_details(people)
    changed = run_bulk_action(
        session, seminar, action, [people[number].id for number in numbers], None, NOON + 2 * MINUTE
    ).succeeded
    if changed:
        outcome = undo_registration_change(session, get_last_change(session), seminar, NOON + 2 * MINUTE)
        assert outcome.blocked == []
    assert list_status_details(people) == before
    transaction.rollback()

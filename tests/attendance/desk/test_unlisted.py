"""People who are not on the list although marked: the card, the decision, its undo, and the traces on the other pages."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.attendance.decisions import count_open_conflicts
from tests.attendance.desk_pages import (
    build_attendance_url,
    build_conflicts_url,
    build_documents_url,
    submit_decision,
)
from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.factories import AIGUL, NOON, YERLAN, answer_survey, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceStatus
from trainer.clock import now
from trainer.issuing.eligibility import get_eligibility
from trainer.portal.erasure import erase_person
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = AttendanceStatus
UNLISTED = ("cancelled", "refused", "lapsed", "waiting", "applied")
CARD = "Келгені белгіленген, бірақ тізімде жоқ"


@pytest.fixture
def tablet(app: Flask, session: Session, past_seminar: Seminar, aigul: Registration) -> Tablet:
    """Return a tablet that has received the list with her."""
    return create_paired_tablet(app, session, past_seminar)


def leave_list(session: Session, registration: Registration, status: str = "cancelled") -> None:
    """Take a registration off the list."""
    set_registration_status(registration, RegistrationStatus(status), NOON)
    registration.queue_number = 1  # for the waiting list
    session.commit()


def mark_off_list(
    session: Session, registration: Registration, tablet: Tablet, status: str = "cancelled"
) -> dict[str, Any]:
    """Take a registration off the list, mark it on a tablet in a session, and return the tablet's outcome."""
    leave_list(session, registration, status)
    return tablet.send(tablet.mark(registration.id, registration.seminar.sessions[0].id))


def decide(organizer: Visitor, seminar: Seminar, clock: time_machine.Traveller, decision: str) -> Any:
    """Make a decision on the first card, a minute later, and return the next page."""
    clock.shift(timedelta(minutes=1))
    return submit_decision(organizer, seminar, "unlisted", decision=decision)


def test_whoever_is_not_on_the_list_and_is_marked_leaves_a_trace_on_every_page(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    pages = (
        build_conflicts_url(past_seminar),
        build_attendance_url(past_seminar),
        build_documents_url(past_seminar),
        f"/desk/registrations/{aigul.id}",
    )
    for status in UNLISTED:
        leave_list(session, aigul, status)
        if status == "cancelled":
            assert not any("/conflicts" in link for link in organizer.get(pages[3]).list_links())
            outcome = tablet.send(tablet.mark(aigul.id, past_seminar.sessions[0].id, "late"))
            assert outcome["answers"][0]["answer"] == "question"
        for address in pages:
            page = organizer.get(address)
            assert aigul.person.full_name in page.words, (status, address)
            assert build_conflicts_url(past_seminar) in page.list_links(), (status, address)
        assert CARD in organizer.get(pages[0]).words
        assert count_open_conflicts(session, past_seminar) == 1


def test_the_own_page_says_that_marks_wait_until_they_are_decided(
    organizer: Visitor,
    stranger: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    notice, address = "орныңыз болмаса да", f"/r/{aigul.token}"
    leave_list(session, aigul)
    assert notice not in stranger.get(address).words
    mark_off_list(session, aigul, tablet)
    assert notice in stranger.get(address).words
    decide(organizer, past_seminar, clock, "ignore")
    assert notice not in stranger.get(address).words


def test_a_place_that_is_given_makes_the_marks_count_for_the_certificate_and_can_be_taken_back(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    answer_survey(session, aigul)
    leave_list(session, aigul)
    tablet.send(*(tablet.mark(aigul.id, part.id) for part in past_seminar.sessions))
    decide(organizer, past_seminar, clock, "reinstate")
    session.expire_all()
    assert (aigul.status, aigul.notified_status) == ("registered", "registered")
    assert get_eligibility(session, aigul, now()).is_eligible
    assert count_open_conflicts(session, past_seminar) == 0
    decide(organizer, past_seminar, clock, "take_back")
    session.expire_all()
    assert (aigul.status, count_open_conflicts(session, past_seminar)) == ("cancelled", 1)


def test_marks_that_are_ignored_count_as_absent_and_can_be_reviewed(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    key = aigul.id, past_seminar.sessions[0].id
    mark_off_list(session, aigul, tablet)
    decide(organizer, past_seminar, clock, "ignore")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[key].status == ABSENT
    assert count_open_conflicts(session, past_seminar) == 0
    assert tablet.send()["undecided"] == []
    assert aigul.person.full_name in organizer.get(build_attendance_url(past_seminar)).words
    decide(organizer, past_seminar, clock, "review")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[key].status == PRESENT
    decide(organizer, past_seminar, clock, "ignore")
    session.commit()
    clock.shift(timedelta(minutes=1))
    tablet.send(tablet.mark(*key, "late"))  # made without knowing of the decision
    assert count_open_conflicts(session, past_seminar) == 1


def test_in_a_full_seminar_the_organizer_decides_whether_there_is_one_more(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    mark_off_list(session, aigul, tablet)
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    register_person(session, past_seminar, YERLAN)
    past_seminar.capacity = 1
    session.commit()
    page = organizer.follow(organizer.post(address, {**fields, "decision": "reinstate"}))  # the page was older
    assert aigul.person.full_name in page.words
    session.expire_all()
    assert aigul.status == "cancelled"
    decide(organizer, past_seminar, clock, "over")
    session.expire_all()
    assert aigul.status == "registered"


def test_two_tablets_that_mark_one_cancelled_person_make_one_card_and_then_a_conflict(
    organizer: Visitor,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    other, session_id = create_paired_tablet(app, session, past_seminar, name="Зал"), past_seminar.sessions[0].id
    leave_list(session, aigul)
    assert tablet.send_and_list_outcomes(tablet.mark(aigul.id, session_id)) == ["question"]
    assert other.send_and_list_outcomes(other.mark(aigul.id, session_id, "absent")) == ["question"]
    page = organizer.get(build_conflicts_url(past_seminar))
    assert (page.words.count(CARD), count_open_conflicts(session, past_seminar)) == (1, 1)
    assert "Планшет 1" in page.words and "Зал" in page.words
    decide(organizer, past_seminar, clock, "reinstate")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[aigul.id, session_id].is_conflicting
    assert count_open_conflicts(session, past_seminar) == 1


def test_somebody_who_cancelled_is_marked_and_comes_as_a_walk_in_too(
    organizer: Visitor,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    other = create_paired_tablet(app, session, past_seminar, name="Зал")
    mark_off_list(session, aigul, tablet, "refused")
    details = {"surname": "Өтегенова", "given_name": "Айгүл", "patronymic": "Маратқызы", "phone": AIGUL.phone}
    walk_in = other.walk_in(past_seminar.id, **details)
    number = other.send(walk_in, other.mark(walk_in["id"], past_seminar.sessions[1].id))["answers"][0]["person"]
    decide(organizer, past_seminar, clock, "merge")
    session.expire_all()
    assert (aigul.status, aigul.merged_into_id) == ("merged", number)
    assert {key for key, found in load_seminar_attendance(session, past_seminar).items() if found.status} == {
        (number, part.id) for part in past_seminar.sessions
    }
    assert count_open_conflicts(session, past_seminar) == 0


def test_marks_and_signatures_of_an_erased_person_wait_too_and_the_roster_forgets_the_person(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    erase_person(session, aigul.person, NOON)
    session.commit()
    tablet.send(tablet.signature(aigul.id, past_seminar.sessions[1].id))
    assert count_open_conflicts(session, past_seminar) == 1
    tablet.send(tablet.mark(aigul.id, past_seminar.sessions[0].id))
    assert [person["id"] for person in tablet.roster()["seminars"][0]["people"]] == []
    decide(organizer, past_seminar, clock, "reinstate")
    session.expire_all()
    assert (aigul.status, count_open_conflicts(session, past_seminar)) == ("cancelled", 1)
    decide(organizer, past_seminar, clock, "ignore")
    assert count_open_conflicts(session, past_seminar) == 0


def test_the_roster_keeps_a_cancelled_person_whom_a_tablet_has_marked(
    session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet, clock: time_machine.Traveller
) -> None:
    cursor = tablet.send()["cursor"]
    clock.shift(timedelta(minutes=1))
    leave_list(session, aigul)
    aigul.status_since = NOON + timedelta(minutes=1)
    answer = tablet.send(tablet.mark(aigul.id, past_seminar.sessions[0].id), cursor=cursor)
    assert ([(person["id"], person["seat"]) for person in answer["people"]], answer["gone"]) == (
        [(aigul.id, False)],
        [],
    )
    assert answer["undecided"] == [answer["answers"][0]["id"]]
    assert [person["id"] for person in tablet.roster()["seminars"][0]["people"]] == [aigul.id]


def test_a_mark_from_a_page_that_was_opened_before_the_person_cancelled_is_kept(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    address, fields = organizer.get(build_attendance_url(past_seminar)).read_form("roll")
    leave_list(session, aigul)
    organizer.post(address, {**fields, f"status-{aigul.id}": "present"})
    assert count_open_conflicts(session, past_seminar) == 1
    assert aigul.person.full_name in organizer.get(build_attendance_url(past_seminar)).words


def test_a_card_that_is_out_of_date_or_of_nobody_decides_nothing(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    mark_off_list(session, aigul, tablet)
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    organizer.post(address, {**fields, "decision": "sell"}, status=400)
    for decision in ("review", "merge", "take_back"):
        organizer.post(address, {**fields, "decision": decision})
    tablet.send(tablet.mark(aigul.id, past_seminar.sessions[1].id))
    for more in ({}, {"registration": "0"}, {"registration": "9" * 30}, {"version": ""}):
        organizer.post(address, {**fields, "decision": "ignore", **more})
    session.commit()
    assert count_open_conflicts(session, past_seminar) == 1
    assert {found.status for found in load_seminar_attendance(session, past_seminar).values()} == {PRESENT}


def test_a_mark_absent_needs_no_decision(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    mark_sessions(session, aigul, ABSENT)
    leave_list(session, aigul)
    assert count_open_conflicts(session, past_seminar) == 0
    assert tablet.send()["undecided"] == []
    assert "Келмеді" in organizer.get(f"/desk/registrations/{aigul.id}").words

"""The page of conflicts: a card for each, decisions as further marks, and their undo."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_conflicts_url, list_decision_kinds, submit_decision
from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.factories import AIGUL, NOON, YERLAN, create_seminar, register_person
from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.attendance.ledger import append_mark, load_seminar_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.attendance.summary import summarize_attendance
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

PRESENT, LATE, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.ABSENT


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration of the past seminar."""
    registration = register_person(session, past_seminar, AIGUL)
    session.commit()
    return registration


@pytest.fixture
def tablets(app: Flask, session: Session, past_seminar: Seminar, aigul: Registration) -> list[Tablet]:
    """Return two tablets that marked her differently; the clock of the second is wrong."""
    tablets = [create_paired_tablet(app, session, past_seminar, name=name) for name in ("Кіреберіс", "Зал")]
    tablets[1].clock_lag = timedelta(hours=5)
    for tablet, status in zip(tablets, ("present", "absent"), strict=True):
        tablet.send_and_list_outcomes(tablet.mark(aigul.id, past_seminar.sessions[0].id, status))
    return tablets


def test_a_card_names_both_tablets_and_both_times_by_our_clock(
    organizer: Visitor, past_seminar: Seminar, aigul: Registration, tablets: list[Tablet]
) -> None:
    page = organizer.get(build_conflicts_url(past_seminar))
    assert list_decision_kinds(organizer, past_seminar) == ["decision"]
    for sentence in ("Кіреберіс", "Зал", aigul.person.full_name):
        assert sentence in page.words
    assert page.words.count("12:00") >= 2
    offered = [button.text for button in page.find_all("button") if button.get("name") == "status"]
    assert offered == ["«Келді» белгісін қалдыру", "«Келмеді» белгісін қалдыру"]
    assert (
        build_conflicts_url(past_seminar) in organizer.get(f"/desk/seminars/{past_seminar.id}/attendance").list_links()
    )


def test_a_decision_resolves_a_conflict_and_can_be_undone(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablets: list[Tablet],
    clock: time_machine.Traveller,
) -> None:
    key = (aigul.id, past_seminar.sessions[0].id)
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "decision", status="present")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[key].status == PRESENT
    assert list_decision_kinds(organizer, past_seminar) == ["question"]
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "question")
    session.commit()
    attendance = load_seminar_attendance(session, past_seminar)[key]
    assert (attendance.is_conflicting, set(attendance.latest_statuses)) == (True, {PRESENT, ABSENT})
    assert summarize_attendance(session, past_seminar, [aigul], NOON)[aigul.id].conflicting == 1
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "decision", status="absent")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[key].status == ABSENT
    assert len(session.scalars(select(AttendanceMark)).all()) == 6


def test_a_card_that_is_out_of_date_decides_nothing(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablets: list[Tablet],
    clock: time_machine.Traveller,
) -> None:
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    clock.shift(timedelta(minutes=1))
    tablets[0].send_and_list_outcomes(tablets[0].mark(aigul.id, past_seminar.sessions[0].id, "late"))
    organizer.post(address, {**fields, "status": "present"})
    organizer.post(address, {**fields, "head": "x", "status": "present"})
    organizer.post(address, {**fields, "registration": "9" * 30, "status": "present"})
    submit_decision(organizer, past_seminar, "decision", status="excused")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[aigul.id, past_seminar.sessions[0].id].is_conflicting
    assert len(session.scalars(select(AttendanceMark)).all()) == 3


def test_tablets_receive_the_decision(
    organizer: Visitor,
    past_seminar: Seminar,
    aigul: Registration,
    tablets: list[Tablet],
    clock: time_machine.Traveller,
) -> None:
    clock.shift(timedelta(minutes=1))
    cursor = tablets[0].send()["cursor"]
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "decision", status="present")
    [mark] = tablets[0].send(cursor=cursor)["marks"]
    assert (mark["status"], mark["decides"], mark["device"]) == ("present", True, None)


def test_a_walk_in_is_merged_and_separated(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    tablet, session_id = create_paired_tablet(app, session, past_seminar), past_seminar.sessions[0].id
    walk_in = tablet.walk_in(past_seminar.id, phone=AIGUL.phone)
    number = tablet.send(walk_in, tablet.mark(walk_in["id"], session_id))["answers"][0]["person"]
    assert list_decision_kinds(organizer, past_seminar) == ["person", "person"]
    submit_decision(organizer, past_seminar, "person", decision="same")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[aigul.id, session_id].status == PRESENT
    submit_decision(organizer, past_seminar, "person", decision="undo")
    session.commit()
    attendance_by_key = load_seminar_attendance(session, past_seminar)
    assert (aigul.id, session_id) not in attendance_by_key
    assert attendance_by_key[number, session_id].status == PRESENT
    assert list_decision_kinds(organizer, past_seminar) == ["person", "person"]


def test_a_walk_in_is_another_person_even_without_a_free_seat_and_that_is_undone(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    past_seminar.capacity, past_seminar.has_waiting_list = 1, False
    tablet = create_paired_tablet(app, session, past_seminar)
    number = tablet.send(tablet.walk_in(past_seminar.id, phone=AIGUL.phone))["answers"][0]["person"]
    submit_decision(organizer, past_seminar, "person", decision="other")
    session.commit()
    assert not session.get_one(Registration, number).is_likely_duplicate
    submit_decision(organizer, past_seminar, "person", decision="undo")
    session.commit()
    session.expire_all()
    registration = session.get_one(Registration, number)
    assert (registration.status, registration.is_likely_duplicate) == ("registered", True)


def test_a_walk_in_under_another_name_is_merged_with_the_chosen_person_and_separated(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    tablet, session_id = create_paired_tablet(app, session, past_seminar), past_seminar.sessions[0].id
    walk_in = tablet.walk_in(past_seminar.id, surname="Утегенова", given_name="Айгуль", phone="")
    number = tablet.send(walk_in, tablet.mark(walk_in["id"], session_id))["answers"][0]["person"]
    session.commit()
    assert session.get_one(Registration, number).status == "registered"
    assert (
        build_conflicts_url(past_seminar) in organizer.get(f"/desk/seminars/{past_seminar.id}/attendance").list_links()
    )
    assert "Conflicts 1" not in organizer.get(build_conflicts_url(past_seminar)).words
    submit_decision(organizer, past_seminar, "person", registration=str(number), kept=str(aigul.id), decision="same")
    session.commit()
    attendance_by_key = load_seminar_attendance(session, past_seminar)
    assert attendance_by_key[aigul.id, session_id].status == PRESENT
    assert (number, session_id) not in attendance_by_key
    submit_decision(organizer, past_seminar, "person", decision="undo")
    session.commit()
    attendance_by_key = load_seminar_attendance(session, past_seminar)
    assert ((aigul.id, session_id) in attendance_by_key, attendance_by_key[number, session_id].status) == (
        False,
        PRESENT,
    )


def test_a_merge_with_itself_or_another_seminar_is_refused(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, project: Project, aigul: Registration
) -> None:
    elsewhere = register_person(session, create_seminar(session, project, NOON, slug="elsewhere"), YERLAN)
    tablet = create_paired_tablet(app, session, past_seminar)
    number = tablet.send(tablet.walk_in(past_seminar.id, phone=""))["answers"][0]["person"]
    for surviving_id in (number, elsewhere.id):
        submit_decision(
            organizer, past_seminar, "person", registration=str(number), kept=str(surviving_id), decision="same"
        )
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    organizer.post(address, {**fields, "registration": str(number), "kept": "0", "decision": "same"}, status=400)
    session.commit()
    session.expire_all()
    assert session.get_one(Registration, number).status == "registered"


def test_a_decision_that_no_longer_fits_changes_nothing(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    tablet = create_paired_tablet(app, session, past_seminar)
    number = tablet.send(tablet.walk_in(past_seminar.id, phone=AIGUL.phone))["answers"][0]["person"]
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    for decision, status in (("undo", 303), ("sell", 400), ("same", 303), ("same", 303), ("other", 303)):
        organizer.post(address, {**fields, "decision": decision}, status=status)
    organizer.post(address, {**fields, "registration": "999", "decision": "same"}, status=404)
    session.commit()
    assert session.get_one(Registration, number).merged_into_id == aigul.id


def test_without_conflicts_there_is_no_tab(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    register_person(session, past_seminar, YERLAN)
    assert (
        build_conflicts_url(past_seminar)
        not in organizer.get(f"/desk/seminars/{past_seminar.id}/attendance").list_links()
    )
    assert list_decision_kinds(organizer, past_seminar) == []


def test_a_page_shows_twenty_cards_of_each_kind(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    people = add_registrations(session, past_seminar, 21, RegistrationStatus.REGISTERED)
    for registration in people:
        for status in (PRESENT, ABSENT):
            append_mark(session, registration, past_seminar.sessions[0], status, after=None, now=NOON)
    session.commit()
    first, second = (organizer.get(f"{build_conflicts_url(past_seminar)}?page={page}") for page in (1, 2))
    assert [
        sum(form.get("action", "").endswith("/decision") for form in page.list_forms()) for page in (first, second)
    ] == [20, 1]
    assert f"{build_conflicts_url(past_seminar)}?page=2" in first.list_links()
    assert "Шешім қажет жазба жоқ" not in second.words

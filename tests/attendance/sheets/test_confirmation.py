"""Confirmation of scans: marks for ticked rows, undo, and rows that are marked already."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.decisions import count_open_conflicts
from tests.attendance.desk_pages import build_attendance_url, build_status_fields
from tests.attendance.marks import list_marked_statuses
from tests.attendance.sheets.scan_client import (
    create_filed_scan,
    list_offered_ids,
    list_scans_by_id,
    list_ticked_ids,
    submit_confirmation,
    upload_signed_sheet,
)
from tests.factories import AIGUL, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource
from trainer.attendance.sheets.confirmation import confirm_scan, list_sheet_rows
from trainer.clock import now
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

PRESENT, LATE, EXCUSED, ABSENT = AttendanceStatus


def test_confirming_marks_those_who_are_ticked_from_paper(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.follow(upload_signed_sheet(organizer, past_seminar, [0, 1]))
    after = submit_confirmation(organizer, shown, registrations[0], registrations[2])
    marks = session.scalars(select(AttendanceMark)).all()
    assert {(mark.registration_id, mark.status, mark.source) for mark in marks} == {
        *((registrations[0].id, PRESENT, MarkSource.PAPER), (registrations[2].id, PRESENT, MarkSource.PAPER))
    }
    assert list_offered_ids(after) == [registrations[1].id]
    assert list_scans_by_id(session)[0].confirmed_at is not None


def test_existing_marks_are_shown_and_not_changed(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    mark_sessions(session, registrations[0], ABSENT)
    mark_sessions(session, registrations[1], LATE)
    mark_sessions(session, registrations[2], PRESENT)
    mark_sessions(session, registrations[2], ABSENT)
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, [0, 1, 2]).id}")
    before = list_marked_statuses(session)
    assert list_offered_ids(shown) == []
    submit_confirmation(organizer, shown, *registrations)
    assert list_marked_statuses(session) == before


def test_people_marked_in_the_meantime_are_skipped(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, [0, 1]).id}")
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], EXCUSED)), form="roll")
    clock.shift(timedelta(minutes=1))
    submit_confirmation(organizer, shown, registrations[0], registrations[1])
    session_id = past_seminar.sessions[0].id
    assert list_marked_statuses(session) == [
        (registrations[0].id, session_id, EXCUSED),
        (registrations[1].id, session_id, PRESENT),
    ]


def test_confirming_twice_marks_once(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, []).id}")
    submit_confirmation(organizer, shown, registrations[0])
    submit_confirmation(organizer, shown, registrations[0])
    assert len(list_marked_statuses(session)) == 1


def test_a_mark_from_a_sheet_can_be_undone_while_it_is_the_last_one(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, []).id}")
    after = submit_confirmation(organizer, shown, registrations[0], registrations[1])
    [scan] = list_scans_by_id(session)
    fields = after.read_form("rows")[1]
    clock.shift(timedelta(minutes=1))
    for _twice in range(2):
        organizer.post(f"/desk/scans/{scan.id}/take-back", {**fields, "registration": registrations[0].id})
    for wrong in (registrations[2].id, 0, 999, "x", ""):
        organizer.post(f"/desk/scans/{scan.id}/take-back", {**fields, "registration": wrong})
    texts = [item[::2] for item in list_marked_statuses(session)]
    assert sorted(texts[:2]) == sorted(
        [(registrations[0].id, PRESENT), (registrations[1].id, PRESENT)]
    )  # at one moment, in either order
    assert texts[2:] == [(registrations[0].id, ABSENT)]
    assert (
        load_seminar_attendance(session, past_seminar)[registrations[0].id, past_seminar.sessions[0].id].status
        == ABSENT
    )


def test_a_merged_person_is_marked_under_the_surviving_registration(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    scan, (yerlan, aigul, marina) = create_filed_scan(session, past_seminar, [0, 2]), registrations
    yerlan.status, yerlan.merged_into_id = RegistrationStatus.MERGED, aigul.id
    shown = organizer.get(f"/desk/scans/{scan.id}")
    assert set(list_offered_ids(shown)) == {aigul.id, marina.id}
    submit_confirmation(organizer, shown, yerlan, aigul)
    assert list_marked_statuses(session) == [(aigul.id, past_seminar.sessions[0].id, PRESENT)]


def test_who_cancelled_and_signed_nevertheless_can_be_marked_and_waits_for_the_organizer(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    scan = create_filed_scan(session, past_seminar, [0])
    registrations[0].status = RegistrationStatus.CANCELLED
    shown = organizer.get(f"/desk/scans/{scan.id}")
    assert list_ticked_ids(shown) == [registrations[0].id]
    submit_confirmation(organizer, shown, registrations[0])
    assert list_marked_statuses(session) == [(registrations[0].id, past_seminar.sessions[0].id, PRESENT)]
    assert count_open_conflicts(session, past_seminar) == 1


def test_signatures_on_empty_lines_are_pointed_out(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, [3, 6]).id}")
    assert "4, 7" in shown.words
    assert f"/desk/seminars/{past_seminar.id}/registrations/new" in shown.list_links()


def test_an_unknown_registration_in_the_form_marks_nobody(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    elsewhere = register_person(session, seminar, AIGUL)
    shown = organizer.get(f"/desk/scans/{create_filed_scan(session, past_seminar, []).id}")
    target, fields = shown.read_form("rows")
    organizer.post(target, {**fields, "signed": ["x", "-1", "0", "9" * 30, "\x00", str(elsewhere.id)]})
    assert list_marked_statuses(session) == []


@settings(max_examples=25)
@given(st.data())
def test_any_ticks_give_exactly_their_marks(
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
    data: st.DataObject,
) -> None:
    with session.begin_nested() as undone:
        seminar_session, moment = past_seminar.sessions[0], now()
        before = {
            registration.id: data.draw(st.sampled_from([None, *AttendanceStatus])) for registration in registrations
        }
        for registration in registrations:
            if before[registration.id]:
                mark_sessions(session, registration, before[registration.id])
        scan = create_filed_scan(session, past_seminar, None)
        chosen = data.draw(st.sets(st.sampled_from([*(registration.id for registration in registrations), 999])))
        done = confirm_scan(session, scan, chosen, moment, None)
        fresh = {item for item in chosen & set(before) if before[item] is None}
        marks = session.scalars(select(AttendanceMark).where(AttendanceMark.source == MarkSource.PAPER)).all()
        assert sorted(item.registration_id for item in marks) == sorted(fresh)
        assert {(item.status, item.session_id) for item in marks} <= {(PRESENT, seminar_session.id)}
        assert done.marked_count == len(fresh)
        assert done.skipped_count == sum(before[item] in (EXCUSED, ABSENT) for item in chosen & set(before))
        attendance = {row.registration.id: row.attendance.status for row in list_sheet_rows(session, scan)}
        assert attendance == {item: PRESENT if item in fresh else before[item] for item in before}
        undone.rollback()

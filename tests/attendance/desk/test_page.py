"""The attendance page: only changed rows make marks, and outdated pages make conflicts instead of overwriting marks."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_attendance_url, build_status_fields
from tests.attendance.marks import list_marked_statuses
from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = AttendanceStatus


def read_person_row(page: Page, registration: Registration) -> str:
    """Return the words of a person's row."""
    rows = [get_words(item) for item in page.find_all("li") if list(item.iter("fieldset"))]
    return next(row for row in rows if registration.person.full_name in row)


def test_marks_of_one_session_leave_the_other_alone(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    aigul, yerlan, _marina = registrations
    answer = organizer.submit(
        build_attendance_url(past_seminar), build_status_fields((aigul, PRESENT), (yerlan, ABSENT))
    )
    page = organizer.follow(answer)
    assert answer.location == build_attendance_url(past_seminar)
    assert page.get_value(f"status-{aigul.id}") == PRESENT
    assert page.get_value(f"status-{yerlan.id}") == ABSENT
    other = organizer.get(build_attendance_url(past_seminar, 1))
    assert not any(name.startswith("status-") for name in other.read_form()[1])


def test_author_and_time_of_a_mark_are_stored(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], LATE)))
    session.commit()
    [mark] = session.scalars(select(AttendanceMark))
    assert (mark.made_at, mark.received_at, mark.decides, mark.after) == (NOON, NOON, False, None)
    assert mark.user_id is not None


def test_only_changed_rows_make_marks(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, yerlan, _marina = registrations
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((aigul, PRESENT), (yerlan, PRESENT)))
    clock.shift(timedelta(minutes=1))
    organizer.submit(build_attendance_url(past_seminar))
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((yerlan, LATE)))
    session_id = past_seminar.sessions[0].id
    assert list_marked_statuses(session)[2:] == [(yerlan.id, session_id, LATE)]
    assert len(list_marked_statuses(session)) == 3


def test_marking_everybody_keeps_what_is_marked_or_chosen_and_resolves_no_conflict(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    aigul, yerlan, marina = registrations
    asked = register_person(session, past_seminar, AIGUL, surname="Досова", given_name="Әсел", phone="+77015550199")
    mark_sessions(session, aigul, ABSENT)
    for status in (PRESENT, ABSENT):
        mark_sessions(session, asked, status)
    chosen = {**build_status_fields((yerlan, EXCUSED)), "everybody": "present"}
    page = organizer.follow(organizer.submit(build_attendance_url(past_seminar), chosen))
    shown = {person.id: page.get_value(f"status-{person.id}") for person in registrations}
    assert shown == {aigul.id: ABSENT, yerlan.id: EXCUSED, marina.id: PRESENT}
    assert load_seminar_attendance(session, past_seminar)[asked.id, past_seminar.sessions[0].id].is_conflicting
    assert len(list_marked_statuses(session)) == 5


def test_an_old_page_makes_a_conflict_that_the_organizer_resolves(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul = registrations[0]
    old, fields = organizer.get(build_attendance_url(past_seminar)).read_form()
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((aigul, PRESENT)))
    clock.shift(timedelta(minutes=1))
    asked = organizer.follow(organizer.post(old, {**fields, **build_status_fields((aigul, ABSENT))}))
    assert f"status-{aigul.id}" not in asked.read_form()[1]
    assert session.scalars(select(AttendanceMark)).all()
    clock.shift(timedelta(minutes=1))
    decided = organizer.follow(organizer.submit(build_attendance_url(past_seminar), build_status_fields((aigul, LATE))))
    assert decided.get_value(f"status-{aigul.id}") == LATE
    assert len(read_person_row(decided, aigul)) < len(read_person_row(asked, aigul))
    assert [item[2] for item in list_marked_statuses(session)] == [PRESENT, ABSENT, LATE]


def test_unchanged_rows_of_an_old_page_make_no_marks(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, yerlan, _marina = registrations
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((aigul, PRESENT)))
    old, fields = organizer.get(build_attendance_url(past_seminar)).read_form()
    clock.shift(timedelta(minutes=1))
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((aigul, ABSENT)))
    clock.shift(timedelta(minutes=1))
    page = organizer.follow(organizer.post(old, {**fields, **build_status_fields((yerlan, PRESENT))}))
    assert page.get_value(f"status-{aigul.id}") == ABSENT
    assert page.get_value(f"status-{yerlan.id}") == PRESENT


def test_marking_everybody_from_an_old_page_changes_no_newer_mark(
    organizer: Visitor, past_seminar: Seminar, registrations: list[Registration], clock: time_machine.Traveller
) -> None:
    old, fields = organizer.get(build_attendance_url(past_seminar)).read_form()
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], ABSENT)))
    clock.shift(timedelta(minutes=1))
    page = organizer.follow(organizer.post(old, {**fields, "everybody": "present"}))
    assert page.get_value(f"status-{registrations[0].id}") == ABSENT


def test_a_change_replaces_two_marks_that_agree(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    mark_sessions(session, registrations[0], PRESENT)
    mark_sessions(session, registrations[0], PRESENT)
    page = organizer.follow(
        organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], ABSENT)))
    )
    assert page.get_value(f"status-{registrations[0].id}") == ABSENT


def test_an_unknown_session_is_not_found(organizer: Visitor, past_seminar: Seminar) -> None:
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    for forged in ("abc", "0", "-1", "99999999999999999999", "", "1%00", "%F0%9F%98%80"):
        address = f"/desk/seminars/{past_seminar.id}/attendance?session={forged}"
        organizer.get(address, status=404)
        organizer.post(address, {"csrf_token": token}, status=404)


def test_the_session_of_another_seminar_opens_nothing(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    _target, fields = organizer.get(build_attendance_url(past_seminar)).read_form()
    forged = f"/desk/seminars/{past_seminar.id}/attendance?session={seminar.sessions[0].id}"
    organizer.post(forged, {**fields, **build_status_fields((registrations[0], PRESENT))}, status=404)
    assert list_marked_statuses(session) == []


def test_an_invalid_last_mark_is_refused_and_nothing_is_stored(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    aigul, yerlan, _marina = registrations
    for forged in ("abc", "x" * 36, "0" * 31, "'--", "\x00", "😀"):
        chosen = {**build_status_fields((aigul, PRESENT), (yerlan, PRESENT)), f"after-{yerlan.id}": forged}
        organizer.submit(build_attendance_url(past_seminar), chosen, status=400)
    assert list_marked_statuses(session) == []


def test_an_unknown_last_mark_makes_at_most_a_conflict(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], PRESENT)))
    clock.shift(timedelta(minutes=1))
    unheard = {f"after-{registrations[0].id}": "01970000-0000-7000-8000-000000000000"}
    organizer.submit(build_attendance_url(past_seminar), {**build_status_fields((registrations[0], ABSENT)), **unheard})
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[
        registrations[0].id, past_seminar.sessions[0].id
    ].is_conflicting


def test_an_unknown_status_is_passed_over(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    for unknown in ("here", "PRESENT", "present ", "1", "", "😀", "x" * 5000, "\x00"):
        organizer.submit(build_attendance_url(past_seminar), {f"status-{registrations[0].id}": unknown})
    assert list_marked_statuses(session) == []


def test_people_of_other_seminars_are_not_marked(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    elsewhere = register_person(session, seminar, AIGUL)
    session.commit()
    organizer.submit(
        build_attendance_url(past_seminar),
        {**build_status_fields((elsewhere, PRESENT)), "status-999": PRESENT, "status-": PRESENT},
    )
    assert list_marked_statuses(session) == []


def test_a_seminar_without_sessions_or_people_has_a_page_too(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    address = f"/desk/seminars/{seminar.id}/attendance"
    assert not organizer.get(address).list_forms()
    seminar.sessions.clear()
    assert not organizer.get(address).list_forms()
    assert f"/desk/seminars/{seminar.id}/edit" in organizer.get(address).list_links()
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post(address, {"csrf_token": token}, status=404)


def test_a_stranger_neither_sees_nor_marks(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_person(session, past_seminar)
    assert "/desk/sign-in" in str(stranger.get(build_attendance_url(past_seminar), status=302).location)
    _target, fields = stranger.get("/desk/sign-in").read_form()
    stranger.post(
        build_attendance_url(past_seminar), {"csrf_token": fields["csrf_token"], "everybody": "present"}, status=302
    )
    assert list_marked_statuses(session) == []

"""The API for tablets: roster, sync, time, and reading of codes."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import qrcode
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.marks import list_marks
from tests.attendance.tablet_client import Tablet, create_paired_tablet, format_js_timestamp, get_device
from tests.factories import AIGUL, NOON, YERLAN, create_seminar, mark_sessions, register_person
from trainer.attendance.ledger import append_mark, generate_mark_id, load_seminar_attendance
from trainer.attendance.models import AttendanceStatus, Signature
from trainer.attendance.summary import summarize_attendance
from trainer.attendance.tablet.roster import serialize_seminar
from trainer.projects.models import Project
from trainer.registration.models import Consent, Registration, RegistrationStatus
from trainer.registration.seats.cancellation import release_seat
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Asia/Almaty", datetime(2024, 2, 1, tzinfo=UTC), 360),
        ("Asia/Almaty", datetime(2025, 6, 2, tzinfo=UTC), 300),
        ("Asia/Kathmandu", datetime(2025, 6, 2, tzinfo=UTC), 345),
        ("America/New_York", datetime(2025, 6, 2, tzinfo=UTC), -240),
    ],
)
def test_a_session_comes_with_the_offset_of_the_projects_zone_on_its_day(
    session: Session, past_seminar: Seminar, zone: str, day: datetime, offset: int
) -> None:
    past_seminar.project.timezone = zone
    for seminar_session in past_seminar.sessions:
        seminar_session.starts_at, seminar_session.ends_at = day, day + timedelta(hours=1)
    session.flush()
    serialized = serialize_seminar(session, past_seminar)
    assert {seminar_session["utc_offset"] for seminar_session in serialized["sessions"]} == {offset}


def test_the_roster_holds_what_the_tablet_needs_and_nothing_else(
    tablet: Tablet, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    roster = tablet.roster()
    [seminar] = roster["seminars"]
    assert seminar["title"]["kk"] == past_seminar.title.kk
    assert [session["id"] for session in seminar["sessions"]] == [session.id for session in past_seminar.sessions]
    assert [person["name"] for person in seminar["people"]] == [
        registration.person.full_name
        for registration in sorted(registrations, key=lambda registration: registration.person.sort_key)
    ]
    keys = {"id", "seminar", "name", "sort", "search", "workplace", "pass", "photo", "seat"}
    assert {frozenset(person) for person in seminar["people"]} == {frozenset(keys)}
    text = str(roster)
    for person in (registration.person for registration in registrations):
        assert person.phone not in text
        assert not person.email or person.email not in text
    assert not any(registration.token in text or registration.pass_code in text for registration in registrations)
    aigul = next(person for person in seminar["people"] if person["id"] == registrations[0].id)
    assert aigul["pass"] == hashlib.sha256(registrations[0].pass_code.encode()).hexdigest()
    assert aigul["search"].startswith("отегенова аигул")


def test_the_roster_is_sent_again_only_when_something_changed(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    tag = tablet.request("GET", "/roster").headers["ETag"]
    clock.shift(timedelta(minutes=1))
    same = tablet.request("GET", "/roster", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    assert get_device(session, tablet).roster_fetched_at == NOON + timedelta(minutes=1)
    mark_sessions(session, registrations[0], PRESENT)
    changed = tablet.request("GET", "/roster", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert [mark["person"] for mark in changed.json["marks"]] == [registrations[0].id]


def test_a_tablet_knows_only_its_own_seminars(
    tablet: Tablet, session: Session, past_seminar: Seminar, project: Project, registrations: list[Registration]
) -> None:
    other = create_seminar(session, project, NOON, slug="other")
    stranger = register_person(session, other, YERLAN)
    mark_sessions(session, stranger, PRESENT)
    roster = tablet.roster()
    assert [seminar["id"] for seminar in roster["seminars"]] == [past_seminar.id]
    assert roster["marks"] == []
    mine, other_items = past_seminar.sessions[0].id, other.sessions[0].id
    marks = [
        tablet.mark(stranger.id, other_items),
        tablet.mark(stranger.id, mine),
        tablet.mark(registrations[0].id, other_items),
    ]
    assert tablet.send_and_list_outcomes(*marks) == [
        "refused unknown_person",
        "refused unknown_person",
        "refused unknown_session",
    ]
    walk_in = tablet.walk_in(past_seminar.id) | {"seminar": other.id}
    assert tablet.send_and_list_outcomes(walk_in) == ["refused unknown_seminar"]
    assert len(list_marks(session)) == 1


def test_a_repeated_mark_is_stored_once(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    mark = tablet.mark(registrations[0].id, past_seminar.sessions[0].id, "late", source="scan")
    assert tablet.send_and_list_outcomes(mark, mark) == ["stored", "known"]
    clock.shift(timedelta(minutes=1))
    assert tablet.send_and_list_outcomes(mark, mark) == ["known", "known"]
    [kept] = list_marks(session)
    assert (str(kept.id), kept.status, kept.source, kept.device_id) == (mark["id"], LATE, "scan", tablet.device)
    assert (kept.made_at, kept.received_at, kept.skew, kept.user_id) == (NOON, NOON, 0, None)


def test_a_wrong_clock_is_measured_and_the_time_of_the_mark_corrected(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet.clock_lag = timedelta(days=20_000, seconds=3)
    tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, past_seminar.sessions[0].id), waiting=7)
    [mark] = list_marks(session)
    assert mark.made_at == NOON - tablet.clock_lag
    assert mark.skew == tablet.clock_lag / timedelta(milliseconds=1)
    device = get_device(session, tablet)
    assert (device.skew, device.unsent_count, device.seen_at) == (mark.skew, 7, NOON)
    [sent_mark] = tablet.roster()["marks"]
    assert sent_mark["at"] == format_js_timestamp(NOON)


def test_setting_the_clock_before_sending_does_not_move_earlier_marks(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    early = NOON - timedelta(hours=3)
    wrong: dict[str, Any] = {"at": format_js_timestamp(early), "skew": 3 * 3_600_000}
    walk_in = tablet.walk_in(past_seminar.id, **wrong)
    session_id = past_seminar.sessions[0].id
    items = (
        walk_in,
        tablet.mark(registrations[0].id, session_id, **wrong),
        tablet.signature(registrations[0].id, session_id, **wrong),
    )
    assert tablet.send_and_list_outcomes(*items) == ["stored"] * 3
    assert (
        tablet.send_and_list_outcomes(
            tablet.mark(registrations[1].id, session_id, skew=None), tablet.mark(registrations[2].id, session_id)
        )
        == ["stored"] * 2
    )
    assert [mark["at"] for mark in tablet.roster()["marks"]] == [format_js_timestamp(NOON)] * 3
    assert [item["at"] for item in tablet.roster()["signed"]] == [format_js_timestamp(NOON)]
    walk_ins = session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    assert {
        consent.given_at for consent in session.scalars(select(Consent).where(Consent.registration_id == walk_ins.id))
    } == {NOON}


@pytest.mark.parametrize("skew", ["3", 1.5, True, 10**18, -(10**30), [], {}])
def test_an_invalid_skew_is_ignored_and_the_mark_stored(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration], skew: object
) -> None:
    tablet.clock_lag = timedelta(minutes=2)
    assert tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, past_seminar.sessions[0].id, skew=skew)) == [
        "stored"
    ]
    assert [mark.skew for mark in list_marks(session)] == [120_000]


def test_two_tablets_with_two_statuses_make_a_conflict(
    tablet: Tablet, app: Flask, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    other, session_id = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    first, second = tablet.mark(registrations[0].id, session_id), other.mark(registrations[0].id, session_id, "absent")
    assert tablet.send_and_list_outcomes(first, tablet.mark(registrations[1].id, session_id)) == ["stored", "stored"]
    assert other.send_and_list_outcomes(second) == ["question"]
    assert tablet.send_and_list_outcomes(first) == ["question"]
    assert other.send_and_list_outcomes(other.mark(registrations[1].id, session_id)) == ["stored"]
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[registrations[0].id, session_id].is_conflicting
    assert summarize_attendance(session, past_seminar, registrations, NOON)[registrations[0].id].conflicting == 1


def test_what_others_marked_comes_with_the_next_answer(
    tablet: Tablet,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    other, session_id = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    cursor = tablet.roster()["cursor"]
    clock.shift(timedelta(minutes=1))
    mark = other.mark(registrations[0].id, session_id)
    other.send_and_list_outcomes(mark)
    append_mark(session, registrations[1], past_seminar.sessions[0], LATE, after=None, now=NOON + timedelta(minutes=1))
    clock.shift(timedelta(minutes=1))
    changes = tablet.send(tablet.mark(registrations[2].id, session_id), cursor=cursor)
    assert {(mark["person"], mark["status"], mark["device"]) for mark in changes["marks"]} == {
        (registrations[0].id, "present", other.device),
        (registrations[1].id, "late", None),
    }
    clock.shift(timedelta(minutes=1))
    assert tablet.send(cursor=changes["cursor"])["marks"] == []


def test_who_joins_or_leaves_the_list_comes_with_the_next_answer(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    cursor = tablet.roster()["cursor"]
    clock.shift(timedelta(minutes=1))
    moment = NOON + timedelta(minutes=1)
    release_seat(session, registrations[0], RegistrationStatus.CANCELLED, moment)
    newcomer = register_person(session, past_seminar, AIGUL, surname="Оспанова", phone="+77015550199")
    newcomer.status_since = moment
    changes = tablet.send(cursor=cursor)
    assert [person["id"] for person in changes["people"]] == [newcomer.id]
    assert changes["gone"] == [registrations[0].id]


def test_a_signature_is_stored_with_person_session_and_tablet(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    drawn = tablet.signature(registrations[0].id, past_seminar.sessions[1].id)
    assert tablet.send_and_list_outcomes(drawn, drawn) == ["stored", "known"]
    session.commit()
    [signature] = session.scalars(select(Signature))
    assert (signature.registration_id, signature.session_id, signature.device_id) == (
        registrations[0].id,
        past_seminar.sessions[1].id,
        tablet.device,
    )
    assert signature.strokes == drawn["strokes"]


def test_the_time_is_returned_without_caching(tablet: Tablet) -> None:
    answer = tablet.request("GET", "/time")
    assert answer.json == {"time": "2025-06-02T07:00:00.000Z"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_server_reads_a_pass_where_the_browser_cannot(tablet: Tablet) -> None:
    code = "PASS:ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    picture = io.BytesIO()
    qrcode.make(code).save(picture, "PNG")
    assert tablet.request("POST", "/read", data=picture.getvalue()).json == {"texts": [code]}
    assert tablet.request("POST", "/read", data=b"no picture").status_code == 400
    assert tablet.request("POST", "/read", data=b"0" * (2 * 1024 * 1024 + 1)).status_code == 413


def test_marks_keep_the_order_of_the_batch_if_the_clock_runs_backwards(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    session_id, people = past_seminar.sessions[0].id, [registration.id for registration in registrations]
    ids = sorted((str(generate_mark_id(NOON - timedelta(minutes=minute))) for minute in range(3)), reverse=True)
    marks = [tablet.mark(person, session_id, id=name) for person, name in zip(people, ids, strict=True)]
    tablet.send_and_list_outcomes(*marks)
    assert [str(mark.id) for mark in list_marks(session)] == ids


def test_a_tablet_receives_signatures_of_another_one_without_strokes(
    app: Flask,
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    other, session_id = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    cursor = tablet.roster()["cursor"]
    clock.shift(timedelta(minutes=1))
    tablet.send(tablet.signature(registrations[1].id, session_id))
    signature = other.signature(registrations[0].id, session_id)
    other.send(signature)
    clock.shift(timedelta(minutes=1))
    answer = tablet.send(cursor=cursor)
    assert answer["signed"] == [{"person": registrations[0].id, "session": session_id, "at": signature["at"]}]
    assert tablet.send(cursor=answer["cursor"])["signed"] == []
    assert {item["person"] for item in tablet.roster()["signed"]} == {registrations[1].id, registrations[0].id}
    assert "strokes" not in str(tablet.roster())


def test_the_signature_of_a_merged_person_is_sent_for_the_surviving_one(
    tablet: Tablet, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet.send(tablet.signature(registrations[0].id, past_seminar.sessions[0].id))
    registrations[0].status, registrations[0].merged_into_id = RegistrationStatus.MERGED, registrations[1].id
    assert [item["person"] for item in tablet.roster()["signed"]] == [registrations[1].id]

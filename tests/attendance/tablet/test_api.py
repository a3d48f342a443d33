"""What a tablet and the server say to each other: pairing, the roster, sync, the time."""

import hashlib
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
import qrcode
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import API, Tablet, create_paired_tablet, format_js_timestamp, get_device
from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.ledger import append_mark, generate_mark_id, load_seminar_attendance, summarize_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Device, Signature
from trainer.attendance.tablet.devices import PAIRING_VALIDITY, create_device, hash_device_secret, revoke_device
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.consent import build_personal_data_wording
from trainer.registration.models import Consent, Registration, RegistrationStatus
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


@pytest.fixture
def registrations(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Three people of the seminar."""
    found = [register_person(session, past_seminar, details) for details in (AIGUL, YERLAN, MARINA)]
    session.commit()
    return found


@pytest.fixture
def tablet(app: Flask, session: Session, past_seminar: Seminar, registrations: list[Registration]) -> Tablet:
    """A tablet of the seminar."""
    return create_paired_tablet(app, session, past_seminar)


def list_marks(session: Session) -> list[AttendanceMark]:
    """Every mark in the order received."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(AttendanceMark).order_by(AttendanceMark.received_at, AttendanceMark.id)))


def test_a_code_pairs_one_tablet_once(app: Flask, session: Session, past_seminar: Seminar) -> None:
    device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    client = app.test_client()
    first = client.post(f"{API}/pair", json={"code": code})
    told: Any = first.json
    assert (first.status_code, len(told["token"])) == (200, 43)
    assert told["device"] == {"id": device.id, "name": "Планшет"}
    again = client.post(f"{API}/pair", json={"code": code})
    assert (again.status_code, again.json) == (410, {"error": "expired"})


def test_a_code_is_worth_nothing_after_ten_minutes(
    app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    clock.shift(PAIRING_VALIDITY)
    answer = app.test_client().post(f"{API}/pair", json={"code": code})
    assert (answer.status_code, answer.json) == (410, {"error": "expired"})


@pytest.mark.parametrize("sent", [{"code": "A" * 26}, {"code": ""}, {"code": "\x00Ә" * 9}])
def test_a_code_that_nobody_made_pairs_nothing(app: Flask, past_seminar: Seminar, sent: dict[str, str]) -> None:
    answer = app.test_client().post(f"{API}/pair", json=sent)
    assert (answer.status_code, answer.json) == (404, {"error": "unknown"})


def test_neither_code_nor_token_stands_in_the_database(app: Flask, session: Session, past_seminar: Seminar) -> None:
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    told: Any = app.test_client().post(f"{API}/pair", json={"code": code}).json
    token = told["token"]
    kept = list(session.execute(select(*Device.__table__.c)).one())
    assert not {code, token} & set(kept)
    assert {hash_device_secret(code), hash_device_secret(token)} <= set(kept)


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/roster"), ("POST", "/sync"), ("GET", "/time"), ("POST", "/read")]
)
def test_nobody_else_is_answered(tablet: Tablet, method: str, address: str) -> None:
    more: dict[str, Any] = {"json": {"time": format_js_timestamp(NOON), "items": []}} if address == "/sync" else {}
    for token in ("", "forged", "Ә" * 43):
        tablet.token = token
        answer = tablet.request(method, address, headers={"Authorization": f"Bearer {token}".encode()}, **more)
        assert (answer.status_code, answer.json) == (401, {"error": "unknown"})


def test_a_revoked_tablet_is_told_so_and_what_it_sends_is_not_kept(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    revoke_device(get_device(session, tablet), NOON)
    clock.shift(timedelta(minutes=5))
    mark = tablet.mark(registrations[0].id, past_seminar.sessions[0].id)
    assert tablet.send(mark, status=401) == {"error": "revoked"}
    for method, address in (("GET", "/roster"), ("GET", "/time"), ("POST", "/read")):
        answer = tablet.request(method, address)
        assert (answer.status_code, answer.json) == (401, {"error": "revoked"})
    assert list_marks(session) == []
    assert get_device(session, tablet).seen_at == NOON + timedelta(minutes=5)


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
    keys = {"id", "seminar", "name", "sort", "search", "workplace", "pass", "photo"}
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
    mine, theirs = past_seminar.sessions[0].id, other.sessions[0].id
    marks = [tablet.mark(stranger.id, theirs), tablet.mark(stranger.id, mine), tablet.mark(registrations[0].id, theirs)]
    assert tablet.send_and_list_outcomes(*marks) == [
        "refused unknown_person",
        "refused unknown_person",
        "refused unknown_session",
    ]
    walk_in = tablet.walk_in(past_seminar.id) | {"seminar": other.id}
    assert tablet.send_and_list_outcomes(walk_in) == ["refused unknown_seminar"]
    assert len(list_marks(session)) == 1


def test_a_mark_is_kept_once_however_often_it_comes(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    mark = tablet.mark(registrations[0].id, past_seminar.sessions[0].id, "late", source="scan")
    assert tablet.send_and_list_outcomes(mark, mark) == ["stored", "known"]
    clock.shift(timedelta(minutes=1))
    assert tablet.send_and_list_outcomes(mark, {**mark, "status": "absent"}) == ["known", "known"]
    [kept] = list_marks(session)
    assert (str(kept.id), kept.status, kept.source, kept.device_id) == (mark["id"], LATE, "scan", tablet.device)
    assert (kept.made_at, kept.received_at, kept.skew, kept.user_id) == (NOON, NOON, 0, None)


def test_a_wrong_clock_is_measured_and_the_time_of_the_mark_put_right(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet.clock_lag = timedelta(days=20_000, seconds=3)
    tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, past_seminar.sessions[0].id), waiting=7)
    [kept] = list_marks(session)
    assert kept.made_at == NOON - tablet.clock_lag
    assert kept.skew == tablet.clock_lag / timedelta(milliseconds=1)
    device = get_device(session, tablet)
    assert (device.skew, device.unsent_count, device.seen_at) == (kept.skew, 7, NOON)
    [told] = tablet.roster()["marks"]
    assert told["at"] == format_js_timestamp(NOON)


def test_a_clock_put_right_before_the_marks_were_sent_moves_none_of_them(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    early = NOON - timedelta(hours=3)
    wrong: dict[str, Any] = {"at": format_js_timestamp(early), "skew": 3 * 3_600_000}
    walk_in = tablet.walk_in(past_seminar.id, **wrong)
    place = past_seminar.sessions[0].id
    items = (
        walk_in,
        tablet.mark(registrations[0].id, place, **wrong),
        tablet.signature(registrations[0].id, place, **wrong),
    )
    assert tablet.send_and_list_outcomes(*items) == ["stored"] * 3
    assert (
        tablet.send_and_list_outcomes(
            tablet.mark(registrations[1].id, place, skew=None), tablet.mark(registrations[2].id, place)
        )
        == ["stored"] * 2
    )
    assert [mark["at"] for mark in tablet.roster()["marks"]] == [format_js_timestamp(NOON)] * 3
    assert [item["at"] for item in tablet.roster()["signed"]] == [format_js_timestamp(NOON)]
    came = session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    assert {
        consent.given_at for consent in session.scalars(select(Consent).where(Consent.registration_id == came.id))
    } == {NOON}


@pytest.mark.parametrize("skew", ["3", 1.5, True, 10**18, -(10**30), [], {}])
def test_a_skew_that_can_not_be_loses_no_mark_and_counts_for_nothing(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration], skew: object
) -> None:
    tablet.clock_lag = timedelta(minutes=2)
    assert tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, past_seminar.sessions[0].id, skew=skew)) == [
        "stored"
    ]
    assert [mark.skew for mark in list_marks(session)] == [120_000]


def test_two_tablets_with_two_answers_make_a_question(
    tablet: Tablet, app: Flask, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    other, place = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    first, second = tablet.mark(registrations[0].id, place), other.mark(registrations[0].id, place, "absent")
    assert tablet.send_and_list_outcomes(first, tablet.mark(registrations[1].id, place)) == ["stored", "stored"]
    assert other.send_and_list_outcomes(second) == ["question"]
    assert tablet.send_and_list_outcomes(first) == ["question"]
    assert other.send_and_list_outcomes(other.mark(registrations[1].id, place)) == ["stored"]
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[registrations[0].id, place].is_conflicting
    assert summarize_attendance(session, past_seminar, registrations, NOON)[registrations[0].id].conflicting == 1


def test_what_others_marked_comes_with_the_next_answer(
    tablet: Tablet,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    other, place = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    cursor = tablet.roster()["cursor"]
    clock.shift(timedelta(minutes=1))
    mark = other.mark(registrations[0].id, place)
    other.send_and_list_outcomes(mark)
    append_mark(session, registrations[1], past_seminar.sessions[0], LATE, after=None, now=NOON + timedelta(minutes=1))
    clock.shift(timedelta(minutes=1))
    news = tablet.send(tablet.mark(registrations[2].id, place), cursor=cursor)
    assert {(mark["person"], mark["status"], mark["device"]) for mark in news["marks"]} == {
        (registrations[0].id, "present", other.device),
        (registrations[1].id, "late", None),
    }
    clock.shift(timedelta(minutes=1))
    assert tablet.send(cursor=news["cursor"])["marks"] == []


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
    news = tablet.send(cursor=cursor)
    assert [person["id"] for person in news["people"]] == [newcomer.id]
    assert news["gone"] == [registrations[0].id]


def test_somebody_who_came_without_registering_is_registered_with_consent(
    tablet: Tablet, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.capacity = 3
    walk_in, place = tablet.walk_in(past_seminar.id, photo=True), past_seminar.sessions[0].id
    mark = tablet.mark(walk_in["id"], place)
    past_seminar.project.business_number = "123456789012"  # the wording is another one now
    clock.shift(timedelta(hours=1))
    early = tablet.send(mark)["answers"]
    assert [(item["answer"], item["reason"]) for item in early] == [("refused", "unknown_person")]
    answers = tablet.send(mark, walk_in)["answers"]
    assert [answer["answer"] for answer in answers] == ["stored", "stored"]
    again = tablet.send(walk_in, mark, tablet.signature(walk_in["id"], place))["answers"]
    assert [item["answer"] for item in again] == ["known", "known", "stored"]
    assert again[0]["person"] == answers[1]["person"]
    session.commit()
    made = session.get_one(Registration, again[0]["person"])
    assert (made.status, made.walk_in_id, made.person.phone) == ("registered", uuid.UUID(walk_in["id"]), "+77025550177")
    assert {consent.text.purpose for consent in made.consents} == {"personal_data", "photo"}
    with tablet.app.app_context():
        assert build_personal_data_wording(past_seminar.project, "kk").body not in {
            consent.text.body for consent in made.consents
        }
    assert {consent.given_at for consent in made.consents} == {NOON}
    assert load_seminar_attendance(session, past_seminar)[made.id, place].status == PRESENT
    [person] = [person for person in tablet.roster()["seminars"][0]["people"] if person["id"] == made.id]
    assert person["photo"] is True


@pytest.mark.parametrize(
    "same", [{"surname": AIGUL.surname, "given_name": "айгуль", "phone": ""}, {"phone": AIGUL.phone}]
)
def test_somebody_who_likely_is_registered_is_a_question_that_keeps_the_marks(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration], same: dict[str, str]
) -> None:
    walk_in, place = tablet.walk_in(past_seminar.id, **same), past_seminar.sessions[0].id
    number = tablet.send(walk_in, tablet.mark(walk_in["id"], place))["answers"][0]["person"]
    session.commit()
    made = session.get_one(Registration, number)
    assert (made.status, made.likely_duplicate_of_id) == ("duplicate", registrations[0].id)
    assert load_seminar_attendance(session, past_seminar)[number, place].status == PRESENT
    assert number in [person["id"] for person in tablet.roster()["seminars"][0]["people"]]


def test_two_people_without_a_phone_are_two_people(tablet: Tablet, session: Session, past_seminar: Seminar) -> None:
    first = tablet.walk_in(past_seminar.id, phone="")
    second = tablet.walk_in(past_seminar.id, phone="", surname="Ахметов", given_name="Нұрлан")
    assert tablet.send_and_list_outcomes(first, second) == ["stored", "stored"]
    session.commit()
    assert {registration.status for registration in session.scalars(select(Registration))} == {"registered"}


def test_a_number_that_cannot_be_called_keeps_nobody_out(
    tablet: Tablet, session: Session, past_seminar: Seminar
) -> None:
    assert tablet.send_and_list_outcomes(tablet.walk_in(past_seminar.id, phone="12-34")) == ["stored"]
    session.commit()
    assert "12-34" in session.scalars(select(Person.phone)).all()


def test_nobody_who_came_is_sent_away_for_what_was_typed(
    tablet: Tablet, session: Session, past_seminar: Seminar
) -> None:
    known, place = tablet.walk_in(past_seminar.id), past_seminar.sessions[0].id
    people = [{**known, "id": tablet.mark(1, 1)["id"], item[0]: item[1]} for item in TYPED]
    told = tablet.send_and_list_outcomes(
        *(item for person in people for item in (person, tablet.mark(person["id"], place)))
    )
    assert told[1::2] == ["stored"] * len(people)
    session.commit()
    came = session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None)).order_by(Registration.id))
    found = [item.person for item in came]
    kept = [getattr(person, field) for person, (field, *_more) in zip(found, TYPED, strict=True)]
    assert list(zip(kept, told[::2], strict=True)) == [item[2:] for item in TYPED]
    assert not any("900101300017" in item.search_text for item in found)


def test_a_merge_brings_the_marks_to_the_one_who_is_kept_and_is_taken_back(
    tablet: Tablet,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    place = past_seminar.sessions[0].id
    walk_in = tablet.walk_in(past_seminar.id, phone=AIGUL.phone)
    mark = tablet.mark(walk_in["id"], place)
    answers = tablet.send(walk_in, mark)
    number = answers["answers"][0]["person"]
    session.commit()
    clock.shift(timedelta(minutes=1))
    merge_registration(session, session.get_one(Registration, number), registrations[0], NOON + timedelta(minutes=1))
    news = tablet.send(cursor=answers["cursor"])
    assert news["gone"] == [number]
    assert [(mark["id"], mark["person"]) for mark in news["marks"]] == [(mark["id"], registrations[0].id)]
    assert load_seminar_attendance(session, past_seminar)[registrations[0].id, place].status == PRESENT
    assert tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, place, "absent")) == ["question"]
    assert tablet.send_and_list_outcomes(mark) == ["question"]
    clock.shift(timedelta(minutes=1))
    session.commit()
    unmerge_registration(session, session.get_one(Registration, number), NOON + timedelta(minutes=2))
    back = tablet.send(cursor=news["cursor"])
    assert [person["id"] for person in back["people"]] == [number]
    assert (mark["id"], number) in [(mark["id"], mark["person"]) for mark in back["marks"]]
    found = load_seminar_attendance(session, past_seminar)
    assert (found[number, place].status, found[registrations[0].id, place].status) == (PRESENT, ABSENT)


def test_a_signature_is_kept_with_its_person_session_and_tablet(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    drawn = tablet.signature(registrations[0].id, past_seminar.sessions[1].id)
    assert tablet.send_and_list_outcomes(drawn, drawn) == ["stored", "known"]
    session.commit()
    [kept] = session.scalars(select(Signature))
    assert (kept.registration_id, kept.session_id, kept.device_id) == (
        registrations[0].id,
        past_seminar.sessions[1].id,
        tablet.device,
    )
    assert kept.strokes == drawn["strokes"]


def test_a_cancelled_registration_can_still_be_marked_by_a_tablet_that_has_not_heard_of_it(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    release_seat(session, registrations[0], RegistrationStatus.CANCELLED, NOON)
    assert tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, past_seminar.sessions[0].id)) == ["stored"]


DEEP: Any = []
for _level in range(500):
    DEEP = [DEEP]
NO_ITEMS: list[Any] = [
    None,
    float("nan"),
    7,
    [],
    "mark",
    {},
    {"kind": "mark"},
    {"kind": ["mark"]},
    {"kind": "mark", "id": "x" * 100_000},
    {"id": {"id": 1}, "kind": "walk_in"},
]
NO_MARKS: list[dict[str, Any]] = [
    {"id": 7},
    {"id": "{12345678-1234-7234-8234-123456789abc}"[:36]},
    {"id": None},
    {"person": 1.5},
    {"person": True},
    {"person": float("nan")},
    {"session": float("inf")},
    {"person": [1]},
    {"person": "nobody"},
    {"session": "1"},
    {"session": DEEP},
    {"status": "asleep"},
    {"status": ["present"]},
    {"status": None},
    {"after": 7},
    {"after": "x"},
    {"at": "yesterday"},
    {"at": "2025-06-02T12:00:00"},
    {"at": "0001-01-01T00:00:00+23:59"},
    {"at": "9999-12-31T23:59:59-23:59"},
    {"at": 1748847600},
    {"source": "desk"},
    {"source": "paper"},
    {"kind": "decision"},
]
NO_STROKES: list[Any] = [
    [],
    [[]],
    "line",
    [[[0]]],
    [[[0, 0, 0]]],
    [[[1001, 0]]],
    [[[0, 401]]],
    [[[-1, 0]]],
    [[[0.5, 1]]],
    [[[True, 1]]],
    [[[0, 0]] * 5001],
    [[0, 0]],
    [DEEP],
    {"0": 0},
]
NO_PEOPLE: list[dict[str, Any]] = [
    {"surname": "Ә" * 500_000},
    {"surname": "\ud800"},
    {"surname": "🙂"},
    {"surname": "  "},
    {"given_name": "123"},
    {"given_name": None},
    {"workplace": ["x"]},
    {"surname": "900101300017"},
    {"language": "fr"},
    {"language": {}},
    {"photo": "yes"},
    {"consent": "0" * 16},
    {"consent": ""},
    {"at": 0},
    {"phone": 87015550101},
]
TYPED = [
    ("phone", "87015550101, 87475550202", "87015550101, 8747555", "stored"),
    ("phone", "8 (701) 555 - 01 - 01 🙂", "+77015550101", "stored"),
    ("phone", "900101300017", "", "stored iin"),
    ("surname", "Абдрахманова 🙂", "Абдрахманова", "stored"),
    ("surname", "Әмі\x00ров", "Әміров", "stored"),
    ("given_name", "Гүл\nСәуле", "Гүл Сәуле", "stored"),
    ("surname", "Ахметова 900101300017", "Ахметова", "stored iin"),
    ("position", "900101300017", "", "stored iin"),
    ("position", "дәрігер 900101300017, 2-санат", "дәрігер , 2-санат", "stored iin"),
    ("workplace", "<b>№ 3 емхана</b>", "b№ 3 емхана/b", "stored"),
    ("workplace", "ә" * 300, "ә" * 200, "stored"),
    ("workplace", "ә" * 188 + "9001013000179", "ә" * 188, "stored"),
]
NO_ROWS = [(0, 1), (-1, 1), (2**31, 1), (10**400, 1), (10**9, 1), (1, 0), (1, 10**30)]


def test_what_makes_no_sense_is_refused_alone(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    person, place = registrations[0].id, past_seminar.sessions[0].id
    marks = [tablet.mark(person, place) | no_mark for no_mark in NO_MARKS]
    drawn = [tablet.signature(person, place, strokes=no_stroke) for no_stroke in NO_STROKES]
    first, last = tablet.mark(person, place), tablet.mark(registrations[1].id, place)
    answers = tablet.send(first, *NO_ITEMS, *marks, *drawn, last)["answers"]
    assert [answer["answer"] for answer in answers] == ["stored", *["refused"] * (len(answers) - 2), "stored"]
    assert {answer["reason"] for answer in answers[1:-1]} == {"malformed"}
    assert [str(mark.id) for mark in list_marks(session)] == [first["id"], last["id"]]


def test_a_number_that_no_row_has_is_unknown(tablet: Tablet, registrations: list[Registration]) -> None:
    told = tablet.send_and_list_outcomes(*(tablet.mark(person, place) for person, place in NO_ROWS))
    assert told == ["refused unknown_person"] * 5 + ["refused unknown_session"] * 2


def test_a_walk_in_that_makes_no_sense_is_refused_alone(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    place, known = past_seminar.sessions[0].id, tablet.walk_in(past_seminar.id)
    people = [{**known, "id": tablet.mark(1, 1)["id"], **person} for person in NO_PEOPLE]
    items = [item for person in people for item in (person, tablet.mark(person["id"], place))]
    answers = tablet.send(*items, tablet.mark(registrations[0].id, place))["answers"]
    assert [answer["answer"] for answer in answers] == ["refused"] * len(items) + ["stored"]
    assert {answer["reason"] for answer in answers[1:-1:2]} == {"unknown_person"}
    assert {answer["reason"] for answer in answers[:-1:2]} == {"malformed", "name", "consent"}
    session.commit()
    assert len(session.scalars(select(Person)).all()) == 3


NO_BATCHES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe\xfa",
    b"[" * 200_000,
    b'{"items": ' + b"[" * 100_000,
    b'{"time": NaN, "items": []}',
    b'{"time": "2025-06-02T07:00:00Z", "items": [{"person": ' + b"9" * 5000 + b"}]}",
    b'{"time": "2025-06-02T07:00:00Z", "items": {}}',
    b'{"time": "2025-06-02T07:00:00Z"}',
    b'{"time": 7, "items": []}',
    b'{"items": []}',
]


def test_what_is_no_batch_is_refused(tablet: Tablet) -> None:
    for content in NO_BATCHES:
        answer = tablet.request("POST", "/sync", data=content, content_type="application/json")
        assert (answer.status_code, answer.json) == (400, {"error": "malformed"}), content[:80]


def test_a_batch_is_json_and_not_too_large(tablet: Tablet) -> None:
    answer = tablet.request("POST", "/sync", data={"items": "[]"})
    assert (answer.status_code, answer.json) == (415, {"error": "not_json"})
    assert tablet.send(*([None] * 501), status=413) == {"error": "too_large"}
    answer = tablet.request("POST", "/sync", data=b" " * 5_000_000, content_type="application/json")
    assert (answer.status_code, answer.json) == (413, {"error": "too_large"})


NO_CURSORS = [7, "", "x", "2025-06-02T07:00:00", {}, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z"]


def test_a_cursor_that_cannot_be_read_gives_everything(
    tablet: Tablet, session: Session, registrations: list[Registration]
) -> None:
    mark_sessions(session, registrations[0], PRESENT)
    for cursor in NO_CURSORS:
        assert [mark["person"] for mark in tablet.send(cursor=cursor)["marks"]] == [registrations[0].id], cursor


def test_the_time_is_told(tablet: Tablet) -> None:
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


@pytest.mark.usefixtures("rate_limits")
def test_pairing_is_limited_for_each_code_and_syncing_hardly(tablet: Tablet, app: Flask) -> None:
    client = app.test_client()
    answers = [client.post(f"{API}/pair", json={"code": "A" * 26}).status_code for _try in range(11)]
    assert answers == [404] * 10 + [429]
    assert client.post(f"{API}/pair", json={"code": "B" * 26}).json == {"error": "unknown"}
    assert {tablet.request("GET", "/time").status_code for _try in range(100)} == {200}


def test_a_cookie_of_the_organizer_opens_nothing_here(organizer: Visitor, tablet: Tablet) -> None:
    assert organizer.client.get(f"{API}/roster").status_code == 401


def test_the_order_in_a_batch_is_kept_although_the_clock_ran_backwards(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    place, people = past_seminar.sessions[0].id, [registration.id for registration in registrations]
    ids = sorted((str(generate_mark_id(NOON - timedelta(minutes=minute))) for minute in range(3)), reverse=True)
    marks = [tablet.mark(person, place, id=name) for person, name in zip(people, ids, strict=True)]
    tablet.send_and_list_outcomes(*marks)
    assert [str(mark.id) for mark in list_marks(session)] == ids


def test_a_tablet_is_told_who_has_signed_on_another_one_and_not_how(
    app: Flask,
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    other, place = create_paired_tablet(app, session, past_seminar, name="Планшет 2"), past_seminar.sessions[0].id
    cursor = tablet.roster()["cursor"]
    clock.shift(timedelta(minutes=1))
    tablet.send(tablet.signature(registrations[1].id, place))
    signature = other.signature(registrations[0].id, place)
    other.send(signature)
    clock.shift(timedelta(minutes=1))
    told = tablet.send(cursor=cursor)
    assert told["signed"] == [{"person": registrations[0].id, "session": place, "at": signature["at"]}]
    assert tablet.send(cursor=told["cursor"])["signed"] == []
    assert {item["person"] for item in tablet.roster()["signed"]} == {registrations[1].id, registrations[0].id}
    assert "strokes" not in str(tablet.roster())


def test_the_signature_of_somebody_merged_is_told_of_the_one_who_was_kept(
    tablet: Tablet, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet.send(tablet.signature(registrations[0].id, past_seminar.sessions[0].id))
    registrations[0].status, registrations[0].merged_into_id = RegistrationStatus.MERGED, registrations[1].id
    assert [item["person"] for item in tablet.roster()["signed"]] == [registrations[1].id]

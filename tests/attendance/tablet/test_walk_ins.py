"""People who came without registering: registration, consent, likely duplicates, merges, and refused items."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import Tablet
from tests.factories import AIGUL, NOON
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceStatus
from trainer.people.models import Person
from trainer.registration.consent import build_personal_data_wording
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


def test_a_walk_in_is_registered_with_consent(
    tablet: Tablet, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.capacity = 3
    walk_in, session_id = tablet.walk_in(past_seminar.id, photo=True), past_seminar.sessions[0].id
    mark = tablet.mark(walk_in["id"], session_id)
    past_seminar.project.business_number = "123456789012"  # the wording is another one now
    clock.shift(timedelta(hours=1))
    early = tablet.send(mark)["answers"]
    assert [(item["answer"], item["reason"]) for item in early] == [("refused", "unknown_person")]
    answers = tablet.send(mark, walk_in)["answers"]
    assert [answer["answer"] for answer in answers] == ["stored", "stored"]
    again = tablet.send(walk_in, mark, tablet.signature(walk_in["id"], session_id))["answers"]
    assert [item["answer"] for item in again] == ["known", "known", "stored"]
    assert again[0]["person"] == answers[1]["person"]
    session.commit()
    registration = session.get_one(Registration, again[0]["person"])
    assert (registration.status, registration.walk_in_id, registration.person.phone) == (
        "registered",
        uuid.UUID(walk_in["id"]),
        "+77025550177",
    )
    assert {consent.text.purpose for consent in registration.consents} == {"personal_data", "photo"}
    with tablet.app.app_context():
        assert build_personal_data_wording(past_seminar.project, "kk").body not in {
            consent.text.body for consent in registration.consents
        }
    assert {consent.given_at for consent in registration.consents} == {NOON}
    assert load_seminar_attendance(session, past_seminar)[registration.id, session_id].status == PRESENT
    [person] = [person for person in tablet.roster()["seminars"][0]["people"] if person["id"] == registration.id]
    assert person["photo"] is True


@pytest.mark.parametrize(
    "same", [{"surname": AIGUL.surname, "given_name": "айгуль", "phone": ""}, {"phone": AIGUL.phone}]
)
def test_a_walk_in_who_is_probably_registered_is_a_likely_duplicate_with_marks(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration], same: dict[str, str]
) -> None:
    walk_in, session_id = tablet.walk_in(past_seminar.id, **same), past_seminar.sessions[0].id
    number = tablet.send(walk_in, tablet.mark(walk_in["id"], session_id))["answers"][0]["person"]
    session.commit()
    registration = session.get_one(Registration, number)
    assert (registration.status, registration.is_likely_duplicate) == ("registered", True)
    assert registration.likely_duplicate_of_id == registrations[0].id
    assert load_seminar_attendance(session, past_seminar)[number, session_id].status == PRESENT
    assert number in [person["id"] for person in tablet.roster()["seminars"][0]["people"]]


def test_two_people_without_a_phone_are_two_people(tablet: Tablet, session: Session, past_seminar: Seminar) -> None:
    first = tablet.walk_in(past_seminar.id, phone="")
    second = tablet.walk_in(past_seminar.id, phone="", surname="Ахметов", given_name="Нұрлан")
    assert tablet.send_and_list_outcomes(first, second) == ["stored", "stored"]
    session.commit()
    assert {registration.status for registration in session.scalars(select(Registration))} == {"registered"}


@pytest.mark.parametrize("phone", ["нет", "жоқ", "-", "12345", "8 701 555 80 08, үй: 50-10-10"])
def test_two_people_with_the_same_text_for_a_phone_are_two_people(
    tablet: Tablet, session: Session, past_seminar: Seminar, phone: str
) -> None:
    first = tablet.walk_in(past_seminar.id, phone=phone)
    second = tablet.walk_in(past_seminar.id, phone=phone, surname="Ахметов", given_name="Нұрлан")
    assert tablet.send_and_list_outcomes(first, second) == ["stored", "stored"]
    session.commit()
    assert {registration.status for registration in session.scalars(select(Registration))} == {"registered"}


def test_an_invalid_phone_number_does_not_prevent_registration(
    tablet: Tablet, session: Session, past_seminar: Seminar
) -> None:
    assert tablet.send_and_list_outcomes(tablet.walk_in(past_seminar.id, phone="12-34")) == ["stored"]
    session.commit()
    assert "12-34" in session.scalars(select(Person.phone)).all()


def test_invalid_text_of_a_walk_in_is_cleaned_instead_of_refused(
    tablet: Tablet, session: Session, past_seminar: Seminar
) -> None:
    known, session_id = tablet.walk_in(past_seminar.id), past_seminar.sessions[0].id
    people = [{**known, "id": tablet.mark(1, 1)["id"], item[0]: item[1]} for item in TYPED]
    outcomes = tablet.send_and_list_outcomes(
        *(item for person in people for item in (person, tablet.mark(person["id"], session_id)))
    )
    assert outcomes[1::2] == ["stored"] * len(people)
    session.commit()
    walk_ins = session.scalars(
        select(Registration).where(Registration.walk_in_id.is_not(None)).order_by(Registration.id)
    )
    result = [item.person for item in walk_ins]
    stored = [getattr(person, field) for person, (field, *_more) in zip(result, TYPED, strict=True)]
    assert list(zip(stored, outcomes[::2], strict=True)) == [item[2:] for item in TYPED]
    assert not any("900101300017" in item.search_text for item in result)


def test_a_merge_moves_the_marks_to_the_surviving_registration_and_can_be_undone(
    tablet: Tablet,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    session_id = past_seminar.sessions[0].id
    walk_in = tablet.walk_in(past_seminar.id, phone=AIGUL.phone)
    mark = tablet.mark(walk_in["id"], session_id)
    answers = tablet.send(walk_in, mark)
    number = answers["answers"][0]["person"]
    session.commit()
    clock.shift(timedelta(minutes=1))
    merge_registration(session, session.get_one(Registration, number), registrations[0], NOON + timedelta(minutes=1))
    changes = tablet.send(cursor=answers["cursor"])
    assert changes["gone"] == [number]
    assert [(mark["id"], mark["person"]) for mark in changes["marks"]] == [(mark["id"], registrations[0].id)]
    assert load_seminar_attendance(session, past_seminar)[registrations[0].id, session_id].status == PRESENT
    assert tablet.send_and_list_outcomes(tablet.mark(registrations[0].id, session_id, "absent")) == ["question"]
    assert tablet.send_and_list_outcomes(mark) == ["question"]
    clock.shift(timedelta(minutes=1))
    session.commit()
    unmerge_registration(session, session.get_one(Registration, number), NOON + timedelta(minutes=2))
    back = tablet.send(cursor=changes["cursor"])
    assert [person["id"] for person in back["people"]] == [number]
    assert (mark["id"], number) in [(mark["id"], mark["person"]) for mark in back["marks"]]
    attendance_by_key = load_seminar_attendance(session, past_seminar)
    assert (
        attendance_by_key[number, session_id].status,
        attendance_by_key[registrations[0].id, session_id].status,
    ) == (PRESENT, ABSENT)


NO_PEOPLE: list[dict[str, Any]] = [
    {"surname": "Ә" * 500_000},
    {"surname": "\ud800"},
    {"surname": "🙂"},
    {"surname": "  ", "given_name": ""},
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
    ("phone", "87015550101, 87475550202", "87015550101, 87475550202", "stored"),
    ("phone", "8 701 555 80 07 / 8 775 555 80 07", "8 701 555 80 07 / 8 775 555 80 07", "stored"),
    ("phone", "8701AAA0101", "8701AAA0101", "stored"),
    ("phone", "\u202a8 701 555 01 01\u202c", "+77015550101", "stored"),
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


def test_invalid_walk_ins_are_refused_by_themselves(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    session_id, known = past_seminar.sessions[0].id, tablet.walk_in(past_seminar.id)
    people = [{**known, "id": tablet.mark(1, 1)["id"], **person} for person in NO_PEOPLE]
    items = [item for person in people for item in (person, tablet.mark(person["id"], session_id))]
    answers = tablet.send(*items, tablet.mark(registrations[0].id, session_id))["answers"]
    assert [answer["answer"] for answer in answers] == ["refused"] * len(items) + ["stored"]
    assert {answer["reason"] for answer in answers[1:-1:2]} == {"unknown_person"}
    assert {answer["reason"] for answer in answers[:-1:2]} == {"malformed", "name", "consent"}
    session.commit()
    assert len(session.scalars(select(Person)).all()) == 3


def test_somebody_who_cancelled_and_came_gets_the_registration_back(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    cancelled = registrations[0]
    cancelled.status = RegistrationStatus.CANCELLED
    person = cancelled.person
    walk_in = tablet.walk_in(
        past_seminar.id,
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        phone=person.phone,
    )
    mark = tablet.mark(walk_in["id"], past_seminar.sessions[0].id)
    for outcome in ("stored", "known"):
        assert tablet.send_and_list_outcomes(walk_in, mark) == [outcome, outcome]
    session.expire_all()
    assert (cancelled.status, cancelled.walk_in_id) == (RegistrationStatus.REGISTERED, uuid.UUID(walk_in["id"]))
    assert load_seminar_attendance(session, past_seminar)[cancelled.id, past_seminar.sessions[0].id].status == PRESENT

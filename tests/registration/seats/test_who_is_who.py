"""Who is a likely duplicate: phone, name and patronymic decide; an import alarms nobody; decisions for many at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker
from tests.registration.factories import list_registrations, list_statuses
from tests.visitor import Visitor
from trainer.messages.models import Message
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.duplicates import find_likely_duplicate, unmerge_registration
from trainer.registration.seats.enrolment import register_people
from trainer.seminars.models import Seminar

DANIYAR = Applicant("Ибрагимов", "Данияр", "Саматұлы", "+77015550111", "", "", "", "kk")
ANOTHER_PHONE = "+77015550112"
REGISTERED, MERGED = RegistrationStatus.REGISTERED, RegistrationStatus.MERGED


@pytest.mark.parametrize(
    ("changes", "is_likely"),
    [
        ({"patronymic": "Тимурұлы", "phone": ANOTHER_PHONE}, False),
        ({"patronymic": "Тимурұлы"}, True),
        ({"patronymic": "", "phone": ANOTHER_PHONE}, True),
        ({"patronymic": "САМАТУЛЫ", "phone": ANOTHER_PHONE}, True),
        ({"surname": "Ким", "given_name": "Лев", "patronymic": ""}, True),
        ({"surname": "Ким", "given_name": "Лев", "patronymic": "", "phone": ANOTHER_PHONE}, False),
        ({"surname": "Ким", "given_name": "Лев", "phone": ANOTHER_PHONE, "email": "daniyar@example.org"}, True),
        ({"surname": "Ким", "given_name": "Лев", "phone": ANOTHER_PHONE, "email": ""}, False),
    ],
)
def test_name_patronymic_phone_and_email_decide(
    session: Session, seminar: Seminar, changes: dict[str, str], is_likely: bool
) -> None:
    first = register_person(session, seminar, DANIYAR, email="daniyar@example.org")
    second = register_person(session, seminar, DANIYAR, **changes)
    assert (second.is_likely_duplicate, second.likely_duplicate_of) == (is_likely, first if is_likely else None)
    assert second.status == REGISTERED


def test_a_list_tells_apart_what_the_form_tells_apart(session: Session, seminar: Seminar) -> None:
    seminar.capacity = 100
    people = [
        replace(DANIYAR, patronymic=patronymic, phone=f"+770155502{number:02d}")
        for number, patronymic in enumerate(("Саматұлы", "Тимурұлы", "Ерланұлы", "Асқарұлы"))
    ]
    first_time = register_people(session, seminar, people, NOON)
    assert not any(result.registration.is_likely_duplicate for result in first_time)
    again = register_people(session, seminar, people, NOON)
    assert all(result.was_listed for result in again)
    other = register_people(session, seminar, [replace(people[0], patronymic="Болатұлы")], NOON)[0]
    assert (other.was_listed, other.registration.is_likely_duplicate) == (False, True)


@given(
    st.lists(st.tuples(st.sampled_from(("", "Саматұлы", "Тимурұлы")), *[st.integers(0, 3)] * 2), min_size=2, max_size=6)
)
@settings(max_examples=20)
def test_a_list_and_the_form_agree_on_every_newcomer(
    session: Session, seminar: Seminar, drawn: list[tuple[str, int, int]]
) -> None:
    people = [
        replace(
            DANIYAR,
            patronymic=patronymic,
            phone=f"+770155503{phone:02d}",
            email=f"{email}@example.org" if email else "",
        )
        for patronymic, phone, email in drawn
    ]
    with session.begin_nested() as savepoint:
        seminar.capacity = 100
        for person in people:
            expected = find_likely_duplicate(session, seminar, person)
            [result] = register_people(session, seminar, [person], NOON)
            if not result.was_listed:
                assert result.registration.likely_duplicate_of is expected
        savepoint.rollback()


def test_an_import_alarms_nobody(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    [result] = register_people(session, seminar, [replace(YERLAN, phone=AIGUL.phone)], NOON)
    assert result.registration.is_likely_duplicate
    session.commit()
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    people = [message.person_id for message in session.scalars(select(Message).order_by(Message.id))]
    assert people == [aigul.person_id, result.registration.person_id], "each is told of the own registration, once"


@pytest.fixture
def doubles(session: Session, seminar: Seminar) -> list[Registration]:
    """Return three likely duplicates of Aigul."""
    register_person(session, seminar, AIGUL)
    people = [replace(YERLAN, given_name=name, phone=AIGUL.phone) for name in ("Ерлан", "Ержан", "Ерік")]
    ids = [result.registration.id for result in register_people(session, seminar, people, NOON)]
    session.commit()
    return [session.get_one(Registration, registration_id) for registration_id in ids]


def decide_for_many(organizer: Visitor, seminar: Seminar, status: int = 303, **choices: Any) -> None:
    """Send the form that decides for several likely duplicates."""
    address = f"/desk/seminars/{seminar.id}/duplicates"
    page = organizer.get(address)
    forms = map(page.read_form, range(len(page.list_forms())))
    fields = next(form[1] for form in forms if form[0].endswith("/duplicates"))
    organizer.post(address, {**fields, **choices}, status=status)


@pytest.mark.parametrize(("decision", "status"), [("other", REGISTERED), ("same", MERGED)])
def test_all_likely_duplicates_are_decided_at_once(
    organizer: Visitor,
    session: Session,
    seminar: Seminar,
    doubles: list[Registration],
    decision: str,
    status: RegistrationStatus,
) -> None:
    decide_for_many(organizer, seminar, everybody="y", decision=decision)
    session.expire_all()
    assert list_statuses(list_registrations(session)) == ["registered", *[status] * 3]
    assert not any(double.is_likely_duplicate for double in doubles)


def test_some_are_decided_at_once_and_it_can_be_undone(
    organizer: Visitor, session: Session, seminar: Seminar, doubles: list[Registration]
) -> None:
    first = doubles[0].likely_duplicate_of_id
    other_than_shown = f"{doubles[1].id}-{doubles[2].id}"
    decide_for_many(organizer, seminar, chosen=[f"{doubles[0].id}-{first}", other_than_shown], decision="same")
    session.expire_all()
    assert list_statuses(doubles) == [MERGED, REGISTERED, REGISTERED]
    assert [double.is_likely_duplicate for double in doubles] == [False, True, True]
    page = organizer.get(f"/desk/seminars/{seminar.id}/duplicates")
    forms = map(page.read_form, range(len(page.list_forms())))
    target, fields = next(form for form in forms if form[0].endswith("/undo"))
    organizer.post(target, fields)
    session.expire_all()
    assert list_statuses(doubles) == [REGISTERED] * 3
    assert all(double.is_likely_duplicate for double in doubles)


def test_nothing_chosen_changes_nothing(
    organizer: Visitor, session: Session, seminar: Seminar, doubles: list[Registration]
) -> None:
    decide_for_many(organizer, seminar, decision="other")
    decide_for_many(organizer, seminar, 400, everybody="y", decision="maybe")
    session.expire_all()
    assert list_statuses(doubles) == [REGISTERED] * 3
    assert all(double.is_likely_duplicate for double in doubles)


def test_undoing_a_merge_alarms_nobody(
    worker: BackgroundWorker,
    organizer: Visitor,
    session: Session,
    seminar: Seminar,
    doubles: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    decide_for_many(organizer, seminar, everybody="y", decision="same")
    session.expire_all()
    unmerge_registration(session, doubles[0], NOON)
    session.commit()
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    people = [message.person_id for message in session.scalars(select(Message).order_by(Message.id))]
    surviving = doubles[0].likely_duplicate_of
    assert surviving is not None
    assert people == [surviving.person_id, doubles[0].person_id], "each is told of the own seat, and of nothing else"

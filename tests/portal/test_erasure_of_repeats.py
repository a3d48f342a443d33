"""Erasure where one person has several registrations, and where somebody else used the details of a person."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, create_seminar, mark_sessions, register_person
from tests.fake_smtp import BackgroundWorker
from tests.portal.traces import list_traces
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.desk.bulk_actions import BulkAction, run_bulk_action
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.cancellation import cancel_registration
from trainer.registration.seats.duplicates import merge_registration
from trainer.registration.seats.enrolment import register_known_person
from trainer.seminars.models import Seminar


def erase(visitor: Visitor, session: Session, registration: Registration) -> None:
    """Confirm the erasure on the personal page."""
    visitor.submit(f"/r/{registration.token}/erase")
    session.expire_all()


def read_person(session: Session, person_id: int) -> Person:
    """Return a person as stored."""
    session.expire_all()
    return session.get_one(Person, person_id)


def test_with_a_person_go_all_the_registrations_that_only_repeat_theirs(
    stranger: Visitor,
    session: Session,
    seminar: Seminar,
    worker: BackgroundWorker,
    clock: time_machine.Traveller,
) -> None:
    for _time in range(2):
        cancel_registration(session, register_person(session, seminar), NOON)
    first = register_person(session, seminar)
    changes: dict[str, str]
    for changes in ({}, {"email": ""}, {"patronymic": ""}, {"surname": "ОТЕГЕНОВА"}):
        register_person(session, seminar, AIGUL, **changes)
    merged = register_person(session, seminar, given_name="Айгуль", phone="+77015550190", email="")
    merge_registration(session, merged, first, NOON)
    ids = [registration.id for registration in session.scalars(select(Registration))][-3:]
    run_bulk_action(session, seminar, BulkAction.CANCEL, ids[:1], None, NOON)  # recorded for an undo
    session.commit()
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    assert len(list_traces(session)) > 8
    erase(stranger, session, first)
    assert list_traces(session) == []
    assert {registration.status for registration in session.scalars(select(Registration))} <= {
        "cancelled",
        "superseded",
        "merged",
    }


@pytest.mark.parametrize("status", ["duplicate", "merged", "cancelled", "superseded"])
def test_every_registration_can_be_erased_on_its_own_page_and_no_other_one_with_it(
    stranger: Visitor, session: Session, seminar: Seminar, status: str
) -> None:
    first = register_person(session, seminar, YERLAN, phone=AIGUL.phone if status != "superseded" else YERLAN.phone)
    if status in ("cancelled", "superseded"):
        mine = register_person(session, seminar, AIGUL, phone="+77015550101")
        cancel_registration(session, mine, NOON)
        if status == "superseded":
            first = register_person(session, seminar, AIGUL, email="", workplace="Емхана", position="")
    else:
        mine = register_person(session, seminar, AIGUL)
        if status == "merged":
            merge_registration(session, mine, first, NOON)
    session.commit()
    before = {column: getattr(first.person, column) for column in ("surname", "phone", "workplace", "email")}
    page = stranger.get(f"/r/{mine.token}")
    assert f"/r/{mine.token}/erase" in page.list_links()
    erase(stranger, session, mine)
    assert read_person(session, mine.person_id).full_name == "—"
    person = read_person(session, first.person_id)
    assert {column: getattr(person, column) for column in before} == before
    assert (first.status, first.is_likely_duplicate) == (RegistrationStatus.REGISTERED, False)


def test_who_types_the_details_of_somebody_erases_nothing_of_that_person(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    thief = register_person(session, seminar)
    session.commit()
    erase(stranger, session, thief)
    assert read_person(session, aigul.person_id).phone == AIGUL.phone
    assert aigul.status == RegistrationStatus.REGISTERED
    cancel_registration(session, aigul, NOON)
    second_thief = register_person(session, seminar, email="thief@example.org")
    other = create_seminar(session, seminar.project, NOON + timedelta(days=12), slug="other")
    register_known_person(session, aigul.person, other, NOON)
    session.commit()
    erase(stranger, session, second_thief)
    assert read_person(session, aigul.person_id).phone == AIGUL.phone
    assert aigul.status == RegistrationStatus.CANCELLED, "it stands on the list for itself again"


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": "Оразов", "given_name": "Тимур", "patronymic": ""},
        {"phone": "+77015550199"},
        {"patronymic": "Ерланқызы"},
        {"email": "other@example.org"},
    ],
    ids=str,
)
def test_whoever_may_be_another_person_stays(
    stranger: Visitor, session: Session, seminar: Seminar, changes: dict[str, str]
) -> None:
    aigul = register_person(session, seminar)
    other = register_person(session, seminar, AIGUL, **changes)
    assert other.is_likely_duplicate
    session.commit()
    erase(stranger, session, aigul)
    assert read_person(session, other.person_id).erased_at is None
    assert (other.status, other.is_likely_duplicate) == (RegistrationStatus.REGISTERED, False)


def test_a_repeat_that_the_organizer_kept_as_another_person_stays(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul, other = register_person(session, seminar), register_person(session, seminar)
    run_bulk_action(session, seminar, BulkAction.SEPARATE_PERSON, [other.id], None, NOON)
    session.commit()
    erase(stranger, session, aigul)
    assert read_person(session, other.person_id).erased_at is None


def test_the_page_of_a_merged_registration_does_not_tell_what_the_other_one_attended(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    first = register_person(session, past_seminar)
    mark_sessions(session, first, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    double = register_person(session, past_seminar, email="thief@example.org")
    merge_registration(session, double, first, NOON)
    session.commit()
    page = stranger.get(f"/r/{double.token}/erase")
    assert past_seminar.title.kk not in page.words
    erase(stranger, session, double)
    assert read_person(session, double.person_id).erased_at is not None
    assert read_person(session, first.person_id).erasure_requested_at is None


def test_an_attended_repeat_waits_like_its_person(
    stranger: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    first, repeat = register_person(session, past_seminar), register_person(session, past_seminar)
    for registration in (first, repeat):
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    erase(stranger, session, first)
    for registration in (first, repeat):
        person = read_person(session, registration.person_id)
        assert (person.phone, person.erased_at, person.erasure_requested_at) == ("", None, NOON)

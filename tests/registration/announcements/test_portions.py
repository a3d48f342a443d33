"""Announcements to many people are queued in portions, and whatever happens in between, everybody gets one message."""

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, register_person, spell_number
from tests.fake_smtp import BackgroundWorker, list_queued_messages
from tests.registration.announcements.factories import create_announcement
from tests.registration.announcements.steps import get_announcement, press, write_announcement
from tests.visitor import Visitor
from trainer.messages.models import Message
from trainer.projects.models import Project
from trainer.registration.announcements import delivery
from trainer.registration.announcements.models import Announcement
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PEOPLE = 7


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queue two messages at a time."""
    monkeypatch.setattr(delivery, "PORTION_SIZE", 2)


@pytest.fixture
def people(session: Session, seminar: Seminar) -> list[Registration]:
    """Register many people."""
    names = [(f"Ким{spell_number(number)}", f"+7702555{number:04d}") for number in range(PEOPLE)]
    registrations = [register_person(session, seminar, surname=name, phone=phone, email="") for name, phone in names]
    session.commit()
    return registrations


def list_told_people(session: Session) -> list[int]:
    """Return the ids of the people who have a message of the announcement, with repetitions."""
    return sorted(message.person_id for message in list_queued_messages(session) if message.kind == "announcement")


def block_message(session: Session, announcement: Announcement, registration: Registration) -> Message:
    """Store something else under the key of a message, so that the worker fails at the portion with this message."""
    blocking = Message(
        key=f"announcement-{registration.id}-{announcement.id}",
        kind="text",
        topic="seminar-1",
        channel="hand",
        address="",
        person_id=registration.person_id,
        language="kk",
        subject="",
        body="",
        created_at=NOON,
        due_at=NOON,
    )
    session.add(blocking)
    session.commit()
    return blocking


@settings(max_examples=8)
@given(st.lists(st.integers(0, PEOPLE - 1), max_size=4))
def test_a_worker_that_fails_at_any_portion_any_number_of_times_tells_everybody_once(
    worker: BackgroundWorker, session: Session, people: list[Registration], failures: list[int]
) -> None:
    session.execute(delete(Message))
    seminar = people[0].seminar
    announcement = create_announcement(session, seminar, status="scheduled", send_at=NOON)
    for index in failures:
        told = set(list_told_people(session))
        if people[index].person_id not in told:
            blocking = block_message(session, announcement, people[index])
            assert not worker.run_jobs("announcements")
            session.delete(blocking)
            session.commit()
        assert len(set(list_told_people(session))) == len(list_told_people(session)), "nobody twice"
    worker.run_jobs("announcements")
    session.expire_all()
    assert list_told_people(session) == sorted(registration.person_id for registration in people)
    assert announcement.recipient_count == PEOPLE
    worker.run_jobs("announcements")
    assert len(list_told_people(session)) == PEOPLE


def test_who_is_registered_twice_is_told_once_also_when_the_earlier_registration_is_gone_meanwhile(
    worker: BackgroundWorker, session: Session, project: Project, people: list[Registration]
) -> None:
    seminar, other = people[0].seminar, create_seminar(session, project, slug="other")
    again = register_person(session, other, surname=people[0].person.surname, phone=people[0].person.phone, email="")
    announcement = create_announcement(session, seminar, other, status="scheduled", send_at=NOON)
    blocking = block_message(session, announcement, people[-1])
    assert not worker.run_jobs("announcements")
    assert list_told_people(session).count(people[0].person_id) + list_told_people(session).count(again.person_id) == 1
    people[0].status = "cancelled"
    session.delete(blocking)
    session.commit()
    worker.run_jobs("announcements")
    assert list_told_people(session).count(people[0].person_id) + list_told_people(session).count(again.person_id) == 1


def test_a_half_queued_announcement_can_be_stopped_and_queues_nothing_more(
    app: Flask, organizer: Visitor, worker: BackgroundWorker, session: Session, people: list[Registration]
) -> None:
    address = write_announcement(organizer, people[0].seminar)
    press(organizer, address, "send")
    blocking = block_message(session, get_announcement(session), people[4])
    assert not worker.run_jobs("announcements")
    assert get_announcement(session).status == "sent"
    queued = len(list_told_people(session))
    assert 0 < queued < PEOPLE
    assert f"{queued} " in organizer.get(f"{address}?lang=en").words
    press(organizer, address, "stop")
    session.delete(blocking)
    session.commit()
    worker.run_jobs("announcements")
    assert len(list_told_people(session)) == queued
    assert get_announcement(session).recipient_count == queued

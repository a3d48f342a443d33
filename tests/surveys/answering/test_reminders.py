"""Reminders of one survey: sent to participants who attended, again two days later, never after answering."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, answer_survey, mark_sessions, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, list_queued_messages
from trainer.attendance.models import AttendanceStatus
from trainer.messages.models import Message
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey

HERE, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
DAY = timedelta(days=1)


def list_reminders(session: Session) -> list[Message]:
    """Return the queued survey reminders."""
    return [message for message in list_queued_messages(session) if message.kind == "survey"]


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration that attended."""
    registration = register_person(session, past_seminar, AIGUL)
    registration.notified_status = registration.status
    mark_sessions(session, registration, HERE, HERE)
    return registration


def test_a_participant_who_attended_is_reminded_with_the_address_of_the_survey(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, aigul: Registration
) -> None:
    worker.run_jobs()
    worker.run_jobs()
    [letter] = smtp_server.emails
    assert f"https://seminar.example.org/r/{aigul.token}/survey/1" in get_email_text(letter)
    assert [reminder.status for reminder in list_reminders(session)] == ["sent"]


def test_people_who_were_absent_or_have_answered_or_have_no_seat_are_not_reminded(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    absent, unmarked = register_person(session, past_seminar, YERLAN), register_person(session, past_seminar, MARINA)
    mark_sessions(session, absent, ABSENT, ABSENT)
    answer_survey(session, aigul)
    worker.run_jobs()
    assert list_reminders(session) == []
    mark_sessions(session, unmarked, HERE)  # attendance is marked late
    worker.run_jobs()
    assert [reminder.person_id for reminder in list_reminders(session)] == [unmarked.person_id]


def test_nobody_is_reminded_before_the_end_or_long_after_it(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    early = register_person(session, seminar)
    mark_sessions(session, early, HERE)
    end = seminar.ends_at
    assert end is not None
    for moment in (end - timedelta(seconds=1), end + 10 * DAY):
        clock.move_to(moment)
        worker.run_jobs()
        assert list_reminders(session) == []
    clock.move_to(end)
    worker.run_jobs()
    assert len(list_reminders(session)) == 1


def test_who_does_not_answer_is_reminded_once(
    worker: BackgroundWorker, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    days = []
    for _day in range(12):
        worker.run_jobs()
        days.append(len(list_reminders(session)))
        clock.shift(DAY)
    assert days == [1, 1] + [2] * 10


def test_people_who_have_answered_get_no_second_reminder(
    worker: BackgroundWorker, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    worker.run_jobs()
    answer_survey(session, aigul)
    clock.shift(3 * DAY)
    worker.run_jobs()
    assert len(list_reminders(session)) == 1


def test_a_manual_reminder_is_withdrawn_when_the_survey_is_answered(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    yerlan = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, yerlan, HERE)
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["queued"]
    answer_survey(session, yerlan)
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["recalled"]


def test_a_seminar_without_survey_sends_no_reminder(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    survey = get_satisfaction_survey(session, past_seminar)
    survey.closed_at = past_seminar.ends_at
    session.add(survey)
    worker.run_jobs()
    survey.closed_at, past_seminar.has_survey = None, False
    worker.run_jobs()
    assert list_reminders(session) == []

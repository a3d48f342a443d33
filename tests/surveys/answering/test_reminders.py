"""The survey is due: who was there is asked once, and once more two days later; who has answered is left alone."""

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
    """The letters about the survey."""
    return [message for message in list_queued_messages(session) if message.kind == "survey"]


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Somebody who was there."""
    registration = register_person(session, past_seminar, AIGUL)
    registration.notified_status = registration.status
    mark_sessions(session, registration, HERE, HERE)
    return registration


def test_who_was_there_is_asked_with_the_address_of_the_survey(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, aigul: Registration
) -> None:
    worker.run_jobs()
    worker.run_jobs()
    [letter] = smtp_server.emails
    assert f"https://seminar.example.org/r/{aigul.token}/survey/1" in get_email_text(letter)
    assert [reminder.status for reminder in list_reminders(session)] == ["sent"]


def test_who_was_absent_or_has_answered_or_has_no_place_is_not_asked(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    absent, unmarked = register_person(session, past_seminar, YERLAN), register_person(session, past_seminar, MARINA)
    mark_sessions(session, absent, ABSENT, ABSENT)
    answer_survey(session, aigul)
    worker.run_jobs()
    assert list_reminders(session) == []
    mark_sessions(session, unmarked, HERE)  # the organizer marks late
    worker.run_jobs()
    assert [reminder.person_id for reminder in list_reminders(session)] == [unmarked.person_id]


def test_nobody_is_asked_before_the_end_or_long_after_it(
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


def test_a_reminder_stays_away_from_who_has_answered(
    worker: BackgroundWorker, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    worker.run_jobs()
    answer_survey(session, aigul)
    clock.shift(3 * DAY)
    worker.run_jobs()
    assert len(list_reminders(session)) == 1


def test_a_letter_to_be_sent_by_hand_goes_when_the_survey_was_answered(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    yerlan = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, yerlan, HERE)
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["queued"]
    answer_survey(session, yerlan)
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["recalled"]


def test_no_survey_no_letter(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, aigul: Registration
) -> None:
    survey = get_satisfaction_survey(session, past_seminar)
    survey.closed_at = past_seminar.ends_at
    session.add(survey)
    worker.run_jobs()
    survey.closed_at, past_seminar.has_survey = None, False
    worker.run_jobs()
    assert list_reminders(session) == []

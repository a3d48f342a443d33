"""The survey is due: who was there is asked once, and once more two days later; who has answered is left alone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, answered, marked, registered
from tests.fake_smtp import PostOffice, Worker, messages, text_of
from trainer.attendance.models import AttendanceStatus
from trainer.messages.models import Message
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey

HERE, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
DAY = timedelta(days=1)


def list_reminders(session: Session) -> list[Message]:
    """The letters about the survey."""
    return [each for each in messages(session) if each.kind == "survey"]


@pytest.fixture
def aigul(session: Session, held: Seminar) -> Registration:
    """Somebody who was there."""
    found = registered(session, held, AIGUL)
    found.notified_status = found.status
    marked(session, found, HERE, HERE)
    return found


def test_who_was_there_is_asked_with_the_address_of_the_survey(
    worker: Worker, session: Session, post: PostOffice, aigul: Registration
) -> None:
    worker.round()
    worker.round()
    [letter] = post.letters
    assert f"https://seminar.example.org/r/{aigul.token}/survey/1" in text_of(letter)
    assert [each.status for each in list_reminders(session)] == ["sent"]


def test_who_was_absent_or_has_answered_or_has_no_place_is_not_asked(
    worker: Worker, session: Session, held: Seminar, aigul: Registration
) -> None:
    absent, unmarked = registered(session, held, YERLAN), registered(session, held, MARINA)
    marked(session, absent, ABSENT, ABSENT)
    answered(session, aigul)
    worker.round()
    assert list_reminders(session) == []
    marked(session, unmarked, HERE)  # the organizer marks late
    worker.round()
    assert [each.person_id for each in list_reminders(session)] == [unmarked.person_id]


def test_nobody_is_asked_before_the_end_or_long_after_it(
    worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    early = registered(session, seminar)
    marked(session, early, HERE)
    ends = seminar.ends_at
    assert ends is not None
    for moment in (ends - timedelta(seconds=1), ends + 10 * DAY):
        clock.move_to(moment)
        worker.round()
        assert list_reminders(session) == []
    clock.move_to(ends)
    worker.round()
    assert len(list_reminders(session)) == 1


def test_who_does_not_answer_is_reminded_once(
    worker: Worker, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    days = []
    for _day in range(12):
        worker.round()
        days.append(len(list_reminders(session)))
        clock.shift(DAY)
    assert days == [1, 1] + [2] * 10


def test_a_reminder_stays_away_from_who_has_answered(
    worker: Worker, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    worker.round()
    answered(session, aigul)
    clock.shift(3 * DAY)
    worker.round()
    assert len(list_reminders(session)) == 1


def test_a_letter_to_be_sent_by_hand_goes_when_the_survey_was_answered(
    worker: Worker, session: Session, held: Seminar
) -> None:
    yerlan = registered(session, held, YERLAN)
    marked(session, yerlan, HERE)
    worker.round()
    assert [each.status for each in list_reminders(session)] == ["queued"]
    answered(session, yerlan)
    worker.round()
    assert [each.status for each in list_reminders(session)] == ["recalled"]


def test_no_survey_no_letter(worker: Worker, session: Session, held: Seminar, aigul: Registration) -> None:
    survey = get_satisfaction_survey(session, held)
    survey.closed_at = held.ends_at
    session.add(survey)
    worker.round()
    survey.closed_at, held.has_survey = None, False
    worker.round()
    assert list_reminders(session) == []

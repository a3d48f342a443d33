"""Delivery of queued e-mail: content, server failures, retries, and no message sent twice."""

import logging
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import AIGUL, NOON, register_person
from tests.fake_smtp import (
    SENDER,
    BackgroundWorker,
    FakeSmtpServer,
    find_calendar,
    get_email_text,
    list_queued_messages,
)
from tests.messages.factories import BODY, create_recipient, queue_test_message
from trainer.messages import delivery
from trainer.messages.models import MessageChannel, MessageStatus
from trainer.messages.outbox import OutgoingMessage, queue_outgoing_message
from trainer.seminars.models import Seminar

MINUTE = timedelta(minutes=1)


def test_a_letter_arrives_as_it_was_written(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    message = queue_test_message(session, create_recipient(session))
    worker.run_jobs()
    [letter] = smtp_server.emails
    assert (letter["Subject"], letter["To"], letter["From"]) == (message.subject, "aigul@example.org", SENDER)
    assert get_email_text(letter) == BODY
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<message-{message.id}.20250602070000@seminar.example.org>"
    assert letter["Date"].datetime == NOON
    assert (message.status, message.sent_at, message.attempts) == (MessageStatus.SENT, NOON, 1)


def test_the_calendar_goes_along(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    register_person(session, seminar)
    worker.run_jobs()
    calendar = find_calendar(smtp_server.emails[0])
    assert isinstance(calendar, Calendar)
    first, second = calendar.events
    assert [event.start for event in (first, second)] == [
        seminar_session.starts_at for seminar_session in seminar.sessions
    ]
    assert first["summary"] == "Күтім негіздері"


def test_a_person_without_e_mail_gets_a_manual_message(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    message = queue_test_message(session, create_recipient(session, email=""))
    worker.run_jobs()
    assert (message.channel, message.status, message.address) == (
        MessageChannel.MANUAL,
        MessageStatus.QUEUED,
        "+77015550001",
    )
    assert smtp_server.emails == []


def test_without_a_mail_server_every_letter_is_for_the_hand(
    app: Flask, session: Session, clock: time_machine.Traveller
) -> None:
    message = queue_test_message(session, create_recipient(session))
    BackgroundWorker(app, session).run_jobs()
    assert (message.channel, message.status, message.address) == (
        MessageChannel.MANUAL,
        MessageStatus.QUEUED,
        "+77015550001",
    )


def test_a_server_outage_leaves_all_messages_queued_and_is_logged_once(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    person = create_recipient(session)
    letters = [queue_test_message(session, person, f"letter-{number}") for number in range(3)]
    smtp_server.stop()
    for _days in range(4 * 24):
        clock.shift(timedelta(hours=1))
        assert worker.run_jobs("mail")
    assert {(email.status, email.attempts) for email in letters} == {(MessageStatus.QUEUED, 0)}
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert BODY[:20] not in caplog.text and "aigul" not in caplog.text
    smtp_server.start()
    clock.shift(MINUTE)
    worker.run_jobs("mail")
    assert len(smtp_server.emails) == 3
    assert {email.status for email in letters} == {MessageStatus.SENT}


def test_the_queue_survives_a_restart(
    app: Flask, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    queue_test_message(session, create_recipient(session))
    smtp_server.stop()
    worker.run_jobs()
    smtp_server.start()
    BackgroundWorker(
        app, session, smtp_url=smtp_server.address, mail_from=SENDER
    ).run_jobs()  # knows nothing of what the first one saw
    assert len(smtp_server.emails) == 1


def test_a_refused_recipient_fails_at_once_and_does_not_stop_the_others(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    refused = queue_test_message(session, create_recipient(session, "gone@example.org"))
    other = queue_test_message(session, create_recipient(session, number=2), "letter-2")
    smtp_server.replies["gone@example.org"] = "550 5.1.1 No such user here"
    worker.run_jobs()
    assert (refused.status, refused.error, refused.sent_at) == (
        MessageStatus.FAILED,
        "550 5.1.1 No such user here",
        None,
    )
    assert other.status == MessageStatus.SENT
    assert smtp_server.recipients == ["aigul@example.org"]


def test_a_refused_text_has_failed_with_the_servers_words(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    message = queue_test_message(session, create_recipient(session))
    smtp_server.reply_to_data = "554 5.7.1 Looks like спам"
    worker.run_jobs()
    assert (message.status, message.error[:9]) == (MessageStatus.FAILED, "554 5.7.1")


def test_a_server_that_puts_off_is_asked_ever_more_rarely_and_after_three_days_no_more(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    message = queue_test_message(session, create_recipient(session))
    smtp_server.replies["aigul@example.org"] = "451 4.7.1 Greylisted, come again"
    tried = []
    for _step in range(6000):
        before = message.attempts
        worker.run_jobs("mail")
        if message.attempts > before:
            tried.append(message.due_at)
        if message.status != MessageStatus.QUEUED:
            break
        clock.move_to(message.due_at)
    assert message.status == MessageStatus.FAILED
    assert message.error == "451 4.7.1 Greylisted, come again"
    waits = [(later - earlier) // MINUTE for earlier, later in pairwise(tried)]
    assert waits[:4] == [5, 30, 120, 360]
    lasted = tried[-2] - NOON
    assert timedelta(days=2.5) < lasted <= timedelta(days=3)


def test_a_letter_that_was_put_off_goes_when_the_server_takes_it(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    message = queue_test_message(session, create_recipient(session))
    smtp_server.replies["aigul@example.org"] = "450 4.2.1 Busy"
    worker.run_jobs()
    smtp_server.replies.clear()
    worker.run_jobs()
    assert smtp_server.emails == []  # not yet
    clock.shift(MINUTE)
    worker.run_jobs()
    assert (len(smtp_server.emails), message.status, message.error, message.attempts) == (1, MessageStatus.SENT, "", 2)


def test_a_server_that_closes_in_between_leaves_the_letter_in_the_queue(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    message = queue_test_message(session, create_recipient(session))
    smtp_server.replies["aigul@example.org"] = "421 4.3.2 Shutting down"
    worker.run_jobs()
    assert (message.status, message.attempts) == (MessageStatus.QUEUED, 1)
    smtp_server.replies.clear()
    clock.shift(MINUTE)
    worker.run_jobs()
    assert len(smtp_server.emails) == 1


@pytest.mark.parametrize("place", ["recipient", "data"])
def test_a_mailbox_that_always_answers_421_stops_nobody_else_and_ends(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller, place: str
) -> None:
    busy = queue_test_message(session, create_recipient(session, "busy@example.org"))
    others = [
        queue_test_message(session, create_recipient(session, f"p{n}@example.org", n), f"letter-{n}") for n in (2, 3)
    ]
    replies = smtp_server.replies if place == "recipient" else smtp_server.data_replies
    replies["busy@example.org"] = "421 4.7.0 Too many connections, try again later"
    for _run in range(3):  # the connection ends at the reply
        worker.run_jobs("mail")
    assert [(message.status, message.attempts) for message in others] == [(MessageStatus.SENT, 1)] * 2
    assert (busy.status, busy.attempts, busy.error[:3]) == (MessageStatus.QUEUED, 1, "421")
    while busy.status == MessageStatus.QUEUED:
        assert busy.attempts < delivery.MAX_ATTEMPTS
        clock.move_to(busy.due_at)
        worker.run_jobs("mail")
    assert (busy.status, busy.attempts) == (MessageStatus.FAILED, delivery.MAX_ATTEMPTS)
    assert len(smtp_server.emails) == 2


def test_a_server_that_answers_421_to_the_sender_leaves_all_messages_untried(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    message = queue_test_message(session, create_recipient(session))
    smtp_server.reply_to_sender = "421 4.3.2 Shutting down"
    for _run in range(3):
        worker.run_jobs("mail")
        clock.shift(MINUTE)
    assert (message.status, message.attempts) == (MessageStatus.QUEUED, 0)
    smtp_server.reply_to_sender = ""
    worker.run_jobs("mail")
    assert message.status == MessageStatus.SENT


def test_two_workers_send_nothing_twice(
    app: Flask, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    person = create_recipient(session)
    for number in range(40):
        queue_test_message(session, person, f"letter-{number}")
    workers = [BackgroundWorker(app, session, smtp_url=smtp_server.address, mail_from=SENDER) for _each in range(3)]
    session.commit()
    run_concurrently(*(partial(worker.run_jobs_without_commit, "mail") for worker in workers))
    assert len(smtp_server.emails) == 40
    assert len({str(email["Message-ID"]) for email in smtp_server.emails}) == 40
    assert {(message.status, message.attempts) for message in list_queued_messages(session)} == {
        (MessageStatus.SENT, 1)
    }


def test_no_header_can_be_smuggled_in(worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer) -> None:
    person = create_recipient(session)
    queue_test_message(session, person, subject="Тақырып\r\nBcc: other@example.org\n\nBody")
    bad = queue_test_message(session, create_recipient(session, "a@example.org\nBcc: other@example.org"), "letter-2")
    cyrillic = queue_test_message(session, create_recipient(session, "айгүл@example.org"), "letter-3")
    worker.run_jobs()
    [letter] = smtp_server.emails
    assert smtp_server.recipients == ["aigul@example.org"]
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Тақырып Bcc: other@example.org Body"
    assert bad.status == cyrillic.status == MessageStatus.FAILED
    assert bad.error


def test_a_domain_in_kazakh_letters_is_written_as_servers_know_it(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    queue_test_message(session, create_recipient(session, "aigul@пошта.қаз"))
    worker.run_jobs()
    assert smtp_server.recipients == ["aigul@" + "пошта.қаз".encode("idna").decode()]


def test_without_a_sender_the_letters_wait(
    app: Flask,
    session: Session,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = queue_test_message(session, create_recipient(session))
    BackgroundWorker(app, session, smtp_url=smtp_server.address).run_jobs("mail")
    assert message.status == MessageStatus.QUEUED
    assert "MAIL_FROM" in caplog.text


def test_letters_come_from_the_projects_contact(
    app: Flask, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    seminar.project.contact_email = "office@example.org"
    queue_test_message(session, create_recipient(session))
    BackgroundWorker(app, session, smtp_url=smtp_server.address).run_jobs("mail")
    assert smtp_server.emails[0]["From"] == "office@example.org"


def test_no_message_is_sent_to_an_erased_person(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer
) -> None:
    person = create_recipient(session)
    message = queue_test_message(session, person)
    person.erased_at = NOON
    worker.run_jobs()
    assert (smtp_server.emails, message.status) == ([], MessageStatus.RECALLED)
    assert (
        queue_outgoing_message(session, person, OutgoingMessage("text", "letter-2", "seminar-1", "x", "x"), NOON)
        is None
    )


def test_only_one_message_per_key_is_queued(session: Session, seminar: Seminar) -> None:
    person = register_person(session, seminar, AIGUL).person
    letter = OutgoingMessage("text", "link-1", "seminar-1", "x", "x")
    assert queue_outgoing_message(session, person, letter, NOON) is not None
    assert queue_outgoing_message(session, person, letter, NOON) is None
    assert len(list_queued_messages(session)) == 1

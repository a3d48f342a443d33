"""A worker process that is killed by SIGKILL while it sends: what is sent again, and what is not."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer, list_queued_messages
from tests.messages.factories import create_recipient, queue_test_message
from trainer.messages.handover import CLAIM_LEASE
from trainer.messages.models import Message, MessageStatus
from trainer.settings import Settings

PATIENCE_SECONDS = 120.0
LETTERS = 3


@contextmanager
def run_worker(app: Flask, smtp_server: FakeSmtpServer) -> Iterator[subprocess.Popen[bytes]]:
    """Start the background jobs as a process of their own; it has ended after the block."""
    settings: Settings = app.extensions["settings"]
    environment = {
        **os.environ,
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "SMTP_URL": smtp_server.address,
        "MAIL_FROM": SENDER,
    }
    worker = subprocess.Popen([sys.executable, "-m", "trainer", "jobs"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def queue_letters(session: Session) -> None:
    """Queue some messages to one person."""
    person = create_recipient(session)
    for number in range(LETTERS):
        queue_test_message(session, person, f"letter-{number}")


def count_letters_after_lease(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> Counter[str]:
    """Run another worker once the lease is over; return how often each letter has arrived."""
    session.rollback()
    clock.move_to(max(message.due_at for message in list_queued_messages(session)))
    worker.run_jobs("mail")
    assert {message.status for message in list_queued_messages(session)} == {MessageStatus.SENT}
    return Counter(str(email["Message-ID"]) for email in smtp_server.emails)


def wait_for_note(settings: Settings) -> bool:
    """Wait until the worker has noted that a letter was accepted; return False if it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if any((settings.instance / "mail").glob("*")):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.slow
def test_a_letter_that_the_server_has_confirmed_is_not_sent_again(
    app: Flask,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
) -> None:
    queue_letters(session)
    arrived, may_reply = Event(), Event()

    def hold_reply() -> None:
        arrived.set()
        may_reply.wait(PATIENCE_SECONDS)

    smtp_server.before_reply = hold_reply
    with run_worker(app, smtp_server):
        assert arrived.wait(PATIENCE_SECONDS)
        session.execute(update(Message).values(error=""))  # keeps the worker from recording the result
        may_reply.set()
        assert wait_for_note(app.extensions["settings"])
    smtp_server.before_reply = lambda: None
    session.rollback()
    times = count_letters_after_lease(worker, session, smtp_server, clock)
    assert sorted(times.values()) == [1] * LETTERS
    assert not list((app.extensions["settings"].instance / "mail").iterdir())


@pytest.mark.slow
def test_a_letter_whose_confirmation_never_came_is_sent_again_soon_with_the_same_number(
    app: Flask,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
) -> None:
    queue_letters(session)
    killed = Event()
    with run_worker(app, smtp_server) as process:

        def kill_worker() -> None:
            if not killed.is_set():
                process.kill()
                process.wait()
                killed.set()

        smtp_server.before_reply = kill_worker
        assert killed.wait(PATIENCE_SECONDS)
    in_flight, *waiting = list_queued_messages(session)
    assert {message.status for message in (in_flight, *waiting)} == {MessageStatus.QUEUED}
    assert CLAIM_LEASE.total_seconds() <= 120
    times = count_letters_after_lease(worker, session, smtp_server, clock)
    assert sorted(times.values()) == [1] * (LETTERS - 1) + [2]

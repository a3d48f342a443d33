"""Letters to accounts: sent once, kept while the mail server is down, given up when it refuses."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON
from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer
from trainer.account_mail.letter_queue import queue_account_letter
from trainer.account_mail.models import AccountLetter
from trainer.account_mail.password_reset import NEW_PASSWORD
from trainer.accounts.sign_in import get_or_create_organizer

ADDRESSES = ["saule@example.org", "dana@example.org", "erlan@example.org"]


@pytest.fixture(autouse=True)
def letters(session: Session, clock: time_machine.Traveller) -> None:
    """Queue a letter to each of three accounts."""
    for address in ADDRESSES:
        get_or_create_organizer(session, address)
        queue_account_letter(session, NEW_PASSWORD, address, "kk", NOON)
    session.commit()


def list_letters(session: Session) -> list[AccountLetter]:
    """Return all letters in the order of creation."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(AccountLetter).order_by(AccountLetter.id)))


def test_each_letter_is_sent_once(session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer) -> None:
    for _round in range(2):
        worker.run_jobs("account letters")
    assert smtp_server.recipients == ADDRESSES
    assert [(letter.due_at, letter.sent_at) for letter in list_letters(session)] == [(None, NOON)] * 3


def test_of_two_workers_each_letter_is_sent_by_one(
    app: Flask, session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    other = BackgroundWorker(app, session, smtp_url=smtp_server.address, mail_from=SENDER)
    run_concurrently(*[lambda own=own: own.run_jobs_without_commit("account letters") for own in (worker, other)])
    assert sorted(smtp_server.recipients) == sorted(ADDRESSES)


def test_letters_wait_while_the_mail_server_is_down(
    session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    smtp_server.stop()
    assert worker.run_jobs("account letters"), "a server that is down is no failure of the job"
    assert all(letter.due_at == NOON + timedelta(minutes=1) and letter.error for letter in list_letters(session))
    smtp_server.start()
    worker.run_jobs("account letters")
    assert smtp_server.recipients == []
    clock.move_to(NOON + timedelta(minutes=1), tick=False)
    worker.run_jobs("account letters")
    assert smtp_server.recipients == ADDRESSES


def test_a_refused_letter_stops_no_other_and_is_not_sent_again(
    session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer, clock: time_machine.Traveller
) -> None:
    smtp_server.replies = {ADDRESSES[0]: "550 no such user", ADDRESSES[1]: "450 busy"}
    worker.run_jobs("account letters")
    refused, deferred, sent = list_letters(session)
    assert (refused.due_at, refused.sent_at, refused.error) == (None, None, "550 no such user")
    assert (deferred.due_at, deferred.error) == (NOON + timedelta(minutes=1), "450 busy")
    assert sent.sent_at == NOON
    smtp_server.replies = {}
    clock.move_to(NOON + timedelta(minutes=1), tick=False)
    worker.run_jobs("account letters")
    assert smtp_server.recipients == [ADDRESSES[2], ADDRESSES[1]]


def test_a_refused_sender_keeps_all_letters(
    session: Session, worker: BackgroundWorker, smtp_server: FakeSmtpServer
) -> None:
    smtp_server.reply_to_sender = "550 not you"
    worker.run_jobs("account letters")
    assert all(letter.due_at == NOON + timedelta(minutes=1) for letter in list_letters(session))


def test_letters_are_dropped_where_no_mail_server_is_set(app: Flask, session: Session) -> None:
    BackgroundWorker(app, session, smtp_url="").run_jobs("account letters")
    assert list_letters(session) == []

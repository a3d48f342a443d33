"""A real mail server for the tests, and the worker that sends to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.server import find_free_port
from trainer import build_jobs
from trainer.messages.models import Message
from trainer.tasks import run_jobs_once

SENDER = "seminar@example.org"


@dataclass
class FakeSmtpServer:
    """What the mail server got, and how it answers: `answers` by the recipient, else it takes everything."""

    port: int
    emails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    reply_to_data: str = ""
    controller: Any = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.reply_to_data:
            return self.reply_to_data
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.emails.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 Message accepted for delivery"

    def start(self) -> None:
        """Begin to answer."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        """Answer no more; the port is free."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    @property
    def address(self) -> str:
        """What SMTP_URL says."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def run_smtp_server() -> Iterator[FakeSmtpServer]:
    """A mail server for a test."""
    office = FakeSmtpServer(find_free_port())
    office.start()
    try:
        yield office
    finally:
        office.stop()


class BackgroundWorker:
    """The worker of a copy, which the test lets go round by round."""

    def __init__(self, app: Flask, session: Session, **settings: str) -> None:
        self.app, self.session = app, session
        self.jobs = build_jobs(replace(app.extensions["settings"], **settings))

    def run_jobs(self, *names: str) -> bool:
        """Do every job once, or those named; what the test has written is committed before, and read anew afterwards."""
        self.session.commit()
        done = self.run_jobs_without_commit(*names)
        self.session.expire_all()
        return done

    def run_jobs_without_commit(self, *names: str) -> bool:
        """Do every job once, or those named, whatever thread it is."""
        return run_jobs_once(self.app, [job for job in self.jobs if not names or job.name in names])


def list_queued_messages(session: Session) -> list[Message]:
    """The whole queue and log."""
    session.commit()
    return list(session.scalars(select(Message).order_by(Message.id)))


def get_email_text(letter: EmailMessage) -> str:
    """The words of an e-mail."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def find_calendar(letter: EmailMessage) -> Calendar | None:
    """The calendar that goes along."""
    files = [each for each in letter.iter_attachments() if each.get_content_type() == "text/calendar"]
    assert all(each.get_param("method") == "PUBLISH" for each in files)
    content = files[0].get_payload(decode=True) if files else None
    return Calendar.from_ical(content.decode()) if isinstance(content, bytes) else None

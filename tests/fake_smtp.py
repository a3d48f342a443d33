"""A mail server that runs in the test's process, and the background worker that sends to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.server import find_free_port
from trainer import build_jobs
from trainer.clock import now
from trainer.messages.models import Message
from trainer.messages.rendering import render_message
from trainer.tasks import run_jobs_once

SENDER = "seminar@example.org"


@dataclass
class FakeSmtpServer:
    """A mail server that collects what it accepts. `replies` and `data_replies` map recipients to SMTP replies."""

    port: int
    emails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    data_replies: dict[str, str] = field(default_factory=dict)
    reply_to_data: str = ""
    reply_to_sender: str = ""
    before_reply: Callable[[], None] = lambda: None
    """Called after a message was accepted, before the client is told so."""
    controller: Any = None

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.reply_to_sender:
            return self.reply_to_sender
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        reply = next((self.data_replies[to] for to in envelope.rcpt_tos if to in self.data_replies), self.reply_to_data)
        if reply:
            return reply
        email = message_from_bytes(envelope.content, policy=default)
        assert isinstance(email, EmailMessage)
        self.emails.append(email)
        self.recipients += envelope.rcpt_tos
        self.before_reply()
        return "250 Message accepted for delivery"

    def start(self) -> None:
        """Listen on the port."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        """Stop listening and release the port."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    @property
    def address(self) -> str:
        """The value for the setting SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def run_smtp_server() -> Iterator[FakeSmtpServer]:
    """Yield a started mail server, and stop it afterwards."""
    server = FakeSmtpServer(find_free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


class BackgroundWorker:
    """The background jobs of an application, run one round at a time."""

    def __init__(self, app: Flask, session: Session, **settings: str) -> None:
        self.app, self.session = app, session
        self.jobs = build_jobs(replace(app.extensions["settings"], **settings))

    def run_jobs(self, *names: str) -> bool:
        """Commit the session, run the named jobs (default: all) once and reload the session. Return whether a job did anything."""
        self.session.commit()
        has_worked = self.run_jobs_without_commit(*names)
        self.session.expire_all()
        return has_worked

    def run_jobs_without_commit(self, *names: str) -> bool:
        """Run the named jobs (default: all) once, from any thread. Return whether a job did anything."""
        return run_jobs_once(self.app, [job for job in self.jobs if not names or job.name in names])


def list_queued_messages(session: Session) -> list[Message]:
    """Return every message of the queue, sent or not, in the order of creation."""
    session.commit()
    return list(session.scalars(select(Message).order_by(Message.id)))


def get_message_body(app: Flask, session: Session, message: Message) -> str:
    """Return the body of a message as it was sent, or would be sent now."""
    with app.app_context():
        text = render_message(session, message, now())
    assert text is not None
    return text.body


def get_email_text(email: EmailMessage) -> str:
    """Return the plain text body of an e-mail."""
    body = email.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def find_calendar(email: EmailMessage) -> Calendar | None:
    """Return the calendar attached to an e-mail, or None."""
    files = [part for part in email.iter_attachments() if part.get_content_type() == "text/calendar"]
    content = files[0].get_payload(decode=True) if files else None
    if not isinstance(content, bytes):
        return None
    calendar = Calendar.from_ical(content.decode())
    assert files[0].get_param("method") == str(calendar["method"])
    assert isinstance(calendar, Calendar)
    return calendar


def run_later(worker: BackgroundWorker, clock: time_machine.Traveller) -> None:
    """Run the jobs twice, a minute apart, so that messages are queued and sent."""
    for _round in range(2):
        clock.shift(timedelta(minutes=1))
        worker.run_jobs()

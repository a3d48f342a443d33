"""Sending what is due by e-mail: one connection for a batch, patience with servers, none with refusals, nothing sent twice."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.messages.smtp import (
    MailServer,
    MailServerDown,
    MessageDeferred,
    MessageRefused,
    build_email,
    format_logged_error,
    normalise_mailbox,
    send_email,
)
from trainer.projects.models import Project

log = logging.getLogger(__name__)

CLAIM_LEASE = timedelta(minutes=10)
"""How long a letter belongs to who took it from the queue; if that worker was killed meanwhile, it is due again afterwards."""
RETRY_PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 2 * 60, 6 * 60))
MAX_ATTEMPTS = 16  # by then three days have passed
SERVER_RETRY_PAUSE = timedelta(seconds=30)  # before a server that did not answer is asked again
BATCH_SIZE = 100


class EmailDelivery:
    """Delivers what is due; remembers from one round to the next that the server did not answer, to say so once."""

    def __init__(self, server: MailServer, find_sender: Callable[[Session], str], host_name: str) -> None:
        self.server, self.find_sender, self.host_name = server, find_sender, host_name
        self.down_since: datetime | None = None
        self.last_failure_at: datetime | None = None

    def deliver_due_messages(self, session: Session, stop: Event) -> None:
        """Send what is due, a batch at most; what could not leave stays queued."""
        if self.is_pausing() or session.scalar(select_due_message(now()).with_only_columns(Message.id)) is None:
            return
        try:
            sender = self.get_sender_mailbox(session)
            session.commit()  # no transaction stays open while the server thinks
            with self.server.open_connection() as connection:
                self.record_server_answer()
                for _turn in range(BATCH_SIZE):
                    if (
                        stop.is_set()
                        or connection.sock is None
                        or not self.deliver_next_message(session, connection, sender)
                    ):
                        return
        except MailServerDown as error:
            self.record_server_failure(error)

    def deliver_next_message(self, session: Session, connection: smtplib.SMTP, sender: str) -> bool:
        """Send the letter that is due first, in two transactions: taking it from the queue, and keeping what became of it.

        Gives whether there was one. Raises ServerDown, with the letter back in the queue.
        """
        message = claim_due_message(session, now())
        if message is None:
            return False
        letter = build_email_or_fail(message, sender, self.host_name)
        session.commit()
        try:
            if letter is not None:
                send_email(connection, letter)
                record_delivery_result(message, MessageStatus.SENT, now())
        except MessageRefused as error:
            record_delivery_result(message, MessageStatus.FAILED, now(), error)
        except MessageDeferred as error:
            postpone_message(message, error, now())
        except MailServerDown:
            message.due_at, message.attempts = now(), message.attempts - 1
            raise
        finally:
            session.commit()
        return True

    def get_sender_mailbox(self, session: Session) -> str:
        """Give the address that letters come from. Raises ServerDown where there is none."""
        try:
            return normalise_mailbox(self.find_sender(session))
        except MessageRefused as error:
            raise MailServerDown("set MAIL_FROM, or the contact e-mail of the project") from error

    def is_pausing(self) -> bool:
        """Whether the server did not answer a moment ago."""
        return self.last_failure_at is not None and timedelta(0) <= now() - self.last_failure_at < SERVER_RETRY_PAUSE

    def record_server_answer(self) -> None:
        """Note that the server answers, and say so if it did not before."""
        if self.down_since is not None:
            log.warning("The mail server %s answers again.", self.server.host)
        self.down_since = self.last_failure_at = None

    def record_server_failure(self, error: MailServerDown) -> None:
        """Note that the server takes nothing, and say so once."""
        if self.down_since is None:
            log.warning(
                "The mail server %s takes no letters: %s. They wait.", self.server.host, format_logged_error(error)
            )
        self.last_failure_at = now()
        self.down_since = self.down_since or self.last_failure_at


def select_due_message(now: datetime) -> Select[Message]:
    """The letter that is to be sent next."""
    waiting = (Message.status == MessageStatus.QUEUED, Message.channel == MessageChannel.EMAIL, Message.due_at <= now)
    return select(Message).where(*waiting).order_by(Message.due_at, Message.id).limit(1)


def claim_due_message(session: Session, now: datetime) -> Message | None:
    """Take the next letter, so that no other worker sends it as well; None where nothing is due."""
    message = session.scalar(select_due_message(now).with_for_update(skip_locked=True))
    if message is not None:
        message.due_at = now + CLAIM_LEASE
        message.attempts += 1
    return message


def build_email_or_fail(message: Message, sender: str, host_name: str) -> EmailMessage | None:
    """Write the e-mail; None, and the message failed, where its address is impossible."""
    try:
        return build_email(message, sender, host_name)
    except (MessageRefused, ValueError) as error:
        record_delivery_result(message, MessageStatus.FAILED, message.created_at, error)
        return None


def record_delivery_result(
    message: Message, status: MessageStatus, now: datetime, error: Exception | None = None
) -> None:
    """Keep what became of a letter."""
    message.status = status
    message.error = format_logged_error(error) if error else ""
    if status == MessageStatus.SENT:
        message.sent_at, message.sent_through = now, MessageChannel.EMAIL


def postpone_message(message: Message, error: MessageDeferred, now: datetime) -> None:
    """Try a letter again later, ever less often; after days it has failed."""
    message.error = format_logged_error(error)
    message.due_at = now + RETRY_PAUSES[min(message.attempts, len(RETRY_PAUSES)) - 1]
    if message.attempts >= MAX_ATTEMPTS:
        message.status = MessageStatus.FAILED


def list_queued_emails(session: Session, _now: datetime) -> list[Message]:
    """Every e-mail in the queue, for a copy without a mail server."""
    wanted = select(Message).where(Message.status == MessageStatus.QUEUED, Message.channel == MessageChannel.EMAIL)
    return list(session.scalars(wanted.order_by(Message.id)))


def find_default_sender(session: Session) -> str:
    """The contact e-mail of the newest project that is no example; empty where there is none."""
    wanted = select(Project.contact_email).where(Project.contact_email != "", ~Project.is_example)
    return session.scalar(wanted.order_by(Project.id.desc()).limit(1)) or ""

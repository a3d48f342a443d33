"""Sends queued e-mail over one SMTP connection per batch.

Temporary errors are retried, permanent ones fail the message. A message is sent at least once: a worker that is killed
while the server accepts a message leaves it to be sent again, with the same Message-ID (`handover`).
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.messages.handover import CLAIM_LEASE, AcceptanceNotes, keep_claim
from trainer.messages.models import MailOutage, Message, MessageChannel, MessageStatus
from trainer.messages.rendering import render_message, store_message_text
from trainer.messages.smtp import (
    MailServer,
    MailServerDown,
    MessageDeferred,
    MessageRefused,
    build_email,
    build_message_id,
    format_logged_error,
    normalise_mailbox,
    send_email,
)
from trainer.projects.models import Project
from trainer.sqlite_transactions import read_only

log = logging.getLogger(__name__)

RETRY_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60))
MAX_ATTEMPTS = 16  # reached after about three days
SERVER_RETRY_PAUSE = timedelta(seconds=30)  # after a failed connection
BATCH_SIZE = 100


class EmailDelivery:
    """Sends due e-mail. Remembers between runs that the server is down, so that this is logged once."""

    def __init__(
        self, server: MailServer, find_sender: Callable[[Session], str], host_name: str, notes: AcceptanceNotes
    ) -> None:
        self.server, self.find_sender, self.host_name, self.notes = server, find_sender, host_name, notes
        self.down_since: datetime | None = None
        self.last_failure_at: datetime | None = None

    def deliver_due_messages(self, session: Session, stop: Event) -> None:
        """Send up to BATCH_SIZE due messages. Messages that could not leave stay in the queue."""
        if self.is_pausing() or not has_due_message(session):
            return
        try:
            sender = self.get_sender_mailbox(session)
            session.commit()  # hold no transaction open while the mail server responds
            with self.server.open_connection() as connection:
                self.record_server_answer(session)
                for _turn in range(BATCH_SIZE):
                    if (
                        stop.is_set()
                        or connection.sock is None
                        or not self.deliver_next_message(session, connection, sender)
                    ):
                        return
        except MailServerDown as error:
            self.record_server_failure(session, error)

    def deliver_next_message(self, session: Session, connection: smtplib.SMTP, sender: str) -> bool:
        """Send the message that is due first; return False if none is due.

        Uses three transactions: one claims the message, one keeps the text that is being sent, the last records the
        result. Raises MailServerDown after putting the message back into the queue.
        """
        message = claim_due_message(session, now())
        session.commit()
        if message is None:
            return False
        message_id = build_message_id(message, self.host_name)
        if self.notes.has_note(message_id):
            self.record_acceptance(session, message, message_id)
            return True
        text = render_message(session, message, now())
        if text is None:
            release_outdated_message(message, now())
            session.commit()
            return True
        store_message_text(message, text)
        email = build_email_or_fail(message, sender, self.host_name)
        claim = keep_claim(session.get_bind(), message.id)
        session.commit()  # from here on nothing is read before the result is recorded: reading would hold the lock of SQLite
        try:
            if email is not None:
                with claim:
                    send_email(connection, email)
                    self.notes.note_acceptance(message_id)
                self.record_acceptance(session, message, message_id)
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

    def record_acceptance(self, session: Session, message: Message, message_id: str) -> None:
        """Record a message as sent, and remove the note that the server has accepted it."""
        record_delivery_result(message, MessageStatus.SENT, now())
        session.commit()
        self.notes.remove_note(message_id)

    def get_sender_mailbox(self, session: Session) -> str:
        """Return the sender's address. Raises MailServerDown if none is configured."""
        try:
            return normalise_mailbox(self.find_sender(session))
        except MessageRefused as error:
            raise MailServerDown("set MAIL_FROM, or the contact e-mail of the project") from error

    def is_pausing(self) -> bool:
        """Return whether the server failed less than SERVER_RETRY_PAUSE ago."""
        return self.last_failure_at is not None and timedelta(0) <= now() - self.last_failure_at < SERVER_RETRY_PAUSE

    def record_server_answer(self, session: Session) -> None:
        """Note that the server answers, and log it after an outage."""
        session.execute(delete(MailOutage))
        session.commit()
        if self.down_since is not None:
            log.warning("The mail server %s answers again.", self.server.host)
        self.down_since = self.last_failure_at = None

    def record_server_failure(self, session: Session, error: MailServerDown) -> None:
        """Note that the server accepts no messages, also for the organizers, and log the beginning of the outage."""
        if self.down_since is None:
            log.warning(
                "The mail server %s accepts no messages: %s. They stay queued.",
                self.server.host,
                format_logged_error(error),
            )
        self.last_failure_at = now()
        self.down_since = self.down_since or self.last_failure_at
        outage = session.get(MailOutage, 1)
        session.merge(MailOutage(id=1, since=outage.since if outage else now(), error=format_logged_error(error)))
        session.commit()


def has_due_message(session: Session) -> bool:
    """Return whether an e-mail message is due. Looking takes no lock."""
    with read_only(session):
        return session.scalar(select_due_message(now()).with_only_columns(Message.id)) is not None


def select_due_message(now: datetime) -> Select[Message]:
    """Return the SELECT of the e-mail message that is due first."""
    conditions = (
        Message.status == MessageStatus.QUEUED,
        Message.channel == MessageChannel.EMAIL,
        Message.due_at <= now,
    )
    return select(Message).where(*conditions).order_by(Message.due_at, Message.id).limit(1)


def claim_due_message(session: Session, now: datetime) -> Message | None:
    """Claim the next due message for CLAIM_LEASE, so that no other worker sends it; None if nothing is due."""
    message = session.scalar(select_due_message(now).with_for_update(skip_locked=True))
    if message is not None:
        message.due_at = now + CLAIM_LEASE
        message.attempts += 1
    return message


def release_outdated_message(message: Message, now: datetime) -> None:
    """Release the claim of a message that no longer applies; the job of its package recalls it."""
    message.due_at, message.attempts = now + RETRY_PAUSES[0], message.attempts - 1


def build_email_or_fail(message: Message, sender: str, host_name: str) -> EmailMessage | None:
    """Return the e-mail of a message. If its address is invalid, mark the message as failed and return None."""
    try:
        return build_email(message, sender, host_name)
    except (MessageRefused, ValueError) as error:
        record_delivery_result(message, MessageStatus.FAILED, message.created_at, error)
        return None


def record_delivery_result(
    message: Message, status: MessageStatus, now: datetime, error: Exception | None = None
) -> None:
    """Set the status of a message, with the error text or the time of sending."""
    message.status = status
    message.error = format_logged_error(error) if error else ""
    if status == MessageStatus.SENT:
        message.sent_at, message.sent_through = now, MessageChannel.EMAIL


def postpone_message(message: Message, error: MessageDeferred, now: datetime) -> None:
    """Schedule another attempt after a growing pause; after MAX_ATTEMPTS the message has failed."""
    message.error = format_logged_error(error)
    message.due_at = now + RETRY_PAUSES[min(message.attempts, len(RETRY_PAUSES)) - 1]
    if message.attempts >= MAX_ATTEMPTS:
        message.status = MessageStatus.FAILED


def list_queued_emails(session: Session, _now: datetime) -> list[Message]:
    """Return all queued e-mail messages, for a deployment without a mail server."""
    query = select(Message).where(Message.status == MessageStatus.QUEUED, Message.channel == MessageChannel.EMAIL)
    return list(session.scalars(query.order_by(Message.id)))


def find_default_sender(session: Session) -> str:
    """Return the contact e-mail of the newest real project, or an empty string."""
    query = select(Project.contact_email).where(Project.contact_email != "", ~Project.is_example)
    return session.scalar(query.order_by(Project.id.desc()).limit(1)) or ""

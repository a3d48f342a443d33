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
from trainer.messages.models import Channel, Message, MessageState
from trainer.messages.smtp import MailServer, PutOff, Refused, ServerDown, composed, kept_words, mailbox, send
from trainer.projects.models import Project

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long a letter belongs to who took it from the queue; if that worker was killed meanwhile, it is due again afterwards."""
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 2 * 60, 6 * 60))
MOST_ATTEMPTS = 16  # by then three days have passed
REST = timedelta(seconds=30)  # before a server that did not answer is asked again
BATCH = 100


class Postman:
    """Delivers what is due; remembers from one round to the next that the server did not answer, to say so once."""

    def __init__(self, server: MailServer, sender: Callable[[Session], str], host: str) -> None:
        self.server, self.sender, self.host = server, sender, host
        self.down_since: datetime | None = None
        self.asked_at: datetime | None = None

    def deliver(self, session: Session, stop: Event) -> None:
        """Send what is due, a batch at most; what could not leave stays queued."""
        if self.rests() or session.scalar(due(now()).with_only_columns(Message.id)) is None:
            return
        try:
            sender = self.own_mailbox(session)
            session.commit()  # no transaction stays open while the server thinks
            with self.server.connected() as connection:
                self.answered()
                for _turn in range(BATCH):
                    if stop.is_set() or connection.sock is None or not self.deliver_next(session, connection, sender):
                        return
        except ServerDown as error:
            self.did_not_answer(error)

    def deliver_next(self, session: Session, connection: smtplib.SMTP, sender: str) -> bool:
        """Send the letter that is due first, in two transactions: taking it from the queue, and keeping what became of it.

        Gives whether there was one. Raises ServerDown, with the letter back in the queue.
        """
        message = claimed(session, now())
        if message is None:
            return False
        letter = written(message, sender, self.host)
        session.commit()
        try:
            if letter is not None:
                send(connection, letter)
                settle(message, MessageState.SENT, now())
        except Refused as error:
            settle(message, MessageState.FAILED, now(), error)
        except PutOff as error:
            put_off(message, error, now())
        except ServerDown:
            message.due_at, message.attempts = now(), message.attempts - 1
            raise
        finally:
            session.commit()
        return True

    def own_mailbox(self, session: Session) -> str:
        """Give the address that letters come from. Raises ServerDown where there is none."""
        try:
            return mailbox(self.sender(session))
        except Refused as error:
            raise ServerDown("set MAIL_FROM, or the contact e-mail of the project") from error

    def rests(self) -> bool:
        """Whether the server did not answer a moment ago."""
        return self.asked_at is not None and timedelta(0) <= now() - self.asked_at < REST

    def answered(self) -> None:
        """Note that the server answers, and say so if it did not before."""
        if self.down_since is not None:
            log.warning("The mail server %s answers again.", self.server.host)
        self.down_since = self.asked_at = None

    def did_not_answer(self, error: ServerDown) -> None:
        """Note that the server takes nothing, and say so once."""
        if self.down_since is None:
            log.warning("The mail server %s takes no letters: %s. They wait.", self.server.host, kept_words(error))
        self.asked_at = now()
        self.down_since = self.down_since or self.asked_at


def due(now: datetime) -> Select[Message]:
    """The letter that is to be sent next."""
    waiting = (Message.state == MessageState.QUEUED, Message.channel == Channel.EMAIL, Message.due_at <= now)
    return select(Message).where(*waiting).order_by(Message.due_at, Message.id).limit(1)


def claimed(session: Session, now: datetime) -> Message | None:
    """Take the next letter, so that no other worker sends it as well; None where nothing is due."""
    message = session.scalar(due(now).with_for_update(skip_locked=True))
    if message is not None:
        message.due_at = now + LEASE
        message.attempts += 1
    return message


def written(message: Message, sender: str, host: str) -> EmailMessage | None:
    """Write the e-mail; None, and the message failed, where its address is impossible."""
    try:
        return composed(message, sender, host)
    except (Refused, ValueError) as error:
        settle(message, MessageState.FAILED, message.created_at, error)
        return None


def settle(message: Message, state: MessageState, now: datetime, error: Exception | None = None) -> None:
    """Keep what became of a letter."""
    message.state = state
    message.error = kept_words(error) if error else ""
    if state == MessageState.SENT:
        message.sent_at, message.sent_through = now, Channel.EMAIL


def put_off(message: Message, error: PutOff, now: datetime) -> None:
    """Try a letter again later, ever less often; after days it has failed."""
    message.error = kept_words(error)
    message.due_at = now + PAUSES[min(message.attempts, len(PAUSES)) - 1]
    if message.attempts >= MOST_ATTEMPTS:
        message.state = MessageState.FAILED


def queued_letters(session: Session, _now: datetime) -> list[Message]:
    """Every e-mail in the queue, for a copy without a mail server."""
    wanted = select(Message).where(Message.state == MessageState.QUEUED, Message.channel == Channel.EMAIL)
    return list(session.scalars(wanted.order_by(Message.id)))


def usual_sender(session: Session) -> str:
    """The contact e-mail of the newest project that is no example; empty where there is none."""
    wanted = select(Project.contact_email).where(Project.contact_email != "", ~Project.is_example)
    return session.scalar(wanted.order_by(Project.id.desc()).limit(1)) or ""

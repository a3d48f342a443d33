"""What goes into the queue: a letter to a person, once for each key, by e-mail where there is an address, else by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.people.models import Person

MAX_SUBJECT_LENGTH = 300


@dataclass(frozen=True)
class OutgoingMessage:
    """A message before it has a queue, written in the person's language."""

    kind: str
    key: str
    """Makes it one of its kind, such as `reminder-12`: a second letter with the key is not kept."""
    topic: str
    subject: str
    body: str
    calendar: str = ""
    """An .ics file to go along."""


def queue_outgoing_message(
    session: Session, person: Person, outgoing: OutgoingMessage, now: datetime, *, is_manual: bool = False
) -> Message | None:
    """Queue a letter in this transaction; None when one with its key is there already, or nothing leads to the person any more.

    `is_manual` is for people whose e-mail address is invented: the example's.
    """
    reachable = person.erased_at is None and (person.email or person.phone)
    if not reachable or has_message_with_key(session, outgoing.key):
        return None
    message = Message(
        key=outgoing.key,
        kind=outgoing.kind,
        topic=outgoing.topic,
        person=person,
        channel=MessageChannel.MANUAL if is_manual or not person.email else MessageChannel.EMAIL,
        address=person.phone if is_manual else person.email or person.phone,
        language=person.language,
        subject=outgoing.subject[:MAX_SUBJECT_LENGTH],
        body=outgoing.body,
        calendar=outgoing.calendar,
        created_at=now,
        due_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return None  # another process was faster
    return message


def has_message_with_key(session: Session, key: str) -> bool:
    """Whether a letter with the key was queued before."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def list_queued_messages(session: Session, kinds: Iterable[str]) -> list[Message]:
    """The letters of some kinds that have not left yet, by e-mail or by hand."""
    wanted = select(Message).where(Message.status == MessageStatus.QUEUED, Message.kind.in_(tuple(kinds)))
    return list(session.scalars(wanted.order_by(Message.id)))


def list_messages_to_erased_people(session: Session, _now: datetime) -> list[Message]:
    """The letters that have not left yet to people who were erased meanwhile."""
    wanted = select(Message).join(Message.person).where(Message.status == MessageStatus.QUEUED)
    return list(session.scalars(wanted.where(Person.erased_at.is_not(None)).order_by(Message.id)))


def recall_message(session: Session, message: Message, _now: datetime) -> bool:
    """Take back a letter that has not left yet; whether it was taken back."""
    session.refresh(message, with_for_update=True)
    if message.status != MessageStatus.QUEUED:
        return False
    message.status = MessageStatus.RECALLED
    return True

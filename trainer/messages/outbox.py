"""Queueing and recalling messages. Every message has a unique key, so none is queued twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.messages.rendering import MAX_SUBJECT_LENGTH
from trainer.people.models import Person


@dataclass(frozen=True)
class OutgoingMessage:
    """A message to be queued: what happened. Subject and body are empty where a template renders them (`rendering`)."""

    kind: str
    key: str
    """Unique key, such as `reminder-12`: a second message with the same key is not queued."""
    topic: str
    subject: str = ""
    body: str = ""
    calendar: str = ""
    """Content of an .ics attachment; empty for none."""


def queue_outgoing_message(
    session: Session, person: Person, outgoing: OutgoingMessage, now: datetime, *, is_manual: bool = False
) -> Message | None:
    """Queue a message in the current transaction and return it.

    Return None if a message with this key exists or the person has no contact any more. The channel is e-mail if the
    person has an address, else manual; `is_manual` forces a manual message, for the invented addresses of the example
    project.
    """
    if not is_reachable(person) or has_message_with_key(session, outgoing.key):
        return None
    message = build_message(person, outgoing, now, is_manual)
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return None  # another process has queued the same key
    return message


def queue_new_messages(
    session: Session, outgoing: Mapping[Person, OutgoingMessage], now: datetime, *, is_manual: bool = False
) -> list[Message]:
    """Queue one message to each person at once and return them; the keys must be new, and the people reachable."""
    messages = [build_message(person, message, now, is_manual) for person, message in outgoing.items()]
    session.add_all(messages)
    session.flush()
    return messages


def is_reachable(person: Person) -> bool:
    """Return whether there is an address or a number to which a message can be sent."""
    return person.erased_at is None and bool(person.email or person.phone)


def build_message(person: Person, outgoing: OutgoingMessage, now: datetime, is_manual: bool) -> Message:
    """Return a message to be queued."""
    return Message(
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


def has_message_with_key(session: Session, key: str) -> bool:
    """Return whether a message with this key was queued before."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def list_queued_messages(session: Session, kinds: Iterable[str]) -> list[Message]:
    """Return the queued messages of the given kinds, e-mail and manual."""
    query = select(Message).where(Message.status == MessageStatus.QUEUED, Message.kind.in_(tuple(kinds)))
    return list(session.scalars(query.order_by(Message.id)))


def list_queued_rows(session: Session, kinds: Iterable[str]) -> Sequence[Row[int, str, str]]:
    """Return id, key and kind of the queued messages of the given kinds, in a tenth of the time of `list_queued_messages`."""
    query = select(Message.id, Message.key, Message.kind)
    return session.execute(query.where(Message.status == MessageStatus.QUEUED, Message.kind.in_(tuple(kinds)))).all()


def load_messages(session: Session, message_ids: Collection[int]) -> list[Message]:
    """Return messages by their ids, in order of queueing."""
    if not message_ids:
        return []
    return list(session.scalars(select(Message).where(Message.id.in_(message_ids)).order_by(Message.id)))


def list_messages_to_erased_people(session: Session, _now: datetime) -> list[Message]:
    """Return the queued messages to people whose data were erased in the meantime."""
    query = select(Message).join(Message.person).where(Message.status == MessageStatus.QUEUED)
    return list(session.scalars(query.where(Person.erased_at.is_not(None)).order_by(Message.id)))


def recall_message(session: Session, message: Message, _now: datetime) -> bool:
    """Recall a message that is still queued and return whether it was."""
    session.refresh(message, with_for_update=True)
    if message.status != MessageStatus.QUEUED:
        return False
    message.status = MessageStatus.RECALLED
    return True

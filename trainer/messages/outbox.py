"""What goes into the queue: a letter to a person, once for each key, by e-mail where there is an address, else by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.messages.models import Channel, Message, MessageState
from trainer.people.models import Person

LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Letter:
    """A message before it has a queue, written in the person's language."""

    kind: str
    key: str
    """Makes it one of its kind, such as `reminder-12`: a second letter with the key is not kept."""
    topic: str
    subject: str
    body: str
    calendar: str = ""
    """An .ics file to go along."""


def put(session: Session, person: Person, letter: Letter, now: datetime, *, by_hand: bool = False) -> Message | None:
    """Queue a letter in this transaction; None when one with its key is there already, or nothing leads to the person any more.

    `by_hand` is for people whose e-mail address is invented: the example's.
    """
    reachable = person.erased_at is None and (person.email or person.phone)
    if not reachable or known(session, letter.key):
        return None
    message = Message(
        key=letter.key,
        kind=letter.kind,
        topic=letter.topic,
        person=person,
        channel=Channel.HAND if by_hand or not person.email else Channel.EMAIL,
        address=person.phone if by_hand else person.email or person.phone,
        language=person.language,
        subject=letter.subject[:LONGEST_SUBJECT],
        body=letter.body,
        calendar=letter.calendar,
        created_at=now,
        due_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return None  # another process was faster
    return message


def known(session: Session, key: str) -> bool:
    """Whether a letter with the key was queued before."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def waiting(session: Session, kinds: Iterable[str]) -> list[Message]:
    """The letters of some kinds that have not left yet, by e-mail or by hand."""
    wanted = select(Message).where(Message.state == MessageState.QUEUED, Message.kind.in_(tuple(kinds)))
    return list(session.scalars(wanted.order_by(Message.id)))


def to_erased_people(session: Session, _now: datetime) -> list[Message]:
    """The letters that have not left yet to people who were erased meanwhile."""
    wanted = select(Message).join(Message.person).where(Message.state == MessageState.QUEUED)
    return list(session.scalars(wanted.where(Person.erased_at.is_not(None)).order_by(Message.id)))


def recall(session: Session, message: Message, _now: datetime) -> bool:
    """Take back a letter that has not left yet; whether it was taken back."""
    session.refresh(message, with_for_update=True)
    if message.state != MessageState.QUEUED:
        return False
    message.state = MessageState.RECALLED
    return True

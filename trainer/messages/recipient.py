"""All messages of one person: listed, readdressed after a change of contacts, erased."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.people.models import Person


def list_person_messages(session: Session, person: Person, topic: str = "") -> list[Message]:
    """Return a person's messages in the order they were written: all, or those of one topic."""
    query = select(Message).where(Message.person_id == person.id)
    if topic:
        query = query.where(Message.topic == topic)
    return list(session.scalars(query.order_by(Message.id)))


def readdress_queued_messages(session: Session, person: Person) -> None:
    """Send the queued messages of a person to the current e-mail address or phone number."""
    for message in list_person_messages(session, person):
        if message.status == MessageStatus.QUEUED:
            message.channel = (
                MessageChannel.EMAIL
                if message.channel == MessageChannel.EMAIL and person.email
                else MessageChannel.MANUAL
            )
            message.address = person.email if message.channel == MessageChannel.EMAIL else person.phone
    session.flush()


def erase_message_contents(session: Session, person: Person, topic: str = "") -> None:
    """Recall the queued messages of a person and blank addresses and texts; status and times are kept.

    A `topic` limits this to the messages of one topic.
    """
    for message in list_person_messages(session, person, topic):
        if message.status == MessageStatus.QUEUED:
            message.status = MessageStatus.RECALLED
        message.address = message.subject = message.body = message.calendar = message.error = ""
    session.flush()

"""Messages of one person: all of them, sent to another address, forgotten."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.messages.models import Channel, Message, MessageState
from trainer.people.models import Person


def messages_of(session: Session, person: Person, topic: str = "") -> list[Message]:
    """Give a person's messages in the order written, all or those of one topic."""
    wanted = select(Message).where(Message.person_id == person.id)
    if topic:
        wanted = wanted.where(Message.topic == topic)
    return list(session.scalars(wanted.order_by(Message.id)))


def readdress(session: Session, person: Person) -> None:
    """Let what has not left yet go to where the person is reached now."""
    for each in messages_of(session, person):
        if each.state == MessageState.QUEUED:
            each.channel = Channel.EMAIL if each.channel == Channel.EMAIL and person.email else Channel.HAND
            each.address = person.email if each.channel == Channel.EMAIL else person.phone
    session.flush()


def forget(session: Session, person: Person, topic: str = "") -> None:
    """Recall what has not left yet; of the rest only that and when it was sent stays."""
    for each in messages_of(session, person, topic):
        if each.state == MessageState.QUEUED:
            each.state = MessageState.RECALLED
        each.address = each.subject = each.body = each.calendar = each.error = ""
    session.flush()

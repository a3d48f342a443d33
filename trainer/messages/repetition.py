"""Sending a message that was sent once more, and all failed ones again."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from trainer.messages.manual import lock_message, requeue_message, require_message_status
from trainer.messages.models import COPY_MARK, Message, MessageChannel, MessageStatus
from trainer.messages.outbox import OutgoingMessage, build_message, is_reachable
from trainer.messages.rendering import render_message


class MessageOutdated(Exception):
    """The message is no longer true, or its person can't be reached any more."""


def queue_copy(session: Session, message: Message, now: datetime) -> Message:
    """Queue a message that was sent once more and return the copy, whose text is rendered anew.

    Needs an application context. Raises MessageStatusChanged if it was not sent, MessageOutdated.
    """
    lock_message(session, message)
    require_message_status(message, MessageChannel(message.channel), MessageStatus.SENT)
    if not is_reachable(message.person):
        raise MessageOutdated
    number = count_copies(session, message) + 1
    key, was_manual = f"{message.event_key}{COPY_MARK}{number}", message.channel == MessageChannel.MANUAL
    outgoing = OutgoingMessage(message.kind, key, message.topic, message.subject, message.body, message.calendar)
    copy = build_message(message.person, outgoing, now, was_manual)
    copy.batch = message.batch
    session.add(copy)
    session.flush()
    if render_message(session, copy, now) is None:
        raise MessageOutdated
    return copy


def count_copies(session: Session, message: Message) -> int:
    """Return how many messages report the same as this one."""
    copies = Message.key.startswith(f"{message.event_key}{COPY_MARK}", autoescape=True)
    return session.scalar(select(func.count()).where((Message.key == message.event_key) | copies)) or 0


def retry_failed_emails(session: Session, topics: Select[str], now: datetime) -> int:
    """Queue all failed emails of some topics again and return their number. Those without an address become manual."""
    failed = select(Message).where(
        Message.status == MessageStatus.FAILED, Message.channel == MessageChannel.EMAIL, Message.topic.in_(topics)
    )
    people = selectinload(Message.person)
    messages = session.scalars(failed.order_by(Message.id).options(people).with_for_update(of=Message)).all()
    for message in messages:
        requeue_message(message, MessageChannel.EMAIL if message.person.email else MessageChannel.MANUAL, now)
    return len(messages)

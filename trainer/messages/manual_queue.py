"""The queue of manual messages: who sends which one, so that no two organizers send the same.

An organizer claims one message at a time and is the only one who is shown its links until the claim expires.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from trainer.messages.manual import MessageStatusChanged, lock_message
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.messages.rendering import render_message

CLAIM_PERIOD = timedelta(minutes=10)
HOLD_PAUSE = timedelta(minutes=1)
"""After this time a message that does not apply at the moment is looked at again."""
MAX_HELD_BACK = 100  # messages that one request looks at


def build_waiting_condition(topics: Select[str] | None = None) -> ColumnElement[bool]:
    """Return the condition that a manual message waits to be sent, in all topics or those selected."""
    waiting = (Message.channel == MessageChannel.MANUAL) & (Message.status == MessageStatus.QUEUED)
    return waiting if topics is None else waiting & Message.topic.in_(topics)


def count_waiting_messages(session: Session, topics: Select[str]) -> dict[str, int]:
    """Return the number of manual messages that wait, by selected topic, in the order of the topics' oldest message."""
    statement = select(Message.topic, func.count()).where(build_waiting_condition(topics)).group_by(Message.topic)
    return {row[0]: row[1] for row in session.execute(statement.order_by(func.min(Message.id)))}


def claim_next_message(
    session: Session, user_id: int, now: datetime, topics: Select[str] | None = None
) -> Message | None:
    """Claim the manual message that waits longest and that nobody else is sending; None if there is none.

    It is of any topic, or of those selected. What the user has claimed already comes first. Needs an application context.
    """
    statement = select_claimable_message(user_id, now, topics)
    for _turn in range(MAX_HELD_BACK):
        message = session.scalar(statement.with_for_update(skip_locked=True, of=Message))
        if message is None:
            return None
        if render_message(session, message, now) is not None:
            set_claim(session, message, user_id, now)
            return message
        message.due_at = now + HOLD_PAUSE
        session.flush()
    return None


def select_claimable_message(user_id: int, now: datetime, topics: Select[str] | None) -> Select[Message]:
    """Return the SELECT of the message that a user may claim first."""
    is_own = (Message.claimed_by_id == user_id) & (Message.claimed_until > now)
    is_free = or_(Message.claimed_until.is_(None), Message.claimed_until <= now)
    statement = select(Message).where(build_waiting_condition(topics), or_(is_own, is_free & (Message.due_at <= now)))
    return statement.order_by(func.coalesce(is_own, False).desc(), Message.due_at, Message.id).limit(1)


def claim_message(session: Session, message: Message, user_id: int, now: datetime) -> None:
    """Claim one message. Raises MessageStatusChanged if it does not wait any more, or somebody else is sending it."""
    lock_message(session, message)
    if not is_waiting(message) or is_claimed_by_other(message, user_id, now):
        raise MessageStatusChanged
    set_claim(session, message, user_id, now)


def set_claim(session: Session, message: Message, user_id: int, now: datetime) -> None:
    """Claim a message for a user for CLAIM_PERIOD, instead of any other one."""
    own = select(Message).where(Message.claimed_by_id == user_id, build_waiting_condition(), Message.id != message.id)
    for other in session.scalars(own):
        other.claimed_by_id = other.claimed_until = None
    message.claimed_by_id, message.claimed_until = user_id, now + CLAIM_PERIOD


def skip_message(session: Session, message: Message, user_id: int, now: datetime) -> None:
    """Put a message at the end of the queue and give up the claim on it. Raises MessageStatusChanged."""
    claim_message(session, message, user_id, now)
    message.claimed_by_id, message.claimed_until, message.due_at = None, None, now


def is_waiting(message: Message) -> bool:
    """Return whether a message waits to be sent manually."""
    return message.channel == MessageChannel.MANUAL and message.status == MessageStatus.QUEUED


def is_claimed_by(message: Message, user_id: int, now: datetime) -> bool:
    """Return whether a user is sending a message."""
    return message.claimed_by_id == user_id and message.claimed_until is not None and message.claimed_until > now


def is_claimed_by_other(message: Message, user_id: int, now: datetime) -> bool:
    """Return whether somebody else than a user is sending a message."""
    return message.claimed_until is not None and message.claimed_until > now and message.claimed_by_id != user_id

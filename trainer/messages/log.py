"""What was said to whom: the messages of a topic, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.models import Channel, Message, MessageState


@dataclass(frozen=True)
class Portion:
    """A page of a long list."""

    messages: Sequence[Message]
    total: int
    page: int
    pages: int


def for_hand(session: Session, topic: str, page: int, size: int) -> Portion:
    """What the organizer still has to send, the oldest first."""
    wanted = select(Message).where(
        Message.topic == topic, Message.channel == Channel.HAND, Message.state == MessageState.QUEUED
    )
    return portion(session, wanted.order_by(Message.created_at, Message.id), page, size)


def logged(session: Session, topic: str, state: MessageState | None, page: int, size: int) -> Portion:
    """Every message of a topic, or those in a state, the newest first."""
    wanted = select(Message).where(Message.topic == topic)
    if state is not None:
        wanted = wanted.where(Message.state == state)
    return portion(session, wanted.order_by(Message.created_at.desc(), Message.id.desc()), page, size)


def portion(session: Session, wanted: Select[Message], page: int, size: int) -> Portion:
    """Give a page of what is wanted; a page beyond the last is the last."""
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    shown = wanted.offset((page - 1) * size).limit(size).options(joinedload(Message.person))
    return Portion(session.scalars(shown).all(), total, page, pages)


def counts(session: Session, topic: str) -> dict[str, int]:
    """How many messages of a topic stand in each state."""
    counted = select(Message.state, func.count()).where(Message.topic == topic).group_by(Message.state)
    return {row[0]: row[1] for row in session.execute(counted)}

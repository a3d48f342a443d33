"""What was said to whom: the messages of a topic, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.models import Message, MessageChannel, MessageStatus


@dataclass(frozen=True)
class MessagePage:
    """A page of a long list."""

    messages: Sequence[Message]
    total: int
    page: int
    pages: int


def list_manual_messages(session: Session, topic: str, page: int, size: int) -> MessagePage:
    """What the organizer still has to send, the oldest first."""
    wanted = select(Message).where(
        Message.topic == topic, Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED
    )
    return paginate_messages(session, wanted.order_by(Message.created_at, Message.id), page, size)


def list_logged_messages(
    session: Session, topic: str, status: MessageStatus | None, page: int, size: int
) -> MessagePage:
    """Every message of a topic, or those in a state, the newest first."""
    wanted = select(Message).where(Message.topic == topic)
    if status is not None:
        wanted = wanted.where(Message.status == status)
    return paginate_messages(session, wanted.order_by(Message.created_at.desc(), Message.id.desc()), page, size)


def paginate_messages(session: Session, statement: Select[Message], page: int, size: int) -> MessagePage:
    """Give a page of what is wanted; a page beyond the last is the last."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    shown = statement.offset((page - 1) * size).limit(size).options(joinedload(Message.person))
    return MessagePage(session.scalars(shown).all(), total, page, pages)


def count_messages_by_status(session: Session, topic: str) -> dict[str, int]:
    """How many messages of a topic stand in each state."""
    counted = select(Message.status, func.count()).where(Message.topic == topic).group_by(Message.status)
    return {row[0]: row[1] for row in session.execute(counted)}

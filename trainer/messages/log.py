"""The messages of a topic: pages of the manual ones to send, pages of the log of all, and what people were told by them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.models import Message, MessageChannel, MessageStatus


@dataclass(frozen=True)
class MessagePage:
    """One page of a list of messages, with the total number of messages and of pages."""

    messages: Sequence[Message]
    total: int
    page: int
    pages: int


def list_manual_messages(session: Session, topic: str, page: int, size: int) -> MessagePage:
    """Return a page of the manual messages still to be sent, oldest first."""
    query = select(Message).where(
        Message.topic == topic, Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED
    )
    return paginate_messages(session, query.order_by(Message.created_at, Message.id), page, size)


def select_manual_message_count(topics: Select[str] | Sequence[str]) -> ScalarSelect[int]:
    """Return a SELECT of the number of manual messages of these topics that are still to be sent."""
    query = select(func.count()).where(
        Message.topic.in_(topics), Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED
    )
    return query.scalar_subquery()


def list_logged_messages(
    session: Session, topic: str, status: MessageStatus | None, page: int, size: int
) -> MessagePage:
    """Return a page of all messages of a topic, or of those with one status, newest first."""
    query = select(Message).where(Message.topic == topic)
    if status is not None:
        query = query.where(Message.status == status)
    return paginate_messages(session, query.order_by(Message.created_at.desc(), Message.id.desc()), page, size)


def paginate_messages(session: Session, statement: Select[Message], page: int, size: int) -> MessagePage:
    """Return one page of a SELECT; page numbers beyond the last give the last page."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    page_statement = statement.offset((page - 1) * size).limit(size).options(joinedload(Message.person))
    return MessagePage(session.scalars(page_statement).all(), total, page, pages)


def map_told_versions(session: Session, topic: str, person_id: int | None = None) -> dict[int, set[int]]:
    """Return which versions of a topic people were told by messages that were sent, by person id; or those of one person."""
    query = select(Message.person_id, Message.told_version).where(
        Message.topic == topic, Message.status == MessageStatus.SENT
    )
    if person_id is not None:
        query = query.where(Message.person_id == person_id)
    versions: dict[int, set[int]] = defaultdict(set)
    for told_person_id, version in session.execute(query.distinct()):
        if version is not None:
            versions[told_person_id].add(version)
    return versions


def count_messages_by_status(session: Session, topic: str) -> dict[str, int]:
    """Return the number of messages of a topic for each status that occurs."""
    counted = select(Message.status, func.count()).where(Message.topic == topic).group_by(Message.status)
    return {row[0]: row[1] for row in session.execute(counted)}


def count_batch_statuses(session: Session, batch: str) -> dict[str, int]:
    """Return the number of messages that were queued together, for each status that occurs."""
    counted = select(Message.status, func.count()).where(Message.batch == batch).group_by(Message.status)
    return {row[0]: row[1] for row in session.execute(counted)}

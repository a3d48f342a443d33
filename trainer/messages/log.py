"""The messages of a topic: the manual ones to send, and what people were told by those that were sent."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import BindParameter, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.models import Message, MessageChannel, MessageStatus


def select_manual_messages(topic: str) -> Select[Message]:
    """Return a SELECT of the manual messages of a topic that are still to be sent, the oldest first, with their people."""
    query = select(Message).where(
        Message.topic == topic, Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED
    )
    return query.order_by(Message.created_at, Message.id).options(joinedload(Message.person))


def select_waiting_message_count(topics: Select[str] | BindParameter[Sequence[str]]) -> ScalarSelect[int]:
    """Return a SELECT of the number of messages of these topics that wait for a person: to be sent manually, or not delivered."""
    is_manual = (Message.channel == MessageChannel.MANUAL) & (Message.status == MessageStatus.QUEUED)
    query = select(func.count()).where(
        Message.topic.in_(topics), or_(is_manual, Message.status == MessageStatus.FAILED)
    )
    return query.scalar_subquery()


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


def count_batch_statuses(session: Session, batch: str) -> dict[str, int]:
    """Return the number of messages that were queued together, for each status that occurs."""
    counted = select(Message.status, func.count()).where(Message.batch == batch).group_by(Message.status)
    return {row[0]: row[1] for row in session.execute(counted)}

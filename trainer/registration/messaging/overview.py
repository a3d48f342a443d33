"""The overview of messages: which ones there are, in all seminars or one, by status and person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.models import MailOutage, Message, MessageChannel, MessageStatus
from trainer.registration.desk.search import build_search_conditions, parse_search_query
from trainer.web.paging import Portion, paginate_query

MESSAGES_PER_PAGE = 30
OVERDUE_AFTER = timedelta(minutes=15)
"""After this time an email that is due and not sent shows that no worker is running."""


@dataclass(frozen=True)
class MessageFilter:
    """What the overview is limited to: the topics, and what else is not empty."""

    topics: Select[str] | Sequence[str]
    status: MessageStatus | None = None
    query: str = ""
    batch: str = ""

    def select_messages(self, *, any_status: bool = False) -> Select[Message]:
        """Return the SELECT of the messages, or of those with any status."""
        statement = select(Message).where(Message.topic.in_(self.topics))
        if self.batch:
            statement = statement.where(Message.batch == self.batch)
        if self.status is not None and not any_status:
            statement = statement.where(Message.status == self.status)
        return search_recipients(statement, self.query)


def search_recipients(statement: Select[Message], query: str) -> Select[Message]:
    """Return a SELECT of messages limited to those to people whom a search finds."""
    conditions = build_search_conditions(parse_search_query(query)) if query else []
    return statement.join(Message.person).where(*conditions) if conditions else statement


def list_messages(session: Session, chosen: MessageFilter, page: int) -> Portion[Message]:
    """Return a page of the messages, newest first."""
    statement = chosen.select_messages().order_by(Message.created_at.desc(), Message.id.desc())
    return paginate_query(session, statement.options(joinedload(Message.person)), page, MESSAGES_PER_PAGE)


def count_statuses(session: Session, chosen: MessageFilter) -> dict[str, int]:
    """Return the number of messages for each status that occurs, whatever status is chosen."""
    statement = chosen.select_messages(any_status=True).with_only_columns(Message.status, func.count())
    return {row[0]: row[1] for row in session.execute(statement.group_by(Message.status))}


def list_message_topics(session: Session, topics: Select[str]) -> list[str]:
    """Return those of some topics that have messages."""
    return list(
        session.scalars(select(Message.topic).where(Message.topic.in_(topics)).distinct().order_by(Message.topic))
    )


def find_mail_outage(session: Session) -> MailOutage | None:
    """Return since when the mail server accepts no messages; None while it does."""
    return session.get(MailOutage, 1)


def count_overdue_emails(session: Session, topics: Select[str], now: datetime) -> int:
    """Return the number of emails of some topics that are long due and were never tried: no worker is running."""
    overdue = select(func.count()).where(
        Message.status == MessageStatus.QUEUED,
        Message.channel == MessageChannel.EMAIL,
        Message.due_at < now - OVERDUE_AFTER,
        Message.attempts == 0,
        Message.topic.in_(topics),
    )
    return session.scalar(overdue) or 0

"""Tables of messages, which are both queue and log, of outages of the mail server, and of the standard letters."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.language.translated import Translated, TranslatedText
from trainer.people.models import Person

COPY_MARK = "~"
"""Stands in the key of a message that is sent again, before the number of the copy."""


class MessageChannel(StrEnum):
    """How a message reaches the person."""

    EMAIL = "email"
    MANUAL = "hand"  # the organizer sends the text with WhatsApp, Telegram or SMS


class MessageStatus(StrEnum):
    """Where a message is in its life cycle."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # refused permanently, or retried for days without success
    RECALLED = "recalled"  # withdrawn before sending, because its news no longer applied


class Message(Base):
    """A message to a person, written in the same transaction as the change it reports. `key` is unique."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'hand')", name="channel_known"),
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'recalled')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_time"),
        Index("ix_message_due", "state", "channel", "due_at"),
        Index("ix_message_recent", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(40), index=True)
    """What the message is about, such as `seminar-12`."""
    batch: Mapped[str] = mapped_column(String(40), default="", index=True)
    """What queued the message together with others, such as `announcement-3`; empty for a message on its own."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    channel: Mapped[str] = mapped_column(String(5))
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="")
    """Content of an .ics attachment; empty for none."""
    told_version: Mapped[int | None]
    """The version of the topic that the text tells, such as a seminar's calendar version; None before it is sent."""
    status: Mapped[str] = mapped_column("state", String(8), default=MessageStatus.QUEUED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_through: Mapped[str] = mapped_column(String(10), default="")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """Who is sending a manual message, until `claimed_until`: nobody else is shown it meanwhile."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship()
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id])
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])

    @property
    def event_key(self) -> str:
        """Return the key without the number of a copy: what the message reports."""
        return get_event_key(self.key)


def get_event_key(key: str) -> str:
    """Return the key of a message without the number of a copy."""
    return key.partition(COPY_MARK)[0]


class MailOutage(Base):
    """Since when the mail server accepts no messages, and what it says. There is at most one row, with the id 1."""

    __tablename__ = "mail_outage"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(300))


class LetterVersion(Base):
    """What an organizer wrote instead of the default text of a standard letter; never changed. Empty texts follow the default."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("project_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    """Counts from 1 for each letter of a project; the highest one applies."""
    subject: Mapped[Translated] = mapped_column(TranslatedText)
    body: Mapped[Translated] = mapped_column(TranslatedText)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    saved_by: Mapped[User | None] = relationship()

    @property
    def is_edited(self) -> bool:
        """Return whether any text is not the default."""
        return bool(self.subject or self.body)

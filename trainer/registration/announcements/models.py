"""Table of announcements, and of the seminars that each is about."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.language import LANGUAGES
from trainer.language.translated import Translated, TranslatedText
from trainer.messages.letters import LetterText
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

announcement_seminar = Table(
    "announcement_seminar",
    Base.metadata,
    Column("announcement_id", ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True),
    Column("seminar_id", ForeignKey("seminar.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class AnnouncementStatus(StrEnum):
    """Where an announcement is in its life cycle."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # a job sends it once `send_at` has come
    SENT = "sent"  # its messages are queued, or sent already
    STOPPED = "stopped"  # the messages that were still queued have been recalled


class Announcement(Base):
    """A text to the people of a segment of seminars of one project. The recipients are decided when it is sent."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'scheduled', 'sent', 'stopped')", name="state_known"),
        CheckConstraint("(state IN ('sent', 'stopped')) = (sent_at IS NOT NULL)", name="sent_at_a_time"),
        Index("ix_announcement_due", "state", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    segment: Mapped[str] = mapped_column(String(30))
    subject: Mapped[Translated] = mapped_column(TranslatedText)
    body: Mapped[Translated] = mapped_column(TranslatedText)
    status: Mapped[str] = mapped_column("state", String(10), default=AnnouncementStatus.DRAFT)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When to send it; None for as soon as the organizer says so."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipient_count: Mapped[int | None]
    """To how many people it was sent; None before, and while its messages are being queued."""
    project: Mapped[Project] = relationship()
    created_by: Mapped[User | None] = relationship()
    seminars: Mapped[list[Seminar]] = relationship(secondary=announcement_seminar, order_by=Seminar.id)

    @property
    def batch(self) -> str:
        """Return what stands in `Message.batch` of its messages."""
        return f"announcement-{self.id}"

    @property
    def is_being_queued(self) -> bool:
        """Return whether it is sent, and not all of its messages are queued yet."""
        return self.status == AnnouncementStatus.SENT and self.recipient_count is None

    @property
    def languages(self) -> list[str]:
        """Return the languages that have both a subject and a body."""
        texts = (self.subject, self.body)
        return [language for language in LANGUAGES if all(text.get_exact_text(language) for text in texts)]

    def choose_language(self, language: str) -> str:
        """Return the language in which somebody who reads a language gets it: this one, else the first that is complete."""
        return language if language in self.languages else self.languages[0]

    def get_letter(self, language: str) -> LetterText:
        """Return subject and body in a language."""
        return LetterText(self.subject.get_exact_text(language), self.body.get_exact_text(language))

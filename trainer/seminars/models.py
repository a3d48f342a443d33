"""Tables of seminars and their sessions."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.language.dates import list_local_days
from trainer.language.translated import Translated, TranslatedText
from trainer.projects.models import Activity, Project


class SeminarKind(StrEnum):
    """The type of event."""

    SEMINAR = "seminar"
    COURSE = "course"
    ROUND_TABLE = "round_table"
    MEETING = "meeting"
    CEREMONY = "ceremony"
    PRESENTATION = "presentation"
    SELECTION = "selection"
    TRIP = "trip"


class SeminarFormat(StrEnum):
    """Whether the event is held in person or online."""

    OFFLINE = "offline"
    ONLINE = "online"


class CertificateKind(StrEnum):
    """What the certificate confirms."""

    PARTICIPATION = "participation"
    COMPLETION = "completion"


class ChangeDecision(StrEnum):
    """What the organizer decided about a change: whether the people who know the old schedule are told."""

    OPEN = "open"
    TOLD = "told"
    NOT_TOLD = "not_told"


COMPLETABLE_KINDS = (SeminarKind.SEMINAR, SeminarKind.COURSE)
"""Kinds that a certificate can call completed; people only participate in the others."""


def generate_session_uid() -> str:
    """Return a new identifier of a session."""
    return f"session-{uuid.uuid4()}"


class Seminar(Base):
    """An event of an activity that people register for."""

    __tablename__ = "seminar"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("share_required BETWEEN 0 AND 100", name="share_is_percent"),
        CheckConstraint("pass_mark BETWEEN 1 AND 100", name="pass_mark_is_percent"),
        CheckConstraint("valid_months > 0", name="valid_months_positive"),
        CheckConstraint("offer_hours > 0", name="offer_hours_positive"),
        CheckConstraint("change_hours >= 0", name="change_hours_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    description: Mapped[Translated] = mapped_column(TranslatedText)
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(40), default="")
    city: Mapped[Translated] = mapped_column(TranslatedText)
    venue: Mapped[Translated] = mapped_column(TranslatedText)
    access: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    """Accessibility of the venue: step-free entrance, lift, toilet, parking."""
    map_url: Mapped[str] = mapped_column(String(500), default="")
    trainers: Mapped[str] = mapped_column(String(400), default="")
    capacity: Mapped[int]
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    offer_hours: Mapped[int] = mapped_column(default=24)
    """Hours for which a free seat is offered to the first person on the waiting list."""
    change_hours: Mapped[int] = mapped_column(default=0)
    """Hours before the start until which trainees can change or cancel their registration themselves."""
    has_survey: Mapped[bool] = mapped_column(default=True)
    has_certificate: Mapped[bool] = mapped_column(default=True)
    share_required: Mapped[int] = mapped_column(default=75)
    hours: Mapped[int] = mapped_column(default=8)
    certificate_kind: Mapped[str] = mapped_column(String(20), default=CertificateKind.PARTICIPATION)
    survey_required: Mapped[bool] = mapped_column(default=True)
    pass_mark: Mapped[int | None]
    """Test score in percent that the certificate requires; None if it requires no test."""
    valid_months: Mapped[int | None]
    """Validity of certificates in months; None for unlimited."""
    certificate_heading: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    co_issuer: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    design: Mapped[str] = mapped_column(String(40), default="standard")
    signatories: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    calendar_version: Mapped[int] = mapped_column(default=0)
    """How often what calendars show was changed: part of the SEQUENCE of calendar files."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the seminar is not going to be held. Registrations stay as they are, so it can be reinstated."""
    cancellation_reason: Mapped[Translated] = mapped_column(TranslatedText, default=Translated)
    has_open_change: Mapped[bool] = mapped_column(default=False)
    """Whether a `SeminarChange` has no decision yet; spares most pages from looking."""
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the organizer's lists leave the seminar out."""
    activity: Mapped[Activity] = relationship()
    sessions: Mapped[list["SeminarSession"]] = relationship(
        back_populates="seminar", order_by="SeminarSession.starts_at", cascade="all, delete-orphan"
    )

    @property
    def project(self) -> Project:
        """Return the project that the seminar belongs to."""
        return self.activity.task.project

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the project."""
        return self.project.zone

    @property
    def days(self) -> list[date]:
        """Return the local dates on which sessions begin."""
        return list_local_days((session.starts_at for session in self.sessions), self.zone)

    @property
    def starts_at(self) -> datetime | None:
        """Return the start of the first session, or None without sessions."""
        return self.sessions[0].starts_at if self.sessions else None

    @property
    def ends_at(self) -> datetime | None:
        """Return the end of the last session, or None without sessions."""
        return max((session.ends_at for session in self.sessions), default=None)

    @property
    def is_cancelled(self) -> bool:
        """Return whether the seminar is not going to be held."""
        return self.cancelled_at is not None

    def is_over(self, now: datetime) -> bool:
        """Return whether the last session has ended; a seminar without sessions is not over."""
        return self.ends_at is not None and self.ends_at <= now


class SeminarSession(Base):
    """A part of a seminar for which attendance is marked."""

    __tablename__ = "seminar_session"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uid: Mapped[str] = mapped_column(String(45), unique=True, default=generate_session_uid)
    """Identifies the session in calendars. Unlike the id, no later session gets it again after it was removed."""
    agenda: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What the session consists of, by time: see `trainer.seminars.description.agenda`."""
    seminar: Mapped[Seminar] = relationship(back_populates="sessions")


class SeminarChange(Base):
    """A change of what people are told of a seminar: when and where it is held, or that it is not.

    `before` and `after` are schedules (`trainer.seminars.schedule`). A person who was told the `version` of an earlier
    change, or none, knows the schedule of that time.
    """

    __tablename__ = "seminar_change"
    __table_args__ = (
        UniqueConstraint("seminar_id", "version"),
        CheckConstraint("decision IN ('open', 'told', 'not_told')", name="decision_known"),
        CheckConstraint("(decision = 'open') = (decided_at IS NULL)", name="decided_at_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    """The seminar's `calendar_version` after the change."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decision: Mapped[str] = mapped_column(String(10), default=ChangeDecision.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    changed_by: Mapped[User | None] = relationship(foreign_keys=[changed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

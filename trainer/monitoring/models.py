"""Tables of monitoring: figures entered where nothing can be counted, reporting periods, reminders that were sent."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.evidence.models import EvidenceItem
from trainer.projects.models import Indicator, Project


class PeriodKind(StrEnum):
    """What a reporting period is for."""

    INTERIM = "interim"
    FINAL = "final"


class EnteredFigure(Base):
    """An actual value that a person entered because nothing can be counted, with proof. A later one counts instead."""

    __tablename__ = "entered_figure"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index("ix_entered_figure_latest", "indicator_id", "unit", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="RESTRICT"))
    unit: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigInteger)
    valid_on: Mapped[date]
    """The day for which the value is true."""
    note: Mapped[str] = mapped_column(String(300), default="")
    proof_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id", ondelete="RESTRICT"), index=True)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proof: Mapped[EvidenceItem] = relationship()
    entered_by: Mapped[User | None] = relationship()
    indicator: Mapped[Indicator] = relationship()


class ReportingPeriod(Base):
    """A period that is reported to the grant giver."""

    __tablename__ = "reporting_period"
    __table_args__ = (
        CheckConstraint('"end" >= start', name="ends_after_start"),
        UniqueConstraint("project_id", "kind", "start", "end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    start: Mapped[date]
    end: Mapped[date]
    project: Mapped[Project] = relationship()


class MissingEvidenceReminder(Base):
    """That a user was reminded by e-mail of what is missing, so that the same reminder is sent once."""

    __tablename__ = "missing_evidence_reminder"
    __table_args__ = (UniqueConstraint("project_id", "user_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    occasion: Mapped[str] = mapped_column(String(40))
    """"week:2025-W23" for Mondays, "deadline:<activity id>:<date>" a week before the end of an activity."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

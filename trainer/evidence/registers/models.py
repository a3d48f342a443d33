"""Table of the registers: staff, specialists, NGOs and partners of a project."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.evidence.models import EvidenceItem
from trainer.projects.models import Project


class RegisterKind(StrEnum):
    """Which register an entry stands in."""

    STAFF = "staff"
    SPECIALIST = "specialist"
    NGO = "ngo"
    PARTNER = "partner"


class RegisterEntry(Base):
    """A member of staff, a specialist, an NGO or a partner, with its proof. A removed entry keeps its row."""

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('staff', 'specialist', 'ngo', 'partner')", name="kind_known"),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="until_after_since"),
        Index("ix_register_entry_kind", "project_id", "kind", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(250))
    role: Mapped[str] = mapped_column(String(200), default="")
    """What a person does, or which branch of an organisation it is."""
    since: Mapped[date | None]
    until: Mapped[date | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="RESTRICT"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    project: Mapped[Project] = relationship()
    proof: Mapped[EvidenceItem | None] = relationship()

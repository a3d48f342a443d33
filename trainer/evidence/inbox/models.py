"""Table of sortings: which files somebody sorted in one go, and where they were before."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from trainer.base import Base, UtcDateTime


class EvidenceSorting(Base):
    """Files sorted in one go. It can be undone for those that nobody has changed since."""

    __tablename__ = "evidence_sorting"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    sorted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sorted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """For each file: `item`, its `activity`, `kind` and `indicators` before, and the fingerprint of its place `after`."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

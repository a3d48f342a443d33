"""Tables of distribution: documents that everybody may download, and who was handed how many copies."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, UtcDateTime
from trainer.evidence.models import EvidenceItem


class SharedDocument(Base):
    """A document that everybody who has its address may download, such as a handbook."""

    __tablename__ = "shared_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    shared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    item: Mapped[EvidenceItem] = relationship()


class DownloadCount(Base):
    """How often a shared document was downloaded on a day of the project's zone."""

    __tablename__ = "download_count"

    document_id: Mapped[int] = mapped_column(ForeignKey("shared_document.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    downloads: Mapped[int]


class HandOver(Base):
    """That somebody received copies of a document: a line of its distribution list. A removed line keeps its row."""

    __tablename__ = "hand_over"
    __table_args__ = (CheckConstraint("copies > 0", name="copies_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id", ondelete="RESTRICT"), index=True)
    recipient: Mapped[str] = mapped_column(String(250))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    copies: Mapped[int] = mapped_column(default=1)
    handed_on: Mapped[date]
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="RESTRICT"), index=True)
    """The photo or scan of the signed receipt."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    item: Mapped[EvidenceItem] = relationship(foreign_keys=[item_id])
    receipt: Mapped[EvidenceItem | None] = relationship(foreign_keys=[receipt_id])

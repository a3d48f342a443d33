"""Tables of the audit log: the entries, their head, and the personal values that can be erased."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.base import Base, UtcDateTime


class AuditEntry(Base):
    """One change. Entries are never changed nor deleted: each hash covers the entry and the hash before it.

    The references are plain values without foreign keys, so that an entry outlives what it is about.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_project", "project_id", "number"),
        Index("ix_audit_entry_seminar", "seminar_id", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap, in the order of commits."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(120), index=True)
    """A kind and what identifies it within the kind, such as "user:7" (see `actors`)."""
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    """The name of the table that holds, or held, what was changed."""
    subject_id: Mapped[str] = mapped_column(String(80))
    project_id: Mapped[int | None]
    seminar_id: Mapped[int | None]
    changes: Mapped[str] = mapped_column(Text)
    """What differs, as canonical JSON: [before, after] by field, and null for a value in `AuditPersonalValues`."""
    personal_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the row in `AuditPersonalValues`, salted, so that it tells nothing once that row is erased; else empty."""
    hash: Mapped[str] = mapped_column(String(64))


class AuditPersonalValues(Base):
    """The personal values of an entry, apart from it: they are erased with the person, and the chain stays whole."""

    __tablename__ = "audit_personal_values"

    entry_number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(index=True)
    salt: Mapped[str] = mapped_column(String(43))
    changes: Mapped[str] = mapped_column(Text)
    """[before, after] by field, as canonical JSON."""


class AuditHead(Base):
    """The number and hash of the last entry, in one row, which is locked while entries are appended."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))

"""Tables of issuing: the register, eligibility exceptions, and name corrections requested by holders."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.registration.models import Registration


class CertificateStatus(StrEnum):
    """Status of an issued certificate; expiry follows from its date and has no status."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class InvalidationReason(StrEnum):
    """Reason why a certificate is no longer in force, shown to everybody who verifies it."""

    ISSUED_IN_ERROR = "issued_in_error"
    CONDITIONS_NOT_MET = "conditions_not_met"
    HOLDER_REQUEST = "holders_wish"
    CORRECTION = "correction"
    RENEWAL = "renewal"


class IssuedCertificate(Base):
    """A certificate as issued: its own copy of every printed fact, and the hash of its file.

    The entry stays when people and seminars are deleted. Facts, file and number never change; the status changes once.
    """

    __tablename__ = "issued_certificate"
    __table_args__ = (
        UniqueConstraint("prefix", "year", "number"),
        CheckConstraint("state IN ('valid', 'revoked', 'replaced')", name="state_known"),
        CheckConstraint("(state = 'valid') = (withdrawn_at IS NULL)", name="withdrawn_at_a_time"),
        Index(
            "uq_issued_certificate_current",
            "registration_id",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(17), unique=True)
    serial: Mapped[str] = mapped_column(String(24), unique=True)
    prefix: Mapped[str] = mapped_column(String(4))
    year: Mapped[int]
    number: Mapped[int]
    status: Mapped[str] = mapped_column("state", String(10), default=CertificateStatus.VALID)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    seminar_id: Mapped[int | None] = mapped_column(ForeignKey("seminar.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(250))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    exception_reason: Mapped[str] = mapped_column("exception", String(500), default="")
    """The organizer's reason if it was issued by exception, otherwise empty."""
    qr_text: Mapped[str] = mapped_column(Text)
    pdf_sha256: Mapped[str] = mapped_column(String(64), index=True)
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("issued_certificate.id", ondelete="RESTRICT"), unique=True
    )
    invalidated_at: Mapped[datetime | None] = mapped_column("withdrawn_at", UtcDateTime)
    invalidation_reason: Mapped[str] = mapped_column("reason", String(20), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    invalidated_by_id: Mapped[int | None] = mapped_column("withdrawn_by_id", ForeignKey("user.id", ondelete="SET NULL"))
    registration: Mapped[Registration | None] = relationship()


class CheckedCertificate(Base):
    """A certificate of a batch that was checked and is still to be issued, with the fingerprint of what was checked.

    The next check of the seminar that is confirmed replaces the rows; after a day they are deleted, as the day is printed.
    """

    __tablename__ = "checked_certificate"
    __table_args__ = (Index("ix_checked_certificate_order", "seminar_id", "position"),)

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"))
    batch: Mapped[str] = mapped_column(String(32))
    """The fingerprint of the whole batch, which the organizer's page holds."""
    position: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(32))
    has_changed: Mapped[bool]
    """Whether the person was left out by a step, because something had changed since the check."""
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EligibilityException(Base):
    """An organizer's decision to certify somebody although a requirement is missing, with the reason."""

    __tablename__ = "eligibility_exception"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    granted_at: Mapped[datetime] = mapped_column("made_at", UtcDateTime)
    granted_by_id: Mapped[int | None] = mapped_column("made_by_id", ForeignKey("user.id", ondelete="SET NULL"))
    granted_by: Mapped[User | None] = relationship()


class CorrectionStatus(StrEnum):
    """Status of a requested correction."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class NameCorrection(Base):
    """A holder's request for another spelling of the name on an issued certificate; the organizer decides."""

    __tablename__ = "name_correction"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state_known"),
        Index(
            "uq_name_correction_waiting",
            "certificate_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("issued_certificate.id", ondelete="CASCADE"), index=True)
    requested_name: Mapped[str] = mapped_column("wanted", String(250))
    note: Mapped[str] = mapped_column(String(500), default="")
    requested_at: Mapped[datetime] = mapped_column("asked_at", UtcDateTime)
    status: Mapped[str] = mapped_column("state", String(10), default=CorrectionStatus.WAITING)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    certificate: Mapped[IssuedCertificate] = relationship()

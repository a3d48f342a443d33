"""Table of the register."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.base import Base, Moment
from trainer.registration.models import Registration


class IssuedCertificate(Base):
    """A certificate as it was issued: its own copy of every printed fact, and the hash of its file.

    People and seminars may go; the entry stays.
    """

    __tablename__ = "issued_certificate"
    __table_args__ = (
        UniqueConstraint("prefix", "year", "number"),
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
    state: Mapped[str] = mapped_column(String(10), default="valid")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    seminar_id: Mapped[int | None] = mapped_column(ForeignKey("seminar.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(250))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    expires_on: Mapped[date | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    qr_text: Mapped[str] = mapped_column(Text)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    registration: Mapped[Registration | None] = relationship()

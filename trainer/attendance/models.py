"""Tables of attendance: tablets, marks, signatures, sign-in sheets and their scans."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.accounts.models import User
from trainer.base import Base, UtcDateTime
from trainer.seminars.models import Seminar, SeminarSession


class AttendanceStatus(StrEnum):
    """Attendance of a person in a session, as a mark records it."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"


class MarkSource(StrEnum):
    """How a mark was recorded."""

    DESK = "desk"  # at the organizer's desk
    TAP = "tap"
    SCAN = "scan"  # of the person's pass
    PAPER = "paper"  # from a signed sheet


class AttendanceMark(Base):
    """A mark in the append-only ledger: never changed, never deleted.

    `after` is the last mark of this person and session that its author had seen: two different marks after the same one are
    a conflict. A mark with `decides` resolves all marks received before it.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        CheckConstraint("status IN ('present', 'late', 'excused', 'absent')", name="status_known"),
        CheckConstraint("source IN ('desk', 'tap', 'scan', 'paper')", name="source_known"),
        Index("ix_attendance_mark_of", "session_id", "registration_id", "status"),  # counted without reading the table
        Index("ix_attendance_mark_received", "session_id", "received_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="RESTRICT"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id", ondelete="RESTRICT"))
    status: Mapped[str] = mapped_column(String(10))
    after: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    decides: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """By the device's clock; add `skew` for the server's clock."""
    skew: Mapped[int] = mapped_column(BigInteger, default=0)
    """Milliseconds that the device's clock was behind the server's."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(10), default=MarkSource.DESK)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="RESTRICT"))


class Device(Base):
    """A tablet that may mark attendance in its seminars and nothing else. A link pairs it once; then it sends a bearer token."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    pairing_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    pairing_expires_at: Mapped[datetime | None] = mapped_column("pairing_until", UtcDateTime)
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column("made_at", UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column("made_by_id", ForeignKey("user.id", ondelete="SET NULL"))
    paired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skew: Mapped[int] = mapped_column(BigInteger, default=0)
    unsent_count: Mapped[int] = mapped_column("waiting", default=0)
    """Items waiting on the tablet, as it last reported."""
    roster_fetched_at: Mapped[datetime | None] = mapped_column("roster_at", UtcDateTime)
    rehearsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the tablet last passed the offline rehearsal, by its own clock."""
    seminars: Mapped[list[Seminar]] = relationship(secondary="device_seminar", order_by=Seminar.id)


class DeviceSeminar(Base):
    """A seminar in which a device may mark attendance."""

    __tablename__ = "device_seminar"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"), primary_key=True, index=True)


class Signature(Base):
    """A person's signature for a session, drawn with a finger and stored as vectors; never changed."""

    __tablename__ = "signature"
    __table_args__ = (
        Index("ix_signature_of", "session_id", "registration_id"),
        Index("ix_signature_received", "session_id", "received_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="RESTRICT"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id", ondelete="RESTRICT"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="RESTRICT"))
    strokes: Mapped[list[list[list[int]]]] = mapped_column(JSON)
    """Lists of points [x, y] on a field of 1000 by 400."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    skew: Mapped[int] = mapped_column(BigInteger, default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RefusedItemDecision(StrEnum):
    """What became of an item that the server had refused."""

    RECORDED = "recorded"  # by the organizer, as a mark or a signature
    IGNORED = "ignored"
    ACCEPTED = "accepted"  # sent again, and valid by then


class RefusedItem(Base):
    """An item of a tablet that could not be stored, as it was sent: the organizer decides what becomes of it.

    The same content sent again is the same item.
    """

    __tablename__ = "refused_item"
    __table_args__ = (
        CheckConstraint("decision IN ('recorded', 'ignored', 'accepted')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        Index("ix_refused_item_waiting", "seminar_id", "decided_at"),
        Index("ix_refused_item_of_device", "device_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="RESTRICT"))
    item_id: Mapped[str] = mapped_column(String(36), index=True)
    """The id that the tablet gave to the item; empty if it has none that can be printed."""
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    """The item as JSON in ASCII, without IINs."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    mark_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attendance_mark.id", ondelete="RESTRICT"))
    """The mark by which the organizer recorded the item."""
    device: Mapped[Device] = relationship()


class SheetPage(Base):
    """A page of a printed sign-in sheet. Its code identifies session and rows when the page is scanned."""

    __tablename__ = "sheet_page"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(26), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int]
    page_count: Mapped[int] = mapped_column("pages")
    registration_ids: Mapped[list[int]] = mapped_column("rows", JSON)
    """Registrations on the page from the top, without the empty lines for walk-ins."""
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    session: Mapped[SeminarSession] = relationship()


class SheetScan(Base):
    """A photo or scan of a signed page, stored as evidence under the hash of its bytes.

    Filed to a session and, if its code was read, to a printed page; to neither until the organizer has filed it manually.
    """

    __tablename__ = "sheet_scan"
    __table_args__ = (UniqueConstraint("seminar_id", "sha256", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id", ondelete="RESTRICT"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("seminar_session.id", ondelete="RESTRICT"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("sheet_page.id", ondelete="RESTRICT"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(40))
    page_number: Mapped[int] = mapped_column("place", default=1)
    """Page of the file, from 1."""
    signed_lines: Mapped[list[int] | None] = mapped_column("inked", JSON(none_as_null=True))
    """Lines of the page, from 0, with ink in the signature field; None if the page could not be recognized."""
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session: Mapped[SeminarSession | None] = relationship()
    page: Mapped[SheetPage | None] = relationship()
    uploaded_by: Mapped[User | None] = relationship()

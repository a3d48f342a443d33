"""Table of attendance marks."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from trainer.base import Base, Moment


class Status(StrEnum):
    """What a mark says."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"


class AttendanceMark(Base):
    """A mark that somebody made; never changed, never deleted.

    `after` is the last mark of this person and session that its maker had seen: two different marks after the same one are
    a conflict. A mark that `decides` settles what was received before it.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        CheckConstraint("status IN ('present', 'late', 'excused', 'absent')", name="status_known"),
        Index("ix_attendance_mark_of", "session_id", "registration_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="RESTRICT"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id", ondelete="RESTRICT"))
    status: Mapped[str] = mapped_column(String(10))
    after: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    decides: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

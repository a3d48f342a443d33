"""Reading of the ledger in tests."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark


def list_marks(session: Session) -> list[AttendanceMark]:
    """Return all marks in the order received."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(AttendanceMark).order_by(AttendanceMark.received_at, AttendanceMark.id)))


def list_marked_statuses(session: Session) -> list[tuple[int, int, str]]:
    """Return registration id, session id and status of all marks in the order received."""
    session.commit()
    marks = session.scalars(select(AttendanceMark).order_by(AttendanceMark.received_at, AttendanceMark.id))
    return [(mark.registration_id, mark.session_id, mark.status) for mark in marks]

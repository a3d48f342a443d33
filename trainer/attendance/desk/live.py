"""What the organizer sees without reloading: who is here, what every tablet has sent, and whether anything has changed at all."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.models import AttendanceMark, Device
from trainer.attendance.tablet.devices import list_seminar_devices
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class AttendanceOverview:
    """Who is on the list, each with the standing in a session, and the tablets."""

    rows: list[tuple[Registration, ledger.SessionAttendance]]
    devices: list[Device]

    @property
    def present_count(self) -> int:
        """How many are here."""
        return sum(standing.status in ledger.PRESENT_STATUSES for _person, standing in self.rows)


def load_attendance_overview(
    session: Session, seminar: Seminar, seminar_session: SeminarSession | None
) -> AttendanceOverview:
    """Look at a session of a seminar."""
    standings = ledger.load_seminar_attendance(session, seminar)
    people = listing.list_participants(session, seminar)
    rows = [
        (each, standings.get((each.id, seminar_session.id if seminar_session else 0), ledger.SessionAttendance()))
        for each in people
    ]
    return AttendanceOverview(rows, [each for each in list_seminar_devices(session, seminar) if each.paired_at])


def compute_attendance_fingerprint(session: Session, seminar: Seminar) -> str:
    """Name the state of everything that the page shows; asked every few seconds, so it reads no single mark."""
    sessions = [each.id for each in seminar.sessions]
    received = select(func.count(), func.max(AttendanceMark.received_at)).where(AttendanceMark.session_id.in_(sessions))
    moved = select(func.count(), func.max(Registration.status_since)).where(Registration.seminar_id == seminar.id)
    known = [tuple(session.execute(each).one()) for each in (received, moved)]
    seen = [
        (each.id, each.name, each.seen_at, each.unsent_count, each.revoked_at)
        for each in list_seminar_devices(session, seminar)
    ]
    return hashlib.sha256(repr((known, seen)).encode()).hexdigest()[:32]

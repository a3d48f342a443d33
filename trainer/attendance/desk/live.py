"""Data of the attendance page, which updates itself: attendance in a session, tablets, and a fingerprint of both."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.mark_history import PersonSession
from trainer.attendance.models import AttendanceMark, Device
from trainer.attendance.tablet.devices import list_seminar_devices
from trainer.attendance.unlisted import UnlistedAttendee, list_unlisted_attendees
from trainer.fingerprint import compute_fingerprint
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participant_ids
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class AttendanceOverview:
    """Everybody on the list with the attendance in one session, and the paired tablets of the seminar."""

    rows: list[tuple[int, ledger.SessionAttendance]]
    """By the ids of the registrations, as only a page of them is shown."""
    devices: list[Device]
    unlisted: list[tuple[UnlistedAttendee, PersonSession]]
    """People who are not on the list although marked in the session."""

    @property
    def unlisted_version(self) -> str:
        """Return a fingerprint of the people who are not on the list."""
        return compute_fingerprint([(attendee.registration.id, attendee.version) for attendee, _part in self.unlisted])

    @property
    def present_count(self) -> int:
        """Return how many people are present or late."""
        return sum(attendance.status in ledger.PRESENT_STATUSES for _registration_id, attendance in self.rows)


def load_attendance_overview(
    session: Session, seminar: Seminar, seminar_session: SeminarSession | None
) -> AttendanceOverview:
    """Return the overview of a session; without a session nobody has an attendance."""
    attendance_by_key = ledger.load_seminar_attendance(session, seminar)
    session_id = seminar_session.id if seminar_session else 0
    rows = [
        (registration_id, attendance_by_key.get((registration_id, session_id), ledger.SessionAttendance()))
        for registration_id in list_participant_ids(session, seminar)
    ]
    unlisted = [
        (attendee, part)
        for attendee in list_unlisted_attendees(session, seminar)
        for part in attendee.sessions
        if seminar_session is not None and part.session.id == seminar_session.id
    ]
    devices = [device for device in list_seminar_devices(session, seminar) if device.paired_at]
    return AttendanceOverview(rows, devices, unlisted)


def compute_attendance_fingerprint(session: Session, seminar: Seminar) -> str:
    """Return a fingerprint of everything that the page shows. Reads counts instead of marks, because it runs every few seconds."""
    session_ids = [seminar_session.id for seminar_session in seminar.sessions]
    marks = select(func.count(), func.max(AttendanceMark.received_at)).where(AttendanceMark.session_id.in_(session_ids))
    people = select(func.count(), func.max(Registration.status_since)).where(Registration.seminar_id == seminar.id)
    counts = [tuple(session.execute(query).one()) for query in (marks, people)]
    devices = [
        (device.id, device.name, device.seen_at, device.unsent_count, device.revoked_at)
        for device in list_seminar_devices(session, seminar)
    ]
    return compute_fingerprint(repr((counts, devices)), 32)

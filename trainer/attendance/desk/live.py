"""Data of the attendance page, which updates itself: attendance in a session, tablets, and a fingerprint of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.mark_history import PersonSession
from trainer.attendance.merges import add_merged_ids, map_merged_registrations
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Device
from trainer.attendance.tablet.devices import list_seminar_devices
from trainer.attendance.tally import map_session_statuses
from trainer.attendance.unlisted import UnlistedAttendee, list_unlisted_attendees
from trainer.fingerprint import compute_fingerprint
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participant_ids
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class AttendanceOverview:
    """Everybody on the list with the status in one session, and the paired tablets of the seminar."""

    registration_ids: list[int]
    """Everybody, in the order of the list."""
    ids_by_status: Mapping[AttendanceStatus, set[int]]
    """Without those who are not marked and those whose marks conflict."""
    devices: list[Device]
    unlisted: list[tuple[UnlistedAttendee, PersonSession]]
    """People who are not on the list although marked in the session."""
    surviving_ids: Mapping[int, int]
    """The surviving registrations by merged ones."""

    @property
    def people_count(self) -> int:
        """Return how many people are on the list."""
        return len(self.registration_ids)

    @property
    def unlisted_version(self) -> str:
        """Return a fingerprint of the people who are not on the list."""
        return compute_fingerprint([(attendee.registration.id, attendee.version) for attendee, _part in self.unlisted])

    @property
    def listed_ids_by_status(self) -> dict[AttendanceStatus, set[int]]:
        """Return the people of the list by their status."""
        listed_ids = set(self.registration_ids)
        return {status: ids & listed_ids for status, ids in self.ids_by_status.items()}

    @property
    def present_count(self) -> int:
        """Return how many people are present or late."""
        return sum(len(ids) for status, ids in self.listed_ids_by_status.items() if status in ledger.PRESENT_STATUSES)


def load_attendance_overview(
    session: Session, seminar: Seminar, seminar_session: SeminarSession | None
) -> AttendanceOverview:
    """Return the overview of a session; without a session nobody has an attendance."""
    surviving_ids = map_merged_registrations(session, [seminar.id])
    statuses = map_session_statuses(session, seminar_session, surviving_ids) if seminar_session else {}
    unlisted = [
        (attendee, part)
        for attendee in list_unlisted_attendees(session, seminar, surviving_ids)
        for part in attendee.sessions
        if seminar_session is not None and part.session.id == seminar_session.id
    ]
    devices = [device for device in list_seminar_devices(session, seminar) if device.paired_at]
    registration_ids = list_participant_ids(session, seminar)
    return AttendanceOverview(registration_ids, statuses, devices, unlisted, surviving_ids)


def map_session_attendance(
    session: Session,
    seminar_session: SeminarSession | None,
    registration_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
) -> dict[int, ledger.SessionAttendance]:
    """Return the attendance of some people in a session by registration id."""
    registration_ids = list(registration_ids)
    session_id = seminar_session.id if seminar_session else 0
    own_ids = add_merged_ids(registration_ids, surviving_ids)
    marks = ledger.load_ledger(session, [session_id], surviving_ids, own_ids) if own_ids else {}
    return {
        registration_id: ledger.derive_session_attendance(marks.get((registration_id, session_id), ()))
        for registration_id in registration_ids
    }


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

"""Attendance of a person in a whole seminar: numbers of sessions held, attended and missed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.ledger import (
    PRESENT_STATUSES,
    SessionAttendance,
    list_held_sessions,
    load_attendance_of_people,
    load_seminar_attendance,
)
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

MAX_PEOPLE_READ_BY_ID = 20  # for more people, reading all marks of the seminar is faster


@dataclass(frozen=True)
class AttendanceSummary:
    """Numbers of sessions of one person in one seminar: held so far, present (or late), excused, in conflict, marked."""

    held: int
    present: int
    excused: int
    conflicting: int
    marked: int

    @property
    def counted(self) -> int:
        """Return the number of sessions that count for the share: held and not excused."""
        return self.held - self.excused

    @property
    def missed_all(self) -> bool:
        """Return True if every past session is marked and the person was present at none; False before the first session."""
        return self.held > 0 and self.marked == self.held and self.present == 0

    def reaches_share(self, percent: int) -> bool:
        """Return whether the attended share is at least `percent`, compared as integers; False with a conflict or no counted session."""
        return self.conflicting == 0 and self.counted > 0 and 100 * self.present >= percent * self.counted


def summarize_attendance(
    session: Session,
    seminar: Seminar,
    registrations: Iterable[Registration],
    now: datetime,
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[int, AttendanceSummary]:
    """Return the attendance summary by registration id; a held session without a mark counts as missed.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    registrations = list(registrations)
    session_ids = [held.id for held in list_held_sessions(seminar, now)]
    if len(registrations) <= MAX_PEOPLE_READ_BY_ID:
        attendance_by_key = load_attendance_of_people(session, [seminar], registrations, surviving_ids)
    else:
        attendance_by_key = load_seminar_attendance(session, seminar)
    return {
        registration.id: count_attendance(
            [attendance_by_key.get((registration.id, session_id), SessionAttendance()) for session_id in session_ids]
        )
        for registration in registrations
    }


def count_attendance(session_attendances: Sequence[SessionAttendance]) -> AttendanceSummary:
    """Summarize the attendance of one person in the held sessions."""
    statuses = [attendance.status for attendance in session_attendances]
    return AttendanceSummary(
        held=len(statuses),
        present=sum(status in PRESENT_STATUSES for status in statuses),
        excused=statuses.count(AttendanceStatus.EXCUSED),
        conflicting=sum(attendance.is_conflicting for attendance in session_attendances),
        marked=sum(status is not None for status in statuses),
    )

"""Attendance of people who are not on the list: they cancelled, were refused, wait for a seat … and were marked nevertheless.

Such marks are in the ledger, but no list, summary or certificate reads them. So they wait for the organizer, who gives the seat
back, which makes them count, or ignores them: a mark "absent" that decides. A latest status "absent" needs no decision, as it
counts the same as no mark. Walk-ins who may be registered already have cards of their own (see `conflicts`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, bindparam, exists, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import (
    AttendanceKey,
    SessionAttendance,
    append_mark,
    derive_session_attendance,
    list_latest_marks,
)
from trainer.attendance.mark_history import (
    PersonSession,
    build_authored_marks_query,
    build_person_sessions,
    build_signatures_query,
)
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Signature
from trainer.fingerprint import compute_fingerprint
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar

COUNTED_STATUSES = (RegistrationStatus.REGISTERED, RegistrationStatus.MERGED)
REGISTRATIONS_TABLE, MARKS_TABLE, SIGNATURES_TABLE = (
    Registration.__table__,
    AttendanceMark.__table__,
    Signature.__table__,
)


@dataclass(frozen=True)
class UnlistedAttendee:
    """A person who is not on the list although marked, with the marks of each session."""

    registration: Registration
    sessions: tuple[PersonSession, ...]

    @property
    def is_open(self) -> bool:
        """Return whether the organizer has to decide."""
        return any(is_open_attendance(part.attendance) for part in self.sessions)

    @property
    def is_ignored(self) -> bool:
        """Return whether marks were set aside by a decision, which can be reviewed."""
        return not self.is_open and any(part.overruled_statuses for part in self.sessions)

    @property
    def version(self) -> str:
        """Return a fingerprint of what a page shows: it changes with a new mark and with the status."""
        last_marks = [str(part.attendance.last_mark_id) for part in self.sessions]
        return compute_fingerprint([self.registration.status, *last_marks])


def is_open_attendance(attendance: SessionAttendance) -> bool:
    """Return whether the marks of an unlisted person in a session need a decision; without a mark there is a signature."""
    return attendance.last_mark_id is None or set(attendance.latest_statuses) != {AttendanceStatus.ABSENT}


def is_undecided_unlisted(registration: Registration, sessions: Iterable[PersonSession]) -> bool:
    """Return whether somebody is not on the list although marked, and nothing is decided."""
    is_unlisted = registration.status not in COUNTED_STATUSES
    return is_unlisted and any(is_open_attendance(part.attendance) for part in sessions)


def build_unlisted_clause() -> ColumnElement[bool]:
    """Build the condition for registrations that are not on the list and whose marks no other registration takes."""
    return REGISTRATIONS_TABLE.c.state.not_in(COUNTED_STATUSES)


def build_has_attendance_clause() -> ColumnElement[bool]:
    """Build the condition for registrations with a mark or a signature of their own."""
    return or_(
        *(
            exists().where(table.c.registration_id == REGISTRATIONS_TABLE.c.id)
            for table in (MARKS_TABLE, SIGNATURES_TABLE)
        )
    )


def list_merged_into_unlisted(connection: Connection, surviving_ids: Mapping[int, int]) -> list[int]:
    """Return which merged registrations have a surviving one that is not on the list."""
    if not surviving_ids:
        return []
    survivors = REGISTRATIONS_TABLE.c.id.in_(set(surviving_ids.values()))
    unlisted_ids = set(
        connection.execute(select(REGISTRATIONS_TABLE.c.id).where(survivors, build_unlisted_clause())).scalars()
    )
    return [merged_id for merged_id, surviving_id in surviving_ids.items() if surviving_id in unlisted_ids]


def load_unlisted_marks(
    connection: Connection, seminar_ids: Collection[int], surviving_ids: Mapping[int, int]
) -> tuple[dict[AttendanceKey, list[Row[Any]]], set[AttendanceKey]]:
    """Return the marks of everybody who is not on the list, in the order received and with their authors, and who has signed.

    Somebody who has only signed has an empty list of marks.
    """
    merged_ids = list_merged_into_unlisted(connection, surviving_ids)
    values = {"seminar_ids": list(seminar_ids), "merged_ids": merged_ids}
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    signed_keys = set()
    for row in connection.execute(build_unlisted_marks_query(bool(merged_ids)), values):
        key = surviving_ids.get(row.registration_id, row.registration_id), row.session_id
        if row.status is None:
            signed_keys.add(key)
            marks_by_key.setdefault(key, [])
        else:
            marks_by_key[key].append(row)
    return marks_by_key, signed_keys


@cache
def build_unlisted_marks_query(with_merged: bool) -> CompoundSelect[Any]:
    """Build the query for the marks and signatures of everybody who is not on the list. It runs with every batch of marks."""
    unlisted_ids = select(REGISTRATIONS_TABLE.c.id).where(
        REGISTRATIONS_TABLE.c.seminar_id.in_(bindparam("seminar_ids", expanding=True)), build_unlisted_clause()
    )
    conditions = [
        or_(column.in_(unlisted_ids), column.in_(bindparam("merged_ids", expanding=True)))
        if with_merged
        else column.in_(unlisted_ids)
        for column in (MARKS_TABLE.c.registration_id, SIGNATURES_TABLE.c.registration_id)
    ]
    marks, signatures = build_authored_marks_query(), build_signatures_query()
    return union_all(marks.where(conditions[0]), signatures.where(conditions[1])).order_by("received_at", "id")


def list_open_marks(
    connection: Connection, seminar_ids: Collection[int], surviving_ids: Mapping[int, int]
) -> dict[AttendanceKey, list[Any]]:
    """Return the latest marks that need a decision, by registration and session; empty lists where only a signature does."""
    marks_by_key, _signed = load_unlisted_marks(connection, seminar_ids, surviving_ids)
    return {
        key: list_latest_marks(marks)
        for key, marks in marks_by_key.items()
        if is_open_attendance(derive_session_attendance(marks))
    }


def list_unlisted_attendees(
    session: Session, seminar: Seminar, surviving_ids: Mapping[int, int] | None = None
) -> list[UnlistedAttendee]:
    """Return the people who are not on the list although marked or signed, by name; decided ones too.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_merged_registrations(session, [seminar.id])
    marks_by_key, signed_keys = load_unlisted_marks(session.connection(), [seminar.id], surviving_ids)
    if not marks_by_key:
        return []
    ids = {registration_id for registration_id, _session in marks_by_key}
    query = select(Registration).where(Registration.id.in_(ids)).options(joinedload(Registration.person))
    attendees = [
        UnlistedAttendee(registration, build_person_sessions(registration, marks_by_key, signed_keys))
        for registration in session.scalars(query.execution_options(populate_existing=True))
    ]
    return sorted(attendees, key=lambda attendee: (attendee.registration.person.sort_key, attendee.registration.id))


def list_unlisted_names(session: Session, seminar: Seminar) -> list[str]:
    """Return the names of the people who are not on the list although marked, and about whom nothing is decided."""
    attendees = list_unlisted_attendees(session, seminar)
    return [attendee.registration.person.full_name for attendee in attendees if attendee.is_open]


def has_open_marks(session: Session, registration: Registration) -> bool:
    """Return whether a person is not on the list although marked, and nothing is decided."""
    if registration.status in COUNTED_STATUSES:
        return False
    seminar_ids = [registration.seminar_id]
    open_marks = list_open_marks(session.connection(), seminar_ids, map_merged_registrations(session, seminar_ids))
    return any(registration_id == registration.id for registration_id, _session in open_marks)


def list_unlisted_registrations(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Return which registrations of a seminar are not on the list, marked or not."""
    query = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    return list(session.scalars(query.where(build_unlisted_clause()).order_by(Registration.id)))


def get_unlisted_attendee(session: Session, seminar: Seminar, registration_id: int, version: str) -> UnlistedAttendee:
    """Lock the seminar and return the person as the organizer saw them. Raises StatusChanged if anything is newer."""
    lock_seminar(session, seminar)
    for attendee in list_unlisted_attendees(session, seminar):
        if (attendee.registration.id, attendee.version) == (registration_id, version):
            return attendee
    raise StatusChanged


def ignore_unlisted_attendee(session: Session, attendee: UnlistedAttendee, now: datetime, user_id: int | None) -> None:
    """Append a mark "absent" that decides in every open session. Raises StatusChanged if none is open."""
    if not attendee.is_open:
        raise StatusChanged
    for part in attendee.sessions:
        if is_open_attendance(part.attendance):
            append_decided_mark(session, attendee, part, AttendanceStatus.ABSENT, now, user_id, decides=True)


def review_ignored_attendee(session: Session, attendee: UnlistedAttendee, now: datetime, user_id: int | None) -> None:
    """Append marks with the statuses that the decision set aside. Raises StatusChanged if there are none."""
    if not attendee.is_ignored:
        raise StatusChanged
    for part in attendee.sessions:
        for status in part.overruled_statuses:
            append_decided_mark(session, attendee, part, status, now, user_id, decides=False)


def append_decided_mark(
    session: Session,
    attendee: UnlistedAttendee,
    part: PersonSession,
    status: AttendanceStatus,
    now: datetime,
    user_id: int | None,
    *,
    decides: bool,
) -> None:
    """Append a mark after the last one that the organizer saw."""
    after: UUID | None = part.attendance.last_mark_id
    append_mark(
        session, attendee.registration, part.session, status, after=after, now=now, user_id=user_id, decides=decides
    )


def list_open_mark_ids(open_marks: Iterable[Sequence[Any]], device_id: int) -> list[str]:
    """Return the ids of a device's marks among open ones."""
    return [str(mark.id) for marks in open_marks for mark in marks if mark.device_id == device_id]

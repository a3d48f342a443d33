"""Attendance conflicts: different statuses for one person and session. The organizer resolves one by a further mark."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.accounts.models import User
from trainer.attendance.ledger import (
    AttendanceKey,
    add_merged_ids,
    append_mark,
    derive_session_attendance,
    list_keys_with_differing_marks,
    list_latest_marks,
    load_conflicting_attendance,
    map_merged_registrations,
)
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Device
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class ConflictMark:
    """A mark of a conflict, for display. `made_at` is by the server's clock; `author` is empty if the account was deleted."""

    status: AttendanceStatus
    made_at: datetime
    author: str
    is_from_device: bool
    is_decision: bool


@dataclass(frozen=True)
class AttendanceConflict:
    """A conflict of one person in one session, open or decided, with all marks in the order received.

    `statuses` are those in conflict; `decided_status` is None while the conflict is open.
    """

    registration: Registration
    session: SeminarSession
    last_mark_id: UUID
    statuses: tuple[AttendanceStatus, ...]
    marks: tuple[ConflictMark, ...]
    decided_status: AttendanceStatus | None


def list_attendance_conflicts(session: Session, seminar: Seminar) -> list[AttendanceConflict]:
    """Return open conflicts, then decided ones, each by session and name."""
    surviving_ids = map_merged_registrations(session, [seminar.id])
    sessions_by_id = {seminar_session.id: seminar_session for seminar_session in seminar.sessions}
    keys = list_keys_with_differing_marks(session, sessions_by_id, surviving_ids, None)
    registrations = list_registrations_by_ids(session, {registration_id for registration_id, _session in keys})
    registrations_by_id = {registration.id: registration for registration in registrations}
    conflicts = []
    for (registration_id, session_id), marks in load_marks_with_authors(session, keys, surviving_ids).items():
        conflict = build_attendance_conflict(registrations_by_id[registration_id], sessions_by_id[session_id], marks)
        if conflict is not None:
            conflicts.append(conflict)
    conflicts.sort(key=lambda conflict: (conflict.session.starts_at, conflict.registration.person.sort_key))
    return sorted(conflicts, key=lambda conflict: conflict.decided_status is not None)


def list_registrations_by_ids(session: Session, registration_ids: set[int]) -> list[Registration]:
    """Return the registrations with these ids."""
    return list(session.scalars(select(Registration).where(Registration.id.in_(registration_ids))))


def load_marks_with_authors(
    session: Session, keys: set[AttendanceKey], surviving_ids: dict[int, int]
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Return the marks of the keys in the order received, with the name of their author."""
    columns = ("registration_id", "session_id", "id", "status", "after", "decides", "made_at", "skew", "device_id")
    registration_ids = add_merged_ids((registration_id for registration_id, _session in keys), surviving_ids)
    query = (
        select(*(getattr(AttendanceMark, name) for name in columns))
        .add_columns(func.coalesce(Device.name, User.name, User.email).label("author"))
        .outerjoin(Device, Device.id == AttendanceMark.device_id)
        .outerjoin(User, User.id == AttendanceMark.user_id)
        .where(AttendanceMark.registration_id.in_(registration_ids))
        .order_by(AttendanceMark.received_at, AttendanceMark.id)
    )
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(query):
        key = surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id
        if key in keys:
            marks_by_key[key].append(mark)
    return marks_by_key


def build_attendance_conflict(
    registration: Registration, seminar_session: SeminarSession, marks_received: list[Row[Any]]
) -> AttendanceConflict | None:
    """Return the conflict of a person's marks in a session, open or decided by the last mark; None if there is none."""
    attendance = derive_session_attendance(marks_received)
    decided_statuses = list_statuses_before_decision(marks_received)
    if attendance.last_mark_id is None or not (attendance.is_conflicting or decided_statuses):
        return None
    return AttendanceConflict(
        registration=registration,
        session=seminar_session,
        last_mark_id=attendance.last_mark_id,
        statuses=attendance.latest_statuses if attendance.is_conflicting else decided_statuses,
        marks=tuple(build_conflict_mark(mark) for mark in marks_received),
        decided_status=attendance.status,
    )


def list_statuses_before_decision(marks_received: list[Row[Any]]) -> tuple[AttendanceStatus, ...]:
    """Return the conflicting statuses that a decision resolved, if the decision is the latest mark."""
    latest = list_latest_marks(marks_received)
    if len(latest) != 1 or not latest[0].decides:
        return ()
    decision_index = next(index for index, mark in enumerate(marks_received) if mark.id == latest[0].id)
    attendance_before = derive_session_attendance(marks_received[:decision_index])
    return attendance_before.latest_statuses if attendance_before.is_conflicting else ()


def build_conflict_mark(mark: Row[Any]) -> ConflictMark:
    """Return a mark for display."""
    return ConflictMark(
        status=AttendanceStatus(mark.status),
        made_at=mark.made_at + timedelta(milliseconds=mark.skew),
        author=mark.author or "",
        is_from_device=mark.device_id is not None,
        is_decision=mark.decides,
    )


def get_attendance_conflict(
    session: Session, seminar: Seminar, registration_id: int, session_id: int, last_mark_id: str
) -> AttendanceConflict:
    """Lock the seminar and return the conflict as the organizer saw it. Raises StatusChanged if there are newer marks."""
    lock_seminar(session, seminar)
    shown_key = registration_id, session_id, last_mark_id
    for conflict in list_attendance_conflicts(session, seminar):
        if (conflict.registration.id, conflict.session.id, str(conflict.last_mark_id)) == shown_key:
            return conflict
    raise StatusChanged


def resolve_attendance_conflict(
    session: Session, conflict: AttendanceConflict, status: str, now: datetime, user_id: int | None
) -> None:
    """Append a mark that decides for one of the statuses in conflict. Raises StatusChanged for another status or a decided conflict."""
    if conflict.decided_status is not None or status not in conflict.statuses:
        raise StatusChanged
    append_mark(
        session,
        conflict.registration,
        conflict.session,
        AttendanceStatus(status),
        after=conflict.last_mark_id,
        now=now,
        user_id=user_id,
        decides=True,
    )


def reopen_attendance_conflict(
    session: Session, conflict: AttendanceConflict, now: datetime, user_id: int | None
) -> None:
    """Append a mark for each of the statuses in conflict after the decision. Raises StatusChanged if the conflict is open."""
    if conflict.decided_status is None:
        raise StatusChanged
    for status in conflict.statuses:
        append_mark(
            session,
            conflict.registration,
            conflict.session,
            status,
            after=conflict.last_mark_id,
            now=now,
            user_id=user_id,
        )


def list_walk_ins(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the registrations of walk-ins in the order added: registered people, likely duplicates among them, and merged ones."""
    query = select(Registration).where(
        Registration.seminar_id == seminar.id,
        Registration.walk_in_id.is_not(None),
        Registration.status.in_((RegistrationStatus.MERGED, RegistrationStatus.REGISTERED)),
    )
    return list(session.scalars(query.order_by(Registration.id).options(joinedload(Registration.person))))


def count_open_conflicts(session: Session, seminar: Seminar) -> int:
    """Count the decisions that wait for the organizer: open conflicts, and walk-ins that are likely duplicates."""
    session_ids = [seminar_session.id for seminar_session in seminar.sessions]
    conflicts = load_conflicting_attendance(session, session_ids, map_merged_registrations(session, [seminar.id]))
    likely_duplicates = select(func.count()).where(
        Registration.seminar_id == seminar.id,
        Registration.status == RegistrationStatus.REGISTERED,
        Registration.is_likely_duplicate,
        Registration.walk_in_id.is_not(None),
    )
    return len(conflicts) + (session.scalar(likely_duplicates) or 0)

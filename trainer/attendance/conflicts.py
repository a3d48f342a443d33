"""Attendance conflicts: different statuses for one person and session. The organizer resolves one by a further mark."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, CompoundSelect, Row, bindparam, not_, select, union_all
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import (
    append_mark,
    derive_session_attendance,
    list_keys_with_differing_marks,
)
from trainer.attendance.mark_history import (
    RecordedMark,
    build_recorded_marks,
    list_statuses_before_decision,
    load_marks_with_authors,
)
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceStatus, RefusedItem
from trainer.attendance.unlisted import (
    build_unlisted_clause,
    list_open_marks,
)
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class AttendanceConflict:
    """A conflict of one person in one session, open or decided, with all marks in the order received.

    `statuses` are those in conflict; `decided_status` is None while the conflict is open.
    """

    registration: Registration
    session: SeminarSession
    last_mark_id: UUID
    statuses: tuple[AttendanceStatus, ...]
    marks: tuple[RecordedMark, ...]
    decided_status: AttendanceStatus | None


def list_attendance_conflicts(session: Session, seminar: Seminar) -> list[AttendanceConflict]:
    """Return open conflicts, then decided ones, each by session and name.

    People who are not on the list are left out: of them the organizer decides first whether they get a seat.
    """
    surviving_ids = map_merged_registrations(session, [seminar.id])
    sessions_by_id = {seminar_session.id: seminar_session for seminar_session in seminar.sessions}
    keys = list_keys_with_differing_marks(session, sessions_by_id, surviving_ids, None)
    registrations = list_listed_registrations(session, {registration_id for registration_id, _session in keys})
    registrations_by_id = {registration.id: registration for registration in registrations}
    conflicts = []
    for key, marks in load_marks_with_authors(session, registrations_by_id, surviving_ids).items():
        if key not in keys:
            continue
        conflict = build_attendance_conflict(registrations_by_id[key[0]], sessions_by_id[key[1]], marks)
        if conflict is not None:
            conflicts.append(conflict)
    conflicts.sort(key=lambda conflict: (conflict.session.starts_at, conflict.registration.person.sort_key))
    return sorted(conflicts, key=lambda conflict: conflict.decided_status is not None)


def list_listed_registrations(session: Session, registration_ids: set[int]) -> list[Registration]:
    """Return which of the registrations are on the list, or merged into one that is."""
    query = select(Registration).where(Registration.id.in_(registration_ids), not_(build_unlisted_clause()))
    return list(session.scalars(query.options(joinedload(Registration.person))))


def build_attendance_conflict(
    registration: Registration, seminar_session: SeminarSession, marks_received: list[Row[Any]]
) -> AttendanceConflict | None:
    """Return the conflict of a person's marks in a session, open or decided by the last mark; None if there is none."""
    attendance = derive_session_attendance(marks_received)
    decided_statuses = list_statuses_before_decision(marks_received)
    is_decided = len(decided_statuses) > 1
    if attendance.last_mark_id is None or not (attendance.is_conflicting or is_decided):
        return None
    return AttendanceConflict(
        registration=registration,
        session=seminar_session,
        last_mark_id=attendance.last_mark_id,
        statuses=attendance.latest_statuses if attendance.is_conflicting else decided_statuses,
        marks=build_recorded_marks(marks_received),
        decided_status=attendance.status,
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


def list_conflicting_names(session: Session, seminar: Seminar) -> list[str]:
    """Return the names of the people with an open conflict, each once, by session and name."""
    conflicts = list_attendance_conflicts(session, seminar)
    names = (conflict.registration.person.full_name for conflict in conflicts if conflict.decided_status is None)
    return list(dict.fromkeys(names))


def list_walk_ins(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the registrations of walk-ins in the order added: registered people, likely duplicates among them, and merged ones."""
    query = select(Registration).where(
        Registration.seminar_id == seminar.id,
        Registration.walk_in_id.is_not(None),
        Registration.status.in_((RegistrationStatus.MERGED, RegistrationStatus.REGISTERED)),
    )
    return list(session.scalars(query.order_by(Registration.id).options(joinedload(Registration.person))))


def count_unlisted_people(
    session: Session, seminars: Collection[Seminar], surviving_ids: Mapping[int, int]
) -> Counter[int]:
    """Count the people who are not on the list although marked, and about whom nothing is decided, by seminar id.

    `surviving_ids` maps merged registrations to the surviving ones.
    """
    seminar_ids = {part.id: seminar.id for seminar in seminars for part in seminar.sessions}
    ids = [seminar.id for seminar in seminars]
    open_marks = list_open_marks(session.connection(), ids, surviving_ids)
    unlisted = {(registration_id, seminar_ids[session_id]) for registration_id, session_id in open_marks}
    return Counter(seminar_id for _registration, seminar_id in unlisted)


def count_undecided_rows(session: Session, seminar_ids: Collection[int]) -> Counter[int]:
    """Count the walk-ins that are likely duplicates, and the refused items, about which nothing is decided, by seminar id."""
    return Counter(session.scalars(build_undecided_query(), {"seminar_ids": list(seminar_ids)}))


@cache
def build_undecided_query() -> CompoundSelect[Any]:
    """Build the query for the seminar of each walk-in that is a likely duplicate, and of each refused item, without a decision."""
    seminar_ids: BindParameter[Any] = bindparam("seminar_ids", expanding=True)
    likely_duplicates = select(Registration.seminar_id).where(
        Registration.seminar_id.in_(seminar_ids),
        Registration.status == RegistrationStatus.REGISTERED,
        Registration.is_likely_duplicate,
        Registration.walk_in_id.is_not(None),
    )
    refused_items = select(RefusedItem.seminar_id).where(
        RefusedItem.seminar_id.in_(seminar_ids), RefusedItem.decided_at.is_(None)
    )
    return union_all(likely_duplicates, refused_items)

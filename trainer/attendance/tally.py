"""Attendance of everybody in a seminar, counted in the database: which summaries are true, and of whom each is."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import (
    PRESENT_STATUSES,
    SessionAttendance,
    build_status_range_query,
    derive_session_attendance,
    list_held_sessions,
    load_ledger,
)
from trainer.attendance.merges import add_merged_ids
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.attendance.summary import AttendanceSummary, count_attendance
from trainer.raw_queries import fetch_number_groups
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class AttendanceTally:
    """The registrations of a seminar that have marks, by their attendance, as ids. All others have `without_marks`."""

    without_marks: AttendanceSummary
    ids_by_summary: Mapping[AttendanceSummary, set[int]]
    conflicts: Mapping[int, int]
    """In how many sessions, also those that have not begun, a registration has a conflict."""

    def split_by_summary(self, registration_ids: set[int]) -> Iterator[tuple[AttendanceSummary, set[int]]]:
        """Yield each summary that is true of some of these registrations, with their ids."""
        rest = set(registration_ids)
        for summary, ids in self.ids_by_summary.items():
            found = ids & registration_ids
            rest -= found
            if found:
                yield summary, found
        if rest:
            yield self.without_marks, rest

    def choose(self, registration_ids: set[int], fulfils: Callable[[AttendanceSummary], bool]) -> set[int]:
        """Return which of these registrations have an attendance that fulfils a condition."""
        chosen = (ids for summary, ids in self.split_by_summary(registration_ids) if fulfils(summary))
        return set().union(*chosen)

    def count_conflicts(self, registration_ids: set[int]) -> int:
        """Return the number of conflicts of these registrations, one for each session."""
        return sum(count for registration_id, count in self.conflicts.items() if registration_id in registration_ids)


def load_tallies(
    session: Session, seminars: Sequence[Seminar], now: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, AttendanceTally]:
    """Return the attendance of everybody in the held sessions of seminars, by seminar id, by one query or two.

    `surviving_ids` maps merged registrations to the surviving ones. The database decides where all marks of a person and
    session have one status. The ledger is read only for people with differing marks, and for merged registrations.
    """
    held_ids = {seminar.id: [held.id for held in list_held_sessions(seminar, now)] for seminar in seminars}
    seminar_ids = {part.id: seminar.id for seminar in seminars for part in seminar.sessions}
    groups: dict[int, dict[AttendanceSummary, set[int]]] = {seminar_id: defaultdict(set) for seminar_id in held_ids}
    conflicts: dict[int, dict[int, int]] = {seminar_id: {} for seminar_id in held_ids}
    merged_ids = add_merged_ids(surviving_ids, surviving_ids)
    unclear_ids = set(merged_ids)
    for (seminar_id, present, excused, marked, differing), ids in load_groups(session, seminar_ids, held_ids):
        if differing:
            unclear_ids |= ids
        else:
            groups[seminar_id][AttendanceSummary(len(held_ids[seminar_id]), present, excused, 0, marked)] |= (
                ids - merged_ids
            )
    attendance = {
        key: derive_session_attendance(marks)
        for key, marks in (load_ledger(session, seminar_ids, surviving_ids, unclear_ids) if unclear_ids else {}).items()
    }
    for registration_id, seminar_id in {(person, seminar_ids[part]) for person, part in attendance}:
        held = [attendance.get((registration_id, part), SessionAttendance()) for part in held_ids[seminar_id]]
        groups[seminar_id][count_attendance(held)].add(registration_id)
    for (registration_id, part), own in attendance.items():
        if own.is_conflicting:
            own_conflicts = conflicts[seminar_ids[part]]
            own_conflicts[registration_id] = own_conflicts.get(registration_id, 0) + 1
    return {
        seminar_id: AttendanceTally(
            AttendanceSummary(len(ids), 0, 0, 0, 0), dict(groups[seminar_id]), conflicts[seminar_id]
        )
        for seminar_id, ids in held_ids.items()
    }


def map_session_statuses(
    session: Session, seminar_session: SeminarSession, surviving_ids: Mapping[int, int]
) -> dict[AttendanceStatus, set[int]]:
    """Return who has which status in a session, by one query or two; nobody whose marks conflict.

    `surviving_ids` maps merged registrations to the surviving ones.
    """
    registration_id, _session, smallest, largest = build_status_range_query(True, True).subquery().c
    query = select(case((smallest == largest, smallest)), registration_id)
    unclear_ids = add_merged_ids(surviving_ids, surviving_ids)
    statuses: dict[AttendanceStatus, set[int]] = {status: set() for status in AttendanceStatus}
    for (status,), ids in fetch_number_groups(session, query, {"session_ids": [seminar_session.id]}):
        if status is None:
            unclear_ids |= ids
        else:
            statuses[AttendanceStatus(status)] = ids
    if unclear_ids:
        statuses = {status: ids - unclear_ids for status, ids in statuses.items()}
        marks_by_key = load_ledger(session, [seminar_session.id], surviving_ids, unclear_ids)
        for (marked_id, _session_id), marks in marks_by_key.items():
            status = derive_session_attendance(marks).status
            if status is not None:
                statuses[status].add(marked_id)
    return statuses


def load_groups(
    session: Session, seminar_ids: Mapping[int, int], held_ids: Mapping[int, list[int]]
) -> list[tuple[tuple[Any, ...], set[int]]]:
    """Return ids of registrations by seminar and numbers of held sessions: present, excused, marked; and of differing marks.

    In a session with differing marks nobody is present or excused. `seminar_ids` gives the seminar of each session.
    """
    if not seminar_ids:
        return []
    held = [session_id for ids in held_ids.values() for session_id in ids]
    return fetch_number_groups(session, build_tally_query(), {"session_ids": list(seminar_ids), "held_ids": held})


@cache
def build_tally_query() -> Select[int, int, int, int, int, int]:
    """Return the query of `load_groups`."""
    mark = AttendanceMark
    smallest, largest = func.min(mark.status).label("smallest"), func.max(mark.status).label("largest")
    parts = (
        select(mark.session_id, mark.registration_id, smallest, largest)
        .where(mark.session_id.in_(bindparam("session_ids", expanding=True)))
        .group_by(mark.session_id, mark.registration_id)
        .subquery()
    )
    is_held = parts.c.session_id.in_(bindparam("held_ids", expanding=True))
    is_uniform = parts.c.smallest == parts.c.largest
    conditions = (
        and_(is_held, is_uniform, parts.c.smallest.in_(PRESENT_STATUSES)),
        and_(is_held, is_uniform, parts.c.smallest == AttendanceStatus.EXCUSED),
        is_held,
        ~is_uniform,
    )
    return (
        select(SeminarSession.seminar_id, *(func.sum(case((each, 1), else_=0)) for each in conditions))
        .add_columns(parts.c.registration_id)
        .join(SeminarSession, SeminarSession.id == parts.c.session_id)
        .group_by(SeminarSession.seminar_id, parts.c.registration_id)
    )

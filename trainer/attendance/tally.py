"""Attendance of everybody in a seminar, counted in the database: which summaries are true, and of whom each is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, case, select
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
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.summary import AttendanceSummary, count_attendance
from trainer.raw_queries import fetch_number_groups, join_numbers
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
    seminar_ids = {part.id: seminar.id for seminar in seminars for part in seminar.sessions}
    held_ids = {seminar.id: [held.id for held in list_held_sessions(seminar, now)] for seminar in seminars}
    by_status, unclear_ids = load_ids_by_status(session, list(seminar_ids), surviving_ids)
    marks_by_key = load_ledger(session, seminar_ids, surviving_ids, unclear_ids) if unclear_ids else {}
    attendance_by_key = {key: derive_session_attendance(marks) for key, marks in marks_by_key.items()}
    conflicts: dict[int, Counter[int]] = {seminar_id: Counter() for seminar_id in held_ids}
    for (registration_id, session_id), attendance in attendance_by_key.items():
        conflicts[seminar_ids[session_id]][registration_id] += attendance.is_conflicting
    groups = {
        seminar_id: group_by_summary(len(ids), [by_status.get(session_id, {}) for session_id in ids])
        for seminar_id, ids in held_ids.items()
    }
    for registration_id, seminar_id in {(person, seminar_ids[part]) for person, part in attendance_by_key}:
        keys = [(registration_id, session_id) for session_id in held_ids[seminar_id]]
        summary = count_attendance([attendance_by_key.get(key, SessionAttendance()) for key in keys])
        groups[seminar_id].setdefault(summary, set()).add(registration_id)
    return {
        seminar_id: AttendanceTally(AttendanceSummary(len(ids), 0, 0, 0, 0), groups[seminar_id], conflicts[seminar_id])
        for seminar_id, ids in held_ids.items()
    }


def group_by_summary(
    held: int, sessions: Sequence[Mapping[AttendanceStatus, set[int]]]
) -> dict[AttendanceSummary, set[int]]:
    """Return ids by their summary, from the ids by status of each held session: each session divides the groups further."""
    groups: dict[AttendanceSummary, set[int]] = {}
    known_ids: set[int] = set()
    for statuses in sessions:
        marked_ids = set().union(*statuses.values())
        groups[AttendanceSummary(held, 0, 0, 0, 0)] = marked_ids - known_ids
        known_ids |= marked_ids
        divided: dict[AttendanceSummary, set[int]] = defaultdict(set)
        for summary, ids in groups.items():
            divided[summary] |= ids - marked_ids
            for status, own_ids in statuses.items():
                present, excused = status in PRESENT_STATUSES, status == AttendanceStatus.EXCUSED
                counts = summary.present + present, summary.excused + excused, 0, summary.marked + 1
                divided[AttendanceSummary(held, *counts)] |= ids & own_ids
        groups = {summary: ids for summary, ids in divided.items() if ids}
    return groups


def map_session_statuses(
    session: Session, seminar_session: SeminarSession, surviving_ids: Mapping[int, int]
) -> dict[AttendanceStatus, set[int]]:
    """Return who has which status in a session, by one query or two; nobody whose marks conflict.

    `surviving_ids` maps merged registrations to the surviving ones.
    """
    by_status, unclear_ids = load_ids_by_status(session, [seminar_session.id], surviving_ids)
    statuses = {status: by_status.get(seminar_session.id, {}).get(status, set()) for status in AttendanceStatus}
    if unclear_ids:
        marks_by_key = load_ledger(session, [seminar_session.id], surviving_ids, unclear_ids)
        for (registration_id, _session_id), marks in marks_by_key.items():
            status = derive_session_attendance(marks).status
            if status is not None:
                statuses[status].add(registration_id)
    return statuses


def load_ids_by_status(
    session: Session, session_ids: Sequence[int], surviving_ids: Mapping[int, int]
) -> tuple[dict[int, dict[AttendanceStatus, set[int]]], set[int]]:
    """Return the registrations by session and status, and those that are unclear, because only the ledger tells their status.

    Unclear are people with differing marks in a session, and all that have to do with a merge.
    """
    unclear_ids = add_merged_ids(surviving_ids, surviving_ids)
    by_status: dict[int, dict[AttendanceStatus, set[int]]] = defaultdict(dict)
    rows = fetch_number_groups(session, build_statuses_query(), {"session_ids": session_ids}) if session_ids else []
    for (part, status), ids in rows:
        if status is None:
            unclear_ids |= ids
        else:
            by_status[part][AttendanceStatus(status)] = ids
    for statuses in by_status.values():
        for ids in statuses.values():
            ids -= unclear_ids
    return by_status, unclear_ids


@cache
def build_statuses_query() -> Select[*tuple[Any, ...]]:
    """Build the query for the registrations by session and status; the status of people with differing marks is NULL."""
    registration_id, session_id, smallest, largest = build_status_range_query(True, True).subquery().c
    return join_numbers(select(session_id, case((smallest == largest, smallest)), registration_id))

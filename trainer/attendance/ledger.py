"""The ledger of attendance marks: appending marks, deriving a person's status per session, and the share of sessions attended."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, bindparam, case, delete, func, select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, Signature
from trainer.raw_queries import fetch_number_columns
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar, SeminarSession

PRESENT_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)
MAX_PEOPLE_READ_BY_ID = 20  # for more people, reading all marks of the seminar is faster
AttendanceKey = tuple[int, int]
"""Registration id and session id."""


class MarkLike(Protocol):
    """The fields of a mark from which attendance is derived."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def after(self) -> uuid.UUID | None: ...
    @property
    def decides(self) -> bool: ...


@dataclass(frozen=True)
class SessionAttendance:
    """Attendance of one person in one session; `status` is None without marks and in a conflict.

    `latest_statuses` are the statuses of the latest marks (see `list_latest_marks`). With parallel marks, even equal ones, a
    new mark must have `decides`: otherwise it would follow only one of them.
    """

    status: AttendanceStatus | None = None
    last_mark_id: uuid.UUID | None = None
    latest_statuses: tuple[AttendanceStatus, ...] = ()
    has_parallel_marks: bool = False

    @property
    def is_conflicting(self) -> bool:
        """Return whether the latest marks have different statuses."""
        return len(self.latest_statuses) > 1


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


def generate_mark_id(now: datetime) -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): milliseconds first, so that marks sort by time. `static/js/tablet/uuid.js` does the same."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def append_mark(
    session: Session,
    registration: Registration,
    seminar_session: SeminarSession,
    status: AttendanceStatus,
    *,
    after: uuid.UUID | None,
    now: datetime,
    made_at: datetime | None = None,
    user_id: int | None = None,
    decides: bool = False,
    source: MarkSource = MarkSource.DESK,
) -> AttendanceMark:
    """Append a mark to the ledger and return it; `made_at` says when it was made, if not now."""
    mark = AttendanceMark(
        id=generate_mark_id(now),
        registration_id=registration.id,
        session_id=seminar_session.id,
        status=status,
        after=after,
        decides=decides,
        made_at=made_at or now,
        received_at=now,
        source=source,
        user_id=user_id,
    )
    session.add(mark)
    return mark


def derive_session_attendance(marks: Sequence[MarkLike]) -> SessionAttendance:
    """Derive the attendance of one person in one session from its marks in the order received.

    `static/js/tablet/ledger.js` applies the same rule on tablets; tests/browser/test_tablet_rules.py compares both.
    """
    latest = list_latest_marks(marks)
    statuses = tuple(sorted({AttendanceStatus(mark.status) for mark in latest}))
    if not latest:
        return SessionAttendance()
    status = statuses[0] if len(statuses) == 1 else None
    return SessionAttendance(
        status=status, last_mark_id=latest[-1].id, latest_statuses=statuses, has_parallel_marks=len(latest) > 1
    )


def list_latest_marks(marks: Sequence[MarkLike]) -> list[MarkLike]:
    """Return the marks, from the last decision on, that no other mark follows."""
    decision_index = max((index for index, mark in enumerate(marks) if mark.decides), default=0)
    undecided = marks[decision_index:]
    superseded_ids = {mark.after for mark in undecided}
    return [mark for mark in undecided if mark.id not in superseded_ids]


def load_seminar_attendance(session: Session, seminar: Seminar) -> dict[AttendanceKey, SessionAttendance]:
    """Return the attendance of everybody with marks in the seminar, by registration and session.

    Marks of a merged registration count for the surviving one, until the merge is undone.
    """
    session_ids = [seminar_session.id for seminar_session in seminar.sessions]
    marks_by_key = load_ledger(session, session_ids, map_merged_registrations(session, [seminar.id]))
    return {key: derive_session_attendance(marks) for key, marks in marks_by_key.items()}


def load_attendance_of_people(
    session: Session,
    seminar: Seminar,
    registrations: Iterable[Registration],
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[AttendanceKey, SessionAttendance]:
    """Return the attendance of some people by registration id and session id, reading only their marks.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_merged_registrations(session, [seminar.id])
    registration_ids = add_merged_ids((registration.id for registration in registrations), surviving_ids)
    session_ids = [seminar_session.id for seminar_session in seminar.sessions]
    marks_by_key = load_ledger(session, session_ids, surviving_ids, registration_ids)
    return {key: derive_session_attendance(marks) for key, marks in marks_by_key.items()}


def load_ledger(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None = None,
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Return the marks of the sessions in the order received, by surviving registration and session.

    `registration_ids` limits the marks to these registrations; registrations merged into them must be included.
    """
    columns = ("registration_id", "session_id", "id", "status", "after", "decides")
    query = select(*(getattr(AttendanceMark, name) for name in columns)).where(
        AttendanceMark.session_id.in_(session_ids)
    )
    if registration_ids is not None:
        query = query.where(AttendanceMark.registration_id.in_(registration_ids))
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(query.order_by(AttendanceMark.received_at, AttendanceMark.id)):
        marks_by_key[surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id].append(mark)
    return marks_by_key


def map_merged_registrations(session: Session, seminar_ids: Iterable[int] | Select[int]) -> dict[int, int]:
    """Return the id of the surviving registration for each merged registration of some seminars.

    `seminar_ids` may be a SELECT of ids, which then becomes a subquery.
    """
    rows = select(Registration.id, Registration.merged_into_id).where(
        Registration.seminar_id.in_(seminar_ids), Registration.status == RegistrationStatus.MERGED
    )
    return resolve_merges({row[0]: row[1] for row in session.execute(rows) if row[1] is not None})


def resolve_merges(merged_into_ids: Mapping[int, int]) -> dict[int, int]:
    """Follow chains of merges; return the surviving id for every merged id."""
    surviving_ids = {}
    for merged_id in merged_into_ids:
        current_id, visited_ids = merged_id, {merged_id}
        while current_id in merged_into_ids and merged_into_ids[current_id] not in visited_ids:
            current_id = merged_into_ids[current_id]
            visited_ids.add(current_id)
        surviving_ids[merged_id] = current_id
    return surviving_ids


def load_conflicting_attendance(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None = None,
) -> dict[AttendanceKey, SessionAttendance]:
    """Return the attendance of every unresolved conflict, of all people or of the given registrations."""
    session_ids = list(session_ids)
    candidate_keys = list_keys_with_differing_marks(
        session,
        session_ids,
        surviving_ids,
        None if registration_ids is None else add_merged_ids(registration_ids, surviving_ids),
    )
    if not candidate_keys:
        return {}
    candidate_ids = add_merged_ids((registration_id for registration_id, _session in candidate_keys), surviving_ids)
    marks_by_key = load_ledger(session, session_ids, surviving_ids, candidate_ids)
    attendance_by_key = {
        key: derive_session_attendance(marks) for key, marks in marks_by_key.items() if key in candidate_keys
    }
    return {key: attendance for key, attendance in attendance_by_key.items() if attendance.is_conflicting}


def add_merged_ids(registration_ids: Iterable[int], surviving_ids: Mapping[int, int]) -> set[int]:
    """Return the surviving registrations and all registrations merged into them."""
    survivors = {surviving_ids.get(registration_id, registration_id) for registration_id in registration_ids}
    return survivors | {merged_id for merged_id, surviving_id in surviving_ids.items() if surviving_id in survivors}


@cache
def build_status_range_query(for_everybody: bool, include_uniform: bool) -> Select[Any]:
    """Build the query for the smallest and largest status ever marked per registration and session.

    Without `include_uniform` only where they differ. Merged registrations need the uniform ones too, to be compared later.
    """
    table = AttendanceMark.__table__
    key = (table.c.registration_id, table.c.session_id)
    smallest, largest = func.min(table.c.status), func.max(table.c.status)
    query = select(*key, smallest, largest).where(table.c.session_id.in_(bindparam("session_ids", expanding=True)))
    if not for_everybody:
        query = query.where(table.c.registration_id.in_(bindparam("registration_ids", expanding=True)))
    query = query.group_by(*key)
    return query if include_uniform else query.having(smallest != largest)


def list_keys_with_differing_marks(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None,
) -> set[AttendanceKey]:
    """Return the keys whose marks have had different statuses; compared in the database, because there are few."""
    parameters = {"session_ids": list(session_ids)}
    if registration_ids is not None:
        parameters["registration_ids"] = list(registration_ids)
    query = build_status_range_query(registration_ids is None, bool(surviving_ids))
    statuses_by_key: dict[AttendanceKey, set[str]] = defaultdict(set)
    for registration_id, session_id, *statuses in session.connection().execute(query, parameters):
        statuses_by_key[surviving_ids.get(registration_id, registration_id), session_id].update(statuses)
    return {key for key, statuses in statuses_by_key.items() if len(statuses) > 1}


def list_possible_attendee_ids(session: Session, registrations: Iterable[Registration]) -> set[int]:
    """Return which of the registrations may be on a list of attendees: marked present (conflicts included) or signed."""
    registrations = list(registrations)
    seminar_ids = {registration.seminar_id for registration in registrations}
    surviving_ids = map_merged_registrations(session, seminar_ids)
    session_ids = session.scalars(select(SeminarSession.id).where(SeminarSession.seminar_id.in_(seminar_ids))).all()
    registration_ids = add_merged_ids((registration.id for registration in registrations), surviving_ids)
    marks_by_key = load_ledger(session, session_ids, surviving_ids, registration_ids)
    attendee_ids = {
        registration_id
        for (registration_id, _session), marks in marks_by_key.items()
        if any(status in PRESENT_STATUSES for status in derive_session_attendance(marks).latest_statuses)
    }
    signed_ids = session.scalars(
        select(Signature.registration_id).where(Signature.registration_id.in_(registration_ids))
    )
    attendee_ids |= {surviving_ids.get(signed_id, signed_id) for signed_id in signed_ids}
    return {
        registration.id
        for registration in registrations
        if surviving_ids.get(registration.id, registration.id) in attendee_ids
    }


def list_present_registration_ids(session: Session, seminars: Iterable[Seminar], now: datetime) -> set[int]:
    """Return the ids of registrations present in any held session of the seminars; merged ones are mapped to the surviving one.

    The database decides where all marks have one status. The ledger is read only for people with differing marks, and for
    merged registrations.
    """
    seminars = list(seminars)
    surviving_ids = map_merged_registrations(session, [seminar.id for seminar in seminars])
    session_ids = [held.id for seminar in seminars for held in list_held_sessions(seminar, now)]
    registration_id, _session, smallest, largest = build_status_range_query(True, True).subquery().c
    present = func.max(case((and_(smallest == largest, smallest.in_(PRESENT_STATUSES)), registration_id)))
    differing = func.max(case((smallest != largest, registration_id)))
    query = select(present, differing).group_by(registration_id)
    # as aggregated text, in a tenth of the time of one row per person
    present_ids, unclear_ids = fetch_number_columns(session, query, {"session_ids": session_ids})
    merged_ids = add_merged_ids(surviving_ids, surviving_ids)
    present_ids -= merged_ids
    unclear_ids = unclear_ids - present_ids | merged_ids
    if unclear_ids:
        marks_by_key = load_ledger(session, session_ids, surviving_ids, add_merged_ids(unclear_ids, surviving_ids))
        present_ids |= {
            unclear_id
            for (unclear_id, _session), marks in marks_by_key.items()
            if derive_session_attendance(marks).status in PRESENT_STATUSES
        }
    return present_ids


def map_signature_times(session: Session, registration: Registration) -> dict[int, datetime]:
    """Return the time of the last signature by session id."""
    query = select(Signature.session_id, Signature.made_at).where(Signature.registration_id == registration.id)
    return {row.session_id: row.made_at for row in session.execute(query.order_by(Signature.received_at))}


def delete_signatures(session: Session, registration: Registration) -> None:
    """Delete the drawn signatures of a registration; its marks stay."""
    session.execute(delete(Signature).where(Signature.registration_id == registration.id))


def list_held_sessions(seminar: Seminar, now: datetime) -> list[SeminarSession]:
    """Return the sessions that have begun."""
    return [seminar_session for seminar_session in seminar.sessions if seminar_session.starts_at <= now]


def list_absent_registration_ids(
    session: Session, seminars: Iterable[Seminar], seminar_ids: Mapping[int, int], now: datetime
) -> set[int]:
    """Return which registrations missed every past session of their seminar, all of which are marked, in a few queries.

    `seminar_ids` gives the seminar of each registration.
    """
    seminars = list(seminars)
    held_ids = {seminar.id: [held.id for held in list_held_sessions(seminar, now)] for seminar in seminars}
    if not any(held_ids.values()):
        return set()
    present_ids = list_present_registration_ids(session, seminars, now)
    candidates = {key: held_ids[seminar_id] for key, seminar_id in seminar_ids.items() if key not in present_ids}
    surviving_ids = map_merged_registrations(session, list(held_ids))
    session_ids = [session_id for ids in held_ids.values() for session_id in ids]
    marks = load_ledger(session, session_ids, surviving_ids, add_merged_ids(candidates, surviving_ids))
    return {
        registration_id
        for registration_id, own_session_ids in candidates.items()
        if count_attendance(
            [derive_session_attendance(marks[registration_id, session_id]) for session_id in own_session_ids]
        ).missed_all
    }


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
        attendance_by_key = load_attendance_of_people(session, seminar, registrations, surviving_ids)
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

"""The ledger of attendance marks: appending marks, and deriving a person's status per session."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, bindparam, case, delete, func, select
from sqlalchemy.orm import Session

from trainer.attendance.merges import add_merged_ids, map_merged_registrations
from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, Signature
from trainer.raw_queries import fetch_number_columns
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession

PRESENT_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)
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
    seminars: Collection[Seminar],
    registrations: Iterable[Registration],
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[AttendanceKey, SessionAttendance]:
    """Return the attendance of some people of seminars by registration id and session id, reading only their marks.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_merged_registrations(session, [seminar.id for seminar in seminars])
    registration_ids = add_merged_ids((registration.id for registration in registrations), surviving_ids)
    session_ids = [seminar_session.id for seminar in seminars for seminar_session in seminar.sessions]
    marks_by_key = load_ledger(session, session_ids, surviving_ids, registration_ids)
    return {key: derive_session_attendance(marks) for key, marks in marks_by_key.items()}


def load_ledger(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None = None,
    received_until: datetime | None = None,
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Return the marks of the sessions in the order received, by surviving registration and session.

    `registration_ids` limits the marks to these registrations; registrations merged into them must be included.
    `received_until` leaves out marks received later.
    """
    values: dict[str, Any] = {"session_ids": list(session_ids)}
    if registration_ids is not None:
        values["registration_ids"] = list(registration_ids)
    if received_until is not None:
        values["received_until"] = received_until
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(build_ledger_query(registration_ids is None, received_until is not None), values):
        marks_by_key[surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id].append(mark)
    return marks_by_key


@cache
def build_ledger_query(for_everybody: bool, until: bool = False) -> Select[Any]:
    """Build the query for the marks of some sessions in the order received, of everybody or of some registrations."""
    columns = ("registration_id", "session_id", "id", "status", "after", "decides")
    query = select(*(getattr(AttendanceMark, name) for name in columns))
    query = query.where(AttendanceMark.session_id.in_(bindparam("session_ids", expanding=True)))
    if not for_everybody:
        query = query.where(AttendanceMark.registration_id.in_(bindparam("registration_ids", expanding=True)))
    if until:
        received_at = AttendanceMark.__table__.c.received_at
        query = query.where(received_at <= bindparam("received_until", type_=received_at.type))
    return query.order_by(AttendanceMark.received_at, AttendanceMark.id)


@cache
def build_status_range_query(for_everybody: bool, include_uniform: bool, until: bool = False) -> Select[Any]:
    """Build the query for the smallest and largest status ever marked per registration and session.

    Without `include_uniform` only where they differ. Merged registrations need the uniform ones too, to be compared later.
    With `until`, only marks received by the moment `received_until` count.
    """
    table = AttendanceMark.__table__
    key = (table.c.registration_id, table.c.session_id)
    smallest, largest = func.min(table.c.status), func.max(table.c.status)
    query = select(*key, smallest, largest).where(table.c.session_id.in_(bindparam("session_ids", expanding=True)))
    if not for_everybody:
        query = query.where(table.c.registration_id.in_(bindparam("registration_ids", expanding=True)))
    if until:
        query = query.where(table.c.received_at <= bindparam("received_until", type_=table.c.received_at.type))
    query = query.group_by(*reversed(key))  # as in the index
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


def list_present_registration_ids(
    session: Session, seminars: Iterable[Seminar], now: datetime, surviving_ids: Mapping[int, int] | None = None
) -> set[int]:
    """Return the ids of registrations present in any held session of the seminars; merged ones are mapped to the surviving one.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    seminars = list(seminars)
    if surviving_ids is None:
        surviving_ids = map_merged_registrations(session, [seminar.id for seminar in seminars])
    session_ids = [held.id for seminar in seminars for held in list_held_sessions(seminar, now)]
    return list_ids_present_in_sessions(session, session_ids, surviving_ids)


def list_ids_present_in_sessions(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    received_until: datetime | None = None,
) -> set[int]:
    """Return the ids of registrations present in any of the sessions, by the marks received until a moment, or by all.

    The database decides where all marks have one status. The ledger is read only for people with differing marks, and for
    merged registrations, which `surviving_ids` maps to the surviving ones.
    """
    session_ids, is_limited = list(session_ids), received_until is not None
    registration_id, _session, smallest, largest = build_status_range_query(True, True, is_limited).subquery().c
    present = func.max(case((and_(smallest == largest, smallest.in_(PRESENT_STATUSES)), registration_id)))
    differing = func.max(case((smallest != largest, registration_id)))
    query = select(present, differing).group_by(registration_id)
    parameters = {"session_ids": session_ids} | ({"received_until": received_until} if is_limited else {})
    # as aggregated text, in a tenth of the time of one row per person
    present_ids, unclear_ids = fetch_number_columns(session, query, parameters)
    merged_ids = add_merged_ids(surviving_ids, surviving_ids)
    present_ids -= merged_ids
    unclear_ids = unclear_ids - present_ids | merged_ids
    if unclear_ids:
        registration_ids = add_merged_ids(unclear_ids, surviving_ids)
        marks_by_key = load_ledger(session, session_ids, surviving_ids, registration_ids, received_until)
        present_ids |= {
            unclear_id
            for (unclear_id, _session), marks in marks_by_key.items()
            if derive_session_attendance(marks).status in PRESENT_STATUSES
        }
    return present_ids


def map_signature_times(session: Session, registrations: Iterable[Registration]) -> dict[AttendanceKey, datetime]:
    """Return the time of the last signature by registration id and session id."""
    query = select(Signature.registration_id, Signature.session_id, Signature.made_at).where(
        Signature.registration_id.in_([registration.id for registration in registrations])
    )
    rows = session.execute(query.order_by(Signature.received_at))
    return {(row.registration_id, row.session_id): row.made_at for row in rows}


def delete_signatures(session: Session, registration: Registration) -> None:
    """Delete the drawn signatures of a registration; its marks stay."""
    session.execute(delete(Signature).where(Signature.registration_id == registration.id))


def list_held_sessions(seminar: Seminar, now: datetime) -> list[SeminarSession]:
    """Return the sessions that have begun."""
    return [seminar_session for seminar_session in seminar.sessions if seminar_session.starts_at <= now]

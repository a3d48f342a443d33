"""The history of marks for display: status, time by the server's clock, and author."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, cast, func, null, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.attendance.ledger import AttendanceKey, SessionAttendance, derive_session_attendance, list_latest_marks
from trainer.attendance.merges import add_merged_ids, map_merged_registrations
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Device, Signature
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession

SHARED_COLUMNS = ("id", "registration_id", "session_id", "made_at", "skew", "device_id", "received_at")
MARK_COLUMNS = ("status", "after", "decides")


@dataclass(frozen=True)
class RecordedMark:
    """A mark for display. `made_at` is by the server's clock; `author` is empty if the account was deleted."""

    status: AttendanceStatus
    made_at: datetime
    author: str
    is_from_device: bool
    is_decision: bool


@dataclass(frozen=True)
class PersonSession:
    """Marks of one person in one session. `overruled_statuses` are those that the last decision chose from or set aside."""

    session: SeminarSession
    attendance: SessionAttendance
    marks: tuple[RecordedMark, ...]
    is_signed: bool
    overruled_statuses: tuple[AttendanceStatus, ...]


def build_authored_marks_query() -> Select[Any]:
    """Build the query for marks with the name of their author."""
    return (
        select(*(AttendanceMark.__table__.c[name] for name in (*SHARED_COLUMNS, *MARK_COLUMNS)))
        .add_columns(func.coalesce(Device.name, User.name, User.email).label("author"))
        .outerjoin(Device, Device.id == AttendanceMark.device_id)
        .outerjoin(User, User.id == AttendanceMark.user_id)
    )


def build_signatures_query() -> Select[Any]:
    """Build the query for signatures with the columns of `build_authored_marks_query`; the status is NULL."""
    nulls = (cast(null(), AttendanceMark.__table__.c[name].type).label(name) for name in MARK_COLUMNS)
    columns = (Signature.__table__.c[name] for name in SHARED_COLUMNS)
    return select(*columns, *nulls, cast(null(), Device.__table__.c.name.type).label("author"))


def load_marks_with_authors(
    session: Session, registration_ids: Iterable[int], surviving_ids: Mapping[int, int]
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Return the marks of some registrations in the order received, with the name of their author.

    The keys hold surviving registrations; registrations merged into the given ones are included.
    """
    all_ids = add_merged_ids(registration_ids, surviving_ids)
    query = build_authored_marks_query().where(AttendanceMark.registration_id.in_(all_ids))
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(query.order_by(AttendanceMark.received_at, AttendanceMark.id)):
        marks_by_key[surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id].append(mark)
    return marks_by_key


def build_recorded_marks(marks: Iterable[Row[Any]]) -> tuple[RecordedMark, ...]:
    """Return marks for display."""
    return tuple(
        RecordedMark(
            status=AttendanceStatus(mark.status),
            made_at=mark.made_at + timedelta(milliseconds=mark.skew),
            author=mark.author or "",
            is_from_device=mark.device_id is not None,
            is_decision=mark.decides,
        )
        for mark in marks
    )


def list_statuses_before_decision(marks_received: Sequence[Row[Any]]) -> tuple[AttendanceStatus, ...]:
    """Return the statuses between which a decision chose or that it set aside, if the decision is the latest mark."""
    latest = list_latest_marks(marks_received)
    if len(latest) != 1 or not latest[0].decides:
        return ()
    decision_index = next(index for index, mark in enumerate(marks_received) if mark.id == latest[0].id)
    return derive_session_attendance(marks_received[:decision_index]).latest_statuses


def list_signed_keys(
    connection: Connection, registration_ids: Collection[int], surviving_ids: Mapping[int, int]
) -> set[AttendanceKey]:
    """Return surviving registration and session of the signatures of some registrations."""
    query = select(Signature.registration_id, Signature.session_id).where(
        Signature.registration_id.in_(registration_ids)
    )
    return {(surviving_ids.get(row.registration_id, row.registration_id), row[1]) for row in connection.execute(query)}


def build_person_sessions(
    registration: Registration,
    marks_by_key: Mapping[AttendanceKey, Sequence[Row[Any]]],
    signed_keys: Collection[AttendanceKey],
) -> tuple[PersonSession, ...]:
    """Return the marks of a person in each session of the seminar with a mark or a signature."""
    keys = [(registration.id, part.id) for part in registration.seminar.sessions]
    return tuple(
        PersonSession(
            session=part,
            attendance=derive_session_attendance(marks_by_key.get(key, ())),
            marks=build_recorded_marks(marks_by_key.get(key, ())),
            is_signed=key in signed_keys,
            overruled_statuses=list_statuses_before_decision(marks_by_key.get(key, ())),
        )
        for part, key in zip(registration.seminar.sessions, keys, strict=True)
        if key in signed_keys or marks_by_key.get(key)
    )


def load_person_sessions(session: Session, registration: Registration) -> tuple[PersonSession, ...]:
    """Return the marks of one person in each session of the seminar, those of merged registrations included."""
    surviving_ids = map_merged_registrations(session, [registration.seminar_id])
    ids = (
        add_merged_ids([registration.id], surviving_ids) if registration.id not in surviving_ids else {registration.id}
    )
    own_merges = {merged: kept for merged, kept in surviving_ids.items() if kept == registration.id}
    marks_by_key = load_marks_with_authors(session, ids, own_merges)
    return build_person_sessions(registration, marks_by_key, list_signed_keys(session.connection(), ids, own_merges))

"""People, marks and signatures sent to a tablet: all of them, or the changes since a cursor.

Of a person a tablet gets name, workplace and the hash of the pass code; of a signature the time only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.unlisted import (
    build_has_attendance_clause,
    build_unlisted_clause,
)
from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.people.names import join_names
from trainer.people.spelling import list_spellings
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.models import ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.self_service.pass_image import hash_pass_code

CURSOR_OVERLAP = timedelta(milliseconds=500)
"""Changes received this long before the cursor are sent again, because they may have been uncommitted when it was issued."""
# The queries run with every batch: they are built once, for the tables instead of the ORM, which is faster.
REGISTRATIONS_TABLE, PERSONS_TABLE, MARKS_TABLE = Registration.__table__, Person.__table__, AttendanceMark.__table__
SIGNATURES_TABLE = Signature.__table__
# Ids instead of a join with the device, so that each side of an OR uses its index.
DEVICE_SEMINAR_IDS: BindParameter[int] = bindparam("seminar_ids", expanding=True)
DEVICE_SESSION_IDS: BindParameter[int] = bindparam("device_session_ids", expanding=True)


@dataclass(frozen=True)
class RosterChanges:
    """Changes for a tablet; the fields are the keys of the API's JSON.

    `signed` are signatures, `gone` are ids of registrations no longer on the list, `cursor` marks the end of the changes.
    `undecided` are the ids of the tablet's items about which the organizer has to decide.
    """

    marks: list[dict[str, Any]]
    signed: list[dict[str, Any]]
    people: list[dict[str, Any]]
    gone: list[int]
    cursor: str
    undecided: tuple[str, ...] = ()


def load_full_roster(session: Session, permit: DevicePermit, now: datetime) -> RosterChanges:
    """Return all people, marks and signatures of the device's seminars."""
    connection = session.connection()
    people = list_people_since(connection, permit, None)
    marks, signatures = list_marks_and_signatures_since(connection, permit, None, (), ())
    surviving_ids = map_merged_registrations(session, permit.seminar_ids) if marks or signatures else {}
    return build_roster_changes(permit, None, people, marks, signatures, surviving_ids, now)


def build_roster_changes(
    permit: DevicePermit,
    since: datetime | None,
    people: Iterable[Row[Any]],
    marks: Iterable[Row[Any]],
    signatures: Iterable[Row[Any]],
    surviving_ids: Mapping[int, int],
    now: datetime,
    undecided: tuple[str, ...] = (),
) -> RosterChanges:
    """Return the changes since a time (all if None) from rows of people, marks and signatures.

    If a registration's status has changed, all its marks are included: after a merge they belong to another person.
    """
    people = list(people)
    changed_ids = {person.id for person in people}
    changed_marks = [
        mark
        for mark in marks
        if since is None
        or mark.registration_id in changed_ids
        or (mark.received_at > since and mark.device_id != permit.device_id)
    ]
    return RosterChanges(
        marks=[serialize_mark(mark, surviving_ids) for mark in changed_marks],
        signed=[serialize_signature(signature, surviving_ids) for signature in signatures],
        people=[serialize_roster_person(person) for person in people if person.listed],
        gone=[person.id for person in people if not person.listed],
        cursor=format_cursor(now),
        undecided=undecided,
    )


def build_has_seat_clause() -> ColumnElement[bool]:
    """Build the condition for people of the list."""
    return REGISTRATIONS_TABLE.c.state == RegistrationStatus.REGISTERED


def build_on_roster_clause() -> ColumnElement[bool]:
    """Build the condition for being on a tablet's roster: also without a seat, if marked or signed, until the data are erased."""
    keeps_marks = and_(build_unlisted_clause(), build_has_attendance_clause(), PERSONS_TABLE.c.erased_at.is_(None))
    return or_(build_has_seat_clause(), keeps_marks)


def build_photo_consent_clause() -> ColumnElement[bool]:
    """Build the condition for a photo consent that is not withdrawn."""
    return build_given_consent_clause(ConsentPurpose.PHOTO, REGISTRATIONS_TABLE.c.id)


@cache
def build_roster_people_query(only_changes: bool) -> Select[Any]:
    """Build the query for people on the list; with `only_changes`, for everybody whose status has changed since a time."""
    is_listed, has_photo_consent = build_on_roster_clause(), build_photo_consent_clause()
    has_seat = build_has_seat_clause()
    registration_columns = (REGISTRATIONS_TABLE.c[name] for name in ("id", "seminar_id", "pass_code"))
    person_columns = (
        PERSONS_TABLE.c[name] for name in ("surname", "given_name", "patronymic", "sort_key", "workplace")
    )
    query = (
        select(*registration_columns, *person_columns)
        .add_columns(is_listed.label("listed"), has_seat.label("has_seat"), has_photo_consent.label("photo"))
        .join_from(REGISTRATIONS_TABLE, PERSONS_TABLE, PERSONS_TABLE.c.id == REGISTRATIONS_TABLE.c.person_id)
        .where(REGISTRATIONS_TABLE.c.seminar_id.in_(DEVICE_SEMINAR_IDS))
        .order_by(PERSONS_TABLE.c.sort_key, REGISTRATIONS_TABLE.c.id)
    )
    return query.where(REGISTRATIONS_TABLE.c.state_since > bindparam("since") if only_changes else is_listed)


@cache
def build_marks_query(only_changes: bool, with_people: bool) -> CompoundSelect[Any]:
    """Build the query for all marks and signatures, in the order received; the status of a signature is NULL.

    With `only_changes`, for those that others have made since a time; `with_people` adds all marks of some people in some
    sessions.
    """
    names = ("id", "registration_id", "session_id", "made_at", "skew", "device_id", "received_at")
    mark_names = ("status", "after", "decides")
    nulls = (cast(null(), MARKS_TABLE.c[name].type).label(name) for name in mark_names)
    marks = select(*(MARKS_TABLE.c[name] for name in (*names, *mark_names)))
    signatures = select(*(SIGNATURES_TABLE.c[name] for name in names), *nulls).where(
        SIGNATURES_TABLE.c.session_id.in_(DEVICE_SESSION_IDS)
    )
    condition: ColumnElement[bool] = MARKS_TABLE.c.session_id.in_(DEVICE_SESSION_IDS)
    if only_changes:
        signatures = signatures.where(build_received_from_others_clause(SIGNATURES_TABLE.c))
        condition = and_(condition, build_received_from_others_clause(MARKS_TABLE.c))
        if with_people:  # each side of the OR has its own index
            of_people = MARKS_TABLE.c.registration_id.in_(bindparam("registration_ids", expanding=True))
            in_sessions = MARKS_TABLE.c.session_id.in_(bindparam("session_ids", expanding=True))
            condition = or_(condition, and_(in_sessions, of_people))
    return union_all(marks.where(condition), signatures).order_by("received_at", "id")


def build_received_from_others_clause(columns: Any) -> ColumnElement[bool]:
    """Build the condition for rows received since a time that another device or the desk has made."""
    is_from_others = or_(columns.device_id.is_(None), columns.device_id != bindparam("device_id"))
    return and_(columns.received_at > bindparam("since"), is_from_others)


def list_people_since(connection: Connection, permit: DevicePermit, since: datetime | None) -> Sequence[Row[Any]]:
    """Return people on the list; with `since`, everybody whose status has changed since then."""
    parameters: dict[str, Any] = {"seminar_ids": list(permit.seminar_ids)}
    if since is not None:
        parameters["since"] = since
    return connection.execute(build_roster_people_query(since is not None), parameters).all()


def list_marks_and_signatures_since(
    connection: Connection,
    permit: DevicePermit,
    since: datetime | None,
    registration_ids: Collection[int],
    session_ids: Collection[int],
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Return rows of marks and of signatures, in the order received.

    With `since`, those that others have made since then, and all marks of the given registrations in the given sessions.
    """
    parameters: dict[str, Any] = {"device_session_ids": list(permit.seminar_ids_by_session)}
    if since is not None:
        parameters |= {"device_id": permit.device_id, "since": since}
        if registration_ids:
            parameters |= {"registration_ids": list(registration_ids), "session_ids": list(session_ids)}
    rows = connection.execute(build_marks_query(since is not None, bool(registration_ids)), parameters).all()
    return [row for row in rows if row.status is not None], [row for row in rows if row.status is None]


def serialize_signature(signature: Row[Any], surviving_ids: Mapping[int, int]) -> dict[str, Any]:
    """Return a signature as JSON for tablets: person, session and time."""
    return {
        "person": surviving_ids.get(signature.registration_id, signature.registration_id),
        "session": signature.session_id,
        "at": format_timestamp(signature.made_at + timedelta(milliseconds=signature.skew)),
    }


def serialize_mark(mark: Row[Any], surviving_ids: Mapping[int, int]) -> dict[str, Any]:
    """Return a mark as JSON for tablets; `person` is the surviving registration."""
    return {
        "id": str(mark.id),
        "person": surviving_ids.get(mark.registration_id, mark.registration_id),
        "session": mark.session_id,
        "status": mark.status,
        "after": None if mark.after is None else str(mark.after),
        "decides": mark.decides,
        "at": format_timestamp(mark.made_at + timedelta(milliseconds=mark.skew)),
        "device": mark.device_id,
    }


def serialize_roster_person(person: Row[Any]) -> dict[str, Any]:
    """Return a person as JSON for tablets, with no data that a lost tablet must not reveal."""
    name = join_names(person.surname, person.given_name, person.patronymic)
    spellings = [
        spelling
        for part in (person.surname, person.given_name, person.patronymic)
        for spelling in list_spellings(part or "")
    ]
    return {
        "id": person.id,
        "seminar": person.seminar_id,
        "name": name,
        "sort": person.sort_key,
        "search": " ".join((fold_text(f"{name} {person.workplace}"), *spellings)),
        "workplace": person.workplace,
        "pass": hash_pass_code(person.pass_code),
        "photo": person.photo,
        "seat": person.has_seat,
    }


def parse_cursor(cursor: Any) -> datetime | None:
    """Return the time from which changes are sent for a cursor; None for an invalid one, which sends everything."""
    try:
        cursor_time = datetime.fromisoformat(cursor)
        return cursor_time.astimezone(UTC) - CURSOR_OVERLAP if cursor_time.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def format_cursor(now: datetime) -> str:
    """Return a cursor for a time."""
    return format_timestamp(now, "microseconds")


def format_timestamp(moment: datetime, precision: str = "milliseconds") -> str:
    """Format a time in ISO 8601 with Z, as JavaScript's toISOString does."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

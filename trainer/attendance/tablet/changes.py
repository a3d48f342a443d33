"""What a tablet may know: people with name, workplace and the hash of their pass, the marks, and who has signed; all, or what is new."""

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

from trainer.attendance.ledger import map_merged_registrations
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.devices import DevicePermit
from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.models import ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.self_service.pass_image import hash_pass_code

CURSOR_OVERLAP = timedelta(milliseconds=500)
"""What was received so long before the cursor is told again: what was just being written at that moment is not missed."""
# Asked with every batch, so the queries are put together once and are none of the ORM.
REGISTRATIONS_TABLE, PERSONS_TABLE, MARKS_TABLE = Registration.__table__, Person.__table__, AttendanceMark.__table__
SIGNATURES_TABLE = Signature.__table__
# By number rather than through the tablet: so each side of an `or` finds its index.
DEVICE_SEMINAR_IDS: BindParameter[int] = bindparam("seminars", expanding=True)
DEVICE_SESSION_IDS: BindParameter[int] = bindparam("sessions", expanding=True)


@dataclass(frozen=True)
class RosterChanges:
    """Marks, who has signed, people on the list, registrations that no longer are on it, and up to where all that reaches."""

    marks: list[dict[str, Any]]
    signed: list[dict[str, Any]]
    people: list[dict[str, Any]]
    gone: list[int]
    cursor: str


def load_full_roster(session: Session, permit: DevicePermit, now: datetime) -> RosterChanges:
    """Give the list of the tablet's seminars and their whole ledger."""
    line = session.connection()
    people = list_people_since(line, permit, None)
    marks, signed = list_marks_and_signatures_since(line, permit, None, (), ())
    kept = map_merged_registrations(session, permit.seminar_ids) if marks or signed else {}
    return build_roster_changes(permit, None, people, marks, signed, kept, now)


def build_roster_changes(
    permit: DevicePermit,
    since: datetime | None,
    people: Iterable[Row[Any]],
    marks: Iterable[Row[Any]],
    signatures: Iterable[Row[Any]],
    surviving_ids: Mapping[int, int],
    now: datetime,
) -> RosterChanges:
    """Tell what others did since a moment, by whoever moved and the marks that were looked at.

    The marks of a registration that was merged or un-merged meanwhile come again, under the person for whom they count now.
    """
    listed, gone, moved = [], [], set()
    for each in people:
        moved.add(each.id)
        if each.listed:
            listed.append(serialize_roster_person(each))
        else:
            gone.append(each.id)
    told = [
        serialize_mark(each, surviving_ids)
        for each in marks
        if since is None
        or each.registration_id in moved
        or (each.received_at > since and each.device_id != permit.device_id)
    ]
    return RosterChanges(
        told, [serialize_signature(each, surviving_ids) for each in signatures], listed, gone, format_cursor(now)
    )


def build_on_roster_clause() -> ColumnElement[bool]:
    """Whether somebody is on the list; who came without registering is, also before the organizer has said who they are."""
    undecided = and_(
        REGISTRATIONS_TABLE.c.state == RegistrationStatus.DUPLICATE, REGISTRATIONS_TABLE.c.walk_in_id.is_not(None)
    )
    return or_(REGISTRATIONS_TABLE.c.state == RegistrationStatus.REGISTERED, undecided)


def build_photo_consent_clause() -> ColumnElement[bool]:
    """Whether somebody agrees to photos, and still does."""
    return build_given_consent_clause(ConsentPurpose.PHOTO, REGISTRATIONS_TABLE.c.id)


@cache
def build_roster_people_query(only_changes: bool) -> Select[Any]:
    """Ask for who is on the list; or, of everybody, whose state has changed since a moment."""
    there, agrees = build_on_roster_clause(), build_photo_consent_clause()
    own = (REGISTRATIONS_TABLE.c[each] for each in ("id", "seminar_id", "pass_code"))
    columns = (PERSONS_TABLE.c[each] for each in ("surname", "given_name", "patronymic", "sort_key", "workplace"))
    wanted = (
        select(*own, *columns, there.label("listed"), agrees.label("photo"))
        .join_from(REGISTRATIONS_TABLE, PERSONS_TABLE, PERSONS_TABLE.c.id == REGISTRATIONS_TABLE.c.person_id)
        .where(REGISTRATIONS_TABLE.c.seminar_id.in_(DEVICE_SEMINAR_IDS))
        .order_by(PERSONS_TABLE.c.sort_key, REGISTRATIONS_TABLE.c.id)
    )
    return wanted.where(REGISTRATIONS_TABLE.c.state_since > bindparam("since")) if only_changes else wanted.where(there)


@cache
def build_marks_query(only_changes: bool, with_people: bool) -> CompoundSelect[Any]:
    """Ask for the whole ledger and all signatures; or for those that others made since a moment, and all marks of some people
    in some sessions.

    Of a signature it gives when it was made and no status; how it looks no tablet needs to know.
    """
    names = ("id", "registration_id", "session_id", "made_at", "skew", "device_id", "received_at")
    nothing = (cast(null(), MARKS_TABLE.c[each].type).label(each) for each in ("status", "after", "decides"))
    marks = select(*(MARKS_TABLE.c[each] for each in (*names, "status", "after", "decides")))
    signed = select(*(SIGNATURES_TABLE.c[each] for each in names), *nothing).where(
        SIGNATURES_TABLE.c.session_id.in_(DEVICE_SESSION_IDS)
    )
    wanted: ColumnElement[bool] = MARKS_TABLE.c.session_id.in_(DEVICE_SESSION_IDS)
    if only_changes:
        signed, wanted = (
            signed.where(build_received_from_others_clause(SIGNATURES_TABLE.c)),
            and_(wanted, build_received_from_others_clause(MARKS_TABLE.c)),
        )
        if with_people:  # each side has an index of its own
            theirs = MARKS_TABLE.c.registration_id.in_(bindparam("people", expanding=True))
            wanted = or_(wanted, and_(MARKS_TABLE.c.session_id.in_(bindparam("places", expanding=True)), theirs))
    return union_all(marks.where(wanted), signed).order_by("received_at", "id")


def build_received_from_others_clause(columns: Any) -> ColumnElement[bool]:
    """Whether others than the tablet made it since a moment."""
    others = or_(columns.device_id.is_(None), columns.device_id != bindparam("device"))
    return and_(columns.received_at > bindparam("since"), others)


def list_people_since(connection: Connection, permit: DevicePermit, since: datetime | None) -> Sequence[Row[Any]]:
    """Give who is on the list; or, of everybody, whose state has changed since a moment."""
    asked: dict[str, Any] = {"seminars": list(permit.seminar_ids)} | ({"since": since} if since else {})
    return connection.execute(build_roster_people_query(since is not None), asked).all()


def list_marks_and_signatures_since(
    connection: Connection,
    permit: DevicePermit,
    since: datetime | None,
    registration_ids: Collection[int],
    session_ids: Collection[int],
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Give all marks and signatures; or those that others made since a moment, and all marks of these people in these sessions."""
    asked: dict[str, Any] = {"sessions": list(permit.seminar_ids_by_session)}
    if since is not None:
        asked |= {"device": permit.device_id, "since": since}
        asked |= {"people": list(registration_ids), "places": list(session_ids)} if registration_ids else {}
    rows = connection.execute(build_marks_query(since is not None, bool(registration_ids)), asked).all()
    return [each for each in rows if each.status is not None], [each for each in rows if each.status is None]


def serialize_signature(signature: Row[Any], surviving_ids: Mapping[int, int]) -> dict[str, Any]:
    """Say that somebody has signed, and when."""
    return {
        "person": surviving_ids.get(signature.registration_id, signature.registration_id),
        "session": signature.session_id,
        "at": format_timestamp(signature.made_at + timedelta(milliseconds=signature.skew)),
    }


def serialize_mark(mark: Row[Any], surviving_ids: Mapping[int, int]) -> dict[str, Any]:
    """Write a mark as a tablet reads it; a merged registration's stands under the one that was kept."""
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
    """Write a person as a tablet reads them: nothing that a lost tablet should not show."""
    name = " ".join(part for part in (person.surname, person.given_name, person.patronymic) if part)
    return {
        "id": person.id,
        "seminar": person.seminar_id,
        "name": name,
        "sort": person.sort_key,
        "search": fold_text(f"{name} {person.workplace}"),
        "workplace": person.workplace,
        "pass": hash_pass_code(person.pass_code),
        "photo": person.photo,
    }


def parse_cursor(cursor: Any) -> datetime | None:
    """Read up to where a tablet knows everything."""
    try:
        found = datetime.fromisoformat(cursor)
        return found.astimezone(UTC) - CURSOR_OVERLAP if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def format_cursor(now: datetime) -> str:
    """Write a cursor."""
    return format_timestamp(now, "microseconds")


def format_timestamp(moment: datetime, precision: str = "milliseconds") -> str:
    """Write a moment as JavaScript does."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

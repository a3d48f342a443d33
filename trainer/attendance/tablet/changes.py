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
    exists,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from trainer.attendance.ledger import merged
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.devices import Permit
from trainer.language.collation import fold
from trainer.people.models import Person
from trainer.registration.models import Consent, ConsentText, Purpose, Registration, State
from trainer.registration.self_service.pass_image import pass_digest

OVERLAP = timedelta(milliseconds=500)
"""What was received so long before the cursor is told again: what was just being written at that moment is not missed."""
# Asked with every batch, so the queries are put together once and are none of the ORM.
PEOPLE, HOLDERS, MARKS = Registration.__table__, Person.__table__, AttendanceMark.__table__
SIGNATURES = Signature.__table__
# By number rather than through the tablet: so each side of an `or` finds its index.
ITS_SEMINARS: BindParameter[int] = bindparam("seminars", expanding=True)
ITS_SESSIONS: BindParameter[int] = bindparam("sessions", expanding=True)


@dataclass(frozen=True)
class News:
    """Marks, who has signed, people on the list, registrations that no longer are on it, and up to where all that reaches."""

    marks: list[dict[str, Any]]
    signed: list[dict[str, Any]]
    people: list[dict[str, Any]]
    gone: list[int]
    cursor: str


def everything(session: Session, permit: Permit, now: datetime) -> News:
    """Give the list of the tablet's seminars and their whole ledger."""
    line = session.connection()
    people = people_since(line, permit, None)
    marks, signed = done_since(line, permit, None, (), ())
    kept = merged(session, permit.seminars) if marks or signed else {}
    return news_of(permit, None, people, marks, signed, kept, now)


def news_of(
    permit: Permit,
    since: datetime | None,
    people: Iterable[Row[Any]],
    marks: Iterable[Row[Any]],
    signed: Iterable[Row[Any]],
    kept: Mapping[int, int],
    now: datetime,
) -> News:
    """Tell what others did since a moment, by whoever moved and the marks that were looked at.

    The marks of a registration that was merged or un-merged meanwhile come again, under the person for whom they count now.
    """
    listed, gone, moved = [], [], set()
    for each in people:
        moved.add(each.id)
        if each.listed:
            listed.append(told_of(each))
        else:
            gone.append(each.id)
    told = [
        mark_told(each, kept)
        for each in marks
        if since is None
        or each.registration_id in moved
        or (each.received_at > since and each.device_id != permit.device_id)
    ]
    return News(told, [signature_told(each, kept) for each in signed], listed, gone, stamp(now))


def on_list() -> ColumnElement[bool]:
    """Whether somebody is on the list; who came without registering is, also before the organizer has said who they are."""
    undecided = and_(PEOPLE.c.state == State.DUPLICATE, PEOPLE.c.walk_in_id.is_not(None))
    return or_(PEOPLE.c.state == State.REGISTERED, undecided)


def agrees_to_photos() -> ColumnElement[bool]:
    """Whether somebody agrees to photos, and still does."""
    return exists().where(
        Consent.registration_id == PEOPLE.c.id,
        Consent.withdrawn_at.is_(None),
        ConsentText.id == Consent.text_id,
        ConsentText.purpose == Purpose.PHOTO,
    )


@cache
def list_query(new: bool) -> Select[Any]:
    """Ask for who is on the list; or, of everybody, whose state has changed since a moment."""
    there, agrees = on_list(), agrees_to_photos()
    own = (PEOPLE.c[each] for each in ("id", "seminar_id", "pass_code"))
    columns = (HOLDERS.c[each] for each in ("surname", "given_name", "patronymic", "sort_key", "workplace"))
    wanted = (
        select(*own, *columns, there.label("listed"), agrees.label("photo"))
        .join_from(PEOPLE, HOLDERS, HOLDERS.c.id == PEOPLE.c.person_id)
        .where(PEOPLE.c.seminar_id.in_(ITS_SEMINARS))
        .order_by(HOLDERS.c.sort_key, PEOPLE.c.id)
    )
    return wanted.where(PEOPLE.c.state_since > bindparam("since")) if new else wanted.where(there)


@cache
def done_query(new: bool, people: bool) -> CompoundSelect[Any]:
    """Ask for the whole ledger and all signatures; or for those that others made since a moment, and all marks of some people
    in some sessions.

    Of a signature it gives when it was made and no status; how it looks no tablet needs to know.
    """
    names = ("id", "registration_id", "session_id", "made_at", "skew", "device_id", "received_at")
    nothing = (cast(null(), MARKS.c[each].type).label(each) for each in ("status", "after", "decides"))
    marks = select(*(MARKS.c[each] for each in (*names, "status", "after", "decides")))
    signed = select(*(SIGNATURES.c[each] for each in names), *nothing).where(SIGNATURES.c.session_id.in_(ITS_SESSIONS))
    wanted: ColumnElement[bool] = MARKS.c.session_id.in_(ITS_SESSIONS)
    if new:
        signed, wanted = signed.where(since_of_others(SIGNATURES.c)), and_(wanted, since_of_others(MARKS.c))
        if people:  # each side has an index of its own
            theirs = MARKS.c.registration_id.in_(bindparam("people", expanding=True))
            wanted = or_(wanted, and_(MARKS.c.session_id.in_(bindparam("places", expanding=True)), theirs))
    return union_all(marks.where(wanted), signed).order_by("received_at", "id")


def since_of_others(columns: Any) -> ColumnElement[bool]:
    """Whether others than the tablet made it since a moment."""
    others = or_(columns.device_id.is_(None), columns.device_id != bindparam("device"))
    return and_(columns.received_at > bindparam("since"), others)


def people_since(line: Connection, permit: Permit, since: datetime | None) -> Sequence[Row[Any]]:
    """Give who is on the list; or, of everybody, whose state has changed since a moment."""
    asked: dict[str, Any] = {"seminars": list(permit.seminars)} | ({"since": since} if since else {})
    return line.execute(list_query(since is not None), asked).all()


def done_since(
    line: Connection, permit: Permit, since: datetime | None, people: Collection[int], sessions: Collection[int]
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Give all marks and signatures; or those that others made since a moment, and all marks of these people in these sessions."""
    asked: dict[str, Any] = {"sessions": list(permit.sessions)}
    if since is not None:
        asked |= {"device": permit.device_id, "since": since}
        asked |= {"people": list(people), "places": list(sessions)} if people else {}
    rows = line.execute(done_query(since is not None, bool(people)), asked).all()
    return [each for each in rows if each.status is not None], [each for each in rows if each.status is None]


def signature_told(signature: Row[Any], kept: Mapping[int, int]) -> dict[str, Any]:
    """Say that somebody has signed, and when."""
    return {
        "person": kept.get(signature.registration_id, signature.registration_id),
        "session": signature.session_id,
        "at": written(signature.made_at + timedelta(milliseconds=signature.skew)),
    }


def mark_told(mark: Row[Any], kept: Mapping[int, int]) -> dict[str, Any]:
    """Write a mark as a tablet reads it; a merged registration's stands under the one that was kept."""
    return {
        "id": str(mark.id),
        "person": kept.get(mark.registration_id, mark.registration_id),
        "session": mark.session_id,
        "status": mark.status,
        "after": None if mark.after is None else str(mark.after),
        "decides": mark.decides,
        "at": written(mark.made_at + timedelta(milliseconds=mark.skew)),
        "device": mark.device_id,
    }


def told_of(person: Row[Any]) -> dict[str, Any]:
    """Write a person as a tablet reads them: nothing that a lost tablet should not show."""
    name = " ".join(part for part in (person.surname, person.given_name, person.patronymic) if part)
    return {
        "id": person.id,
        "seminar": person.seminar_id,
        "name": name,
        "sort": person.sort_key,
        "search": fold(f"{name} {person.workplace}"),
        "workplace": person.workplace,
        "pass": pass_digest(person.pass_code),
        "photo": person.photo,
    }


def read_cursor(cursor: Any) -> datetime | None:
    """Read up to where a tablet knows everything."""
    try:
        found = datetime.fromisoformat(cursor)
        return found.astimezone(UTC) - OVERLAP if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def stamp(now: datetime) -> str:
    """Write a cursor."""
    return written(now, "microseconds")


def written(moment: datetime, precision: str = "milliseconds") -> str:
    """Write a moment as JavaScript does."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

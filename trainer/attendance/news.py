"""What a tablet may know: people with name, workplace and the hash of their pass, the marks, and who has signed; all, or what is new."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from trainer.attendance.devices import Permit
from trainer.attendance.marks import merged
from trainer.attendance.models import AttendanceMark, Signature
from trainer.language.names import fold
from trainer.people.models import Person
from trainer.registration.models import Consent, ConsentText, Purpose, Registration, State
from trainer.registration.passes import pass_digest

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
    people, marks = people_since(line, permit, None), marks_since(line, permit, None, ())
    signed = signed_since(line, permit, None)
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
def marks_query(new: bool, people: bool) -> Select[Any]:
    """Ask for the whole ledger; or for the marks that others made since a moment, and all marks of some people."""
    names = ("id", "registration_id", "session_id", "status", "after", "decides", "made_at", "skew", "device_id")
    wanted = select(*(MARKS.c[each] for each in (*names, "received_at")))
    wanted = wanted.order_by(MARKS.c.received_at, MARKS.c.id)
    mine = MARKS.c.session_id.in_(ITS_SESSIONS)
    if not new:
        return wanted.where(mine)
    others = or_(MARKS.c.device_id.is_(None), MARKS.c.device_id != bindparam("device"))
    since = and_(mine, MARKS.c.received_at > bindparam("since"), others)
    theirs = and_(mine, MARKS.c.registration_id.in_(bindparam("people", expanding=True)))
    return wanted.where(or_(since, theirs) if people else since)  # each side has an index of its own


def people_since(line: Connection, permit: Permit, since: datetime | None) -> Sequence[Row[Any]]:
    """Give who is on the list; or, of everybody, whose state has changed since a moment."""
    asked: dict[str, Any] = {"seminars": list(permit.seminars)} | ({"since": since} if since else {})
    return line.execute(list_query(since is not None), asked).all()


def marks_since(
    line: Connection, permit: Permit, since: datetime | None, people: Collection[int]
) -> Sequence[Row[Any]]:
    """Give the whole ledger; or the marks that others made since a moment, and all marks of these people."""
    asked: dict[str, Any] = {"sessions": list(permit.sessions)}
    if since is not None:
        asked |= {"device": permit.device_id, "since": since} | ({"people": list(people)} if people else {})
    return line.execute(marks_query(since is not None, bool(people)), asked).all()


@cache
def signed_query(new: bool) -> Select[Any]:
    """Ask who has signed for which session, without what was drawn; or who has signed elsewhere since a moment."""
    names = ("registration_id", "session_id", "made_at", "skew")
    wanted = select(*(SIGNATURES.c[each] for each in names)).order_by(SIGNATURES.c.received_at, SIGNATURES.c.id)
    wanted = wanted.where(SIGNATURES.c.session_id.in_(ITS_SESSIONS))
    if not new:
        return wanted
    return wanted.where(SIGNATURES.c.received_at > bindparam("since"), SIGNATURES.c.device_id != bindparam("device"))


def signed_since(line: Connection, permit: Permit, since: datetime | None) -> Sequence[Row[Any]]:
    """Give who has signed; or who has signed elsewhere since a moment."""
    asked: dict[str, Any] = {"sessions": list(permit.sessions)}
    if since is not None:
        asked |= {"device": permit.device_id, "since": since}
    return line.execute(signed_query(since is not None), asked).all()


def signature_told(signature: Row[Any], kept: Mapping[int, int]) -> dict[str, Any]:
    """Say that somebody has signed, and when: how the signature looks no tablet needs to know."""
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

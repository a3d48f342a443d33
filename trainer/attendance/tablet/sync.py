"""Taking in what a tablet sends: the ledger only grows, a repeat changes nothing, and every item is answered for itself."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.attendance.ledger import Place, family, kept_in_the_end, standing_of
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.batch_items import Drawn, Item, Mark, Refused, WalkIn, read_item
from trainer.attendance.tablet.changes import (
    ITS_SEMINARS,
    PEOPLE,
    News,
    done_since,
    news_of,
    people_since,
    read_cursor,
    stamp,
)
from trainer.attendance.tablet.devices import Permit
from trainer.attendance.tablet.walk_ins import register_walk_in
from trainer.registration.models import State

MOST_ITEMS = 500  # in one batch
STORED, KNOWN, QUESTION, REFUSED = "stored", "known", "question", "refused"
Kind = TypeVar("Kind", Mark, Drawn, WalkIn)
# They leave alone what has the same id, and give the ids that were new.
INSERTS = {
    (dialect.__name__.rpartition(".")[2], each): dialect.insert(each.__table__)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(each.__table__.c.id)
    for dialect in (postgresql, sqlite)
    for each in (AttendanceMark, Signature)
}


@cache
def named(walk_ins: bool) -> Select[Any]:
    """Ask for registrations by number (and by the tablet's own name), for all that were merged, and for all that moved."""
    mine = PEOPLE.c.seminar_id.in_(ITS_SEMINARS)
    wanted = or_(
        PEOPLE.c.id.in_(bindparam("numbers", expanding=True)),
        and_(mine, PEOPLE.c.state == State.MERGED),
        and_(mine, PEOPLE.c.state_since > bindparam("since")),
        *([PEOPLE.c.walk_in_id.in_(bindparam("names", expanding=True))] if walk_ins else []),
    )
    columns = (PEOPLE.c[each] for each in ("id", "seminar_id", "walk_in_id", "merged_into_id", "state_since"))
    return select(*columns).where(wanted)


@dataclass(frozen=True)
class Answer:
    """What became of an item; `person` is the registration of somebody who came without one.

    `reason` says why it was refused, or what was left out of it.
    """

    id: str | None
    answer: str
    reason: str = ""
    person: int | None = None


@dataclass
class People:
    """The registrations that a batch names: each with its seminar, those that came without one by their name, merges.

    `moved` says whether the state of anybody of the seminars has changed since the tablet last asked.
    """

    seminars: dict[int, int] = field(default_factory=dict)
    walk_ins: dict[uuid.UUID, int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    moved: bool = False

    def place(self, registration: int, session: int) -> Place:
        """Say for whom a mark counts."""
        return self.kept.get(registration, registration), session

    def number(self, person: int | uuid.UUID) -> int:
        """Give the registration that is meant. Raises Refused."""
        found = self.walk_ins.get(person) if isinstance(person, uuid.UUID) else person
        if found is None or found not in self.seminars:
            raise Refused("unknown_person")
        return found


@dataclass
class Batch:
    """A batch while it is taken in."""

    line: Connection
    permit: Permit
    skew: int
    now: datetime
    address: str
    people: People = field(default_factory=People)
    answers: dict[int, Answer] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    """By the place of the item in the batch, where a mark or signature leads."""

    def skew_of(self, item: Item) -> int:
        """Say how far the clock was behind when the item was made, in milliseconds: it may have been put right since."""
        return self.skew if item.skew is None else item.skew


def accept_batch(
    session: Session, permit: Permit, raw: Sequence[Any], skew: int, now: datetime, address: str = ""
) -> list[Answer]:
    """Keep what a tablet has sent or handed over; answers for each item."""
    return exchange(session.connection(), permit, raw, stamp(now), skew, now, address)[0]


def exchange(
    line: Connection, permit: Permit, raw: Sequence[Any], cursor: Any, skew: int, now: datetime, address: str = ""
) -> tuple[list[Answer], News]:
    """Keep what a tablet sends, in its order, each item once however often it comes; answers for each item, and gives the news.

    Nothing that is there changes, whatever the item says. `skew` is how far the device's clock is behind ours now, in milliseconds.
    """
    batch = Batch(line, permit, skew, now, address)
    items, since = dict(read_items(batch, raw)), read_cursor(cursor)
    batch.people = people_named(batch, items.values(), since)
    for place, walk_in in of_kind(items, WalkIn):
        batch.answers[place] = take_walk_in(batch, walk_in)
    store(batch, AttendanceMark, {place: mark_row(batch, place, each) for place, each in standing(batch, items, Mark)})
    marked = dict(batch.places)
    drawn = standing(batch, items, Drawn)
    store(batch, Signature, {place: signature_row(batch, place, each) for place, each in drawn})
    moved = people_since(batch.line, permit, since) if batch.people.moved else []
    looked_at = family((person for person, _session in marked.values()), batch.people.kept)
    sessions = permit.sessions if moved else {session for _person, session in marked.values()}
    marks, signed = done_since(batch.line, permit, since, looked_at.union(each.id for each in moved), sessions)
    ask(batch, marked, marks)
    reaches = now + timedelta(microseconds=len(raw))
    fresh = news_of(permit, since, moved, marks, signed, batch.people.kept, reaches)
    return [batch.answers[place] for place in range(len(raw))], fresh


def read_items(batch: Batch, raw: Sequence[Any]) -> Iterator[tuple[int, Item]]:
    """Read the items that can be read, each with its place in the batch; the others are refused."""
    for place, each in enumerate(raw):
        try:
            yield place, read_item(each)
        except Refused as refused:
            batch.answers[place] = Answer(name_of(each), REFUSED, str(refused))


def name_of(raw: Any) -> str | None:
    """Give the name of an item that could not be read, where it has one."""
    name = raw.get("id") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and len(name) <= 36 and name.isprintable() else None


def of_kind(items: dict[int, Item], kind: type[Kind]) -> Iterator[tuple[int, Kind]]:
    """Give the items of a kind in their order."""
    return ((place, each) for place, each in items.items() if isinstance(each, kind))


def people_named(batch: Batch, items: Iterable[Item], since: datetime | None) -> People:
    """Find in one query: every registration that a batch names, the merges of its seminars, and whether any state has changed."""
    numbers: set[int] = set()
    names: set[uuid.UUID] = set()
    for each in items:
        person = each.id if isinstance(each, WalkIn) else each.person
        if isinstance(person, uuid.UUID):
            names.add(person)
        else:
            numbers.add(person)
    asked = {"numbers": list(numbers), "seminars": list(batch.permit.seminars), "since": since or batch.now}
    rows = batch.line.execute(named(bool(names)), asked | ({"names": list(names)} if names else {}))
    found, into = People(moved=since is None), {}
    for number, seminar, name, kept, state_since in rows:
        if seminar not in batch.permit.seminars:
            continue
        found.seminars[number] = seminar
        found.moved |= since is not None and state_since > since
        if name is not None:
            found.walk_ins[name] = number
        if kept is not None:
            into[number] = kept
    found.kept = kept_in_the_end(into)
    return found


def take_walk_in(batch: Batch, item: WalkIn) -> Answer:
    """Register somebody who came without registering, or find what an earlier batch has made of them."""
    known = batch.people.walk_ins.get(item.id)
    if known is not None:
        return Answer(str(item.id), KNOWN, item.note, known)
    if item.seminar not in batch.permit.seminars:
        return Answer(str(item.id), REFUSED, "unknown_seminar")
    moment = item.at + timedelta(milliseconds=batch.skew_of(item))
    with Session(batch.line) as session:
        try:
            made = register_walk_in(session, item, moment, batch.now, batch.address).id
        except Refused as refused:
            return Answer(str(item.id), REFUSED, str(refused))
    batch.people.walk_ins[item.id] = made
    batch.people.seminars[made] = item.seminar
    batch.people.moved = True
    return Answer(str(item.id), STORED, item.note, made)


def standing(batch: Batch, items: dict[int, Item], kind: type[Kind]) -> Iterator[tuple[int, Kind]]:
    """Give the marks or signatures whose person and session the tablet may mark; the others are refused."""
    for place, item in of_kind(items, kind):
        try:
            batch.places[place] = place_of(batch, item)
        except Refused as refused:
            batch.answers[place] = Answer(str(item.id), REFUSED, str(refused))
        else:
            yield place, item


def place_of(batch: Batch, item: Any) -> Place:
    """Give registration and session of a mark or a signature. Raises Refused."""
    number = batch.people.number(item.person)
    seminar = batch.permit.sessions.get(item.session)
    if seminar is None or seminar != batch.people.seminars[number]:
        raise Refused("unknown_session")
    return number, item.session


def made(batch: Batch, place: int, item: Mark | Drawn) -> dict[str, Any]:
    """What marks and signatures have in common; in a batch one is received after the other."""
    number, session = batch.places[place]
    return {
        "id": item.id,
        "registration_id": number,
        "session_id": session,
        "device_id": batch.permit.device_id,
        "made_at": item.at,
        "skew": batch.skew_of(item),
        "received_at": batch.now + timedelta(microseconds=place),
    }


def mark_row(batch: Batch, place: int, item: Mark) -> dict[str, Any]:
    """Write the row of a mark."""
    return made(batch, place, item) | {
        "status": item.status,
        "after": item.after,
        "decides": False,
        "source": item.source,
    }


def signature_row(batch: Batch, place: int, item: Drawn) -> dict[str, Any]:
    """Write the row of a signature."""
    return made(batch, place, item) | {"strokes": item.strokes}


def store(batch: Batch, table: type[AttendanceMark] | type[Signature], rows: dict[int, dict[str, Any]]) -> None:
    """Insert the rows that are not there yet, whoever else sends them at this moment, and answer for each."""
    if not rows:
        return
    fresh = {row["id"]: row for row in reversed(rows.values())}  # of one that stands twice in a batch, the first
    new = set(batch.line.execute(INSERTS[batch.line.dialect.name, table], list(reversed(fresh.values()))).scalars())
    for place, row in rows.items():
        batch.answers[place] = Answer(str(row["id"]), STORED if row["id"] in new else KNOWN)
        new.discard(row["id"])


def ask(batch: Batch, marked: Mapping[int, Place], marks: Iterable[Row[Any]]) -> None:
    """Say of the marks whose person and session are a question now that they are."""
    wanted = {batch.people.place(*each) for each in marked.values()}
    ledger: dict[Place, list[Row[Any]]] = defaultdict(list)
    for mark in marks:
        ledger[batch.people.place(mark.registration_id, mark.session_id)].append(mark)
    questions = {each for each in wanted if standing_of(ledger[each]).unresolved}
    for number, place in marked.items():
        if batch.people.place(*place) in questions:
            batch.answers[number] = Answer(batch.answers[number].id, QUESTION)

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

from trainer.attendance.ledger import AttendanceKey, add_merged_ids, derive_session_attendance, resolve_merges
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.batch_items import ItemRefused, MarkItem, SignatureItem, SyncItem, WalkInItem, parse_item
from trainer.attendance.tablet.changes import (
    DEVICE_SEMINAR_IDS,
    REGISTRATIONS_TABLE,
    RosterChanges,
    build_roster_changes,
    format_cursor,
    list_marks_and_signatures_since,
    list_people_since,
    parse_cursor,
)
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.tablet.walk_ins import register_walk_in
from trainer.registration.models import RegistrationStatus

MAX_ITEMS_PER_BATCH = 500  # in one batch
STORED, KNOWN, CONFLICT, REFUSED = "stored", "known", "question", "refused"
ItemType = TypeVar("ItemType", MarkItem, SignatureItem, WalkInItem)
# They leave alone what has the same id, and give the ids that were new.
INSERT_STATEMENTS = {
    (dialect.__name__.rpartition(".")[2], each): dialect.insert(each.__table__)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(each.__table__.c.id)
    for dialect in (postgresql, sqlite)
    for each in (AttendanceMark, Signature)
}


@cache
def build_batch_people_query(by_walk_in_id: bool) -> Select[Any]:
    """Ask for registrations by number (and by the tablet's own name), for all that were merged, and for all that moved."""
    mine = REGISTRATIONS_TABLE.c.seminar_id.in_(DEVICE_SEMINAR_IDS)
    wanted = or_(
        REGISTRATIONS_TABLE.c.id.in_(bindparam("numbers", expanding=True)),
        and_(mine, REGISTRATIONS_TABLE.c.state == RegistrationStatus.MERGED),
        and_(mine, REGISTRATIONS_TABLE.c.state_since > bindparam("since")),
        *([REGISTRATIONS_TABLE.c.walk_in_id.in_(bindparam("names", expanding=True))] if by_walk_in_id else []),
    )
    columns = (
        REGISTRATIONS_TABLE.c[each] for each in ("id", "seminar_id", "walk_in_id", "merged_into_id", "state_since")
    )
    return select(*columns).where(wanted)


@dataclass(frozen=True)
class ItemOutcome:
    """What became of an item; `person` is the registration of somebody who came without one.

    `reason` says why it was refused, or what was left out of it.
    """

    id: str | None
    answer: str
    reason: str = ""
    person: int | None = None


@dataclass
class BatchPeople:
    """The registrations that a batch names: each with its seminar, those that came without one by their name, merges.

    `moved` says whether the state of anybody of the seminars has changed since the tablet last asked.
    """

    seminar_ids: dict[int, int] = field(default_factory=dict)
    walk_in_registrations: dict[uuid.UUID, int] = field(default_factory=dict)
    surviving_ids: dict[int, int] = field(default_factory=dict)
    has_changes: bool = False

    def get_surviving_key(self, registration_id: int, session_id: int) -> AttendanceKey:
        """Say for whom a mark counts."""
        return self.surviving_ids.get(registration_id, registration_id), session_id

    def get_registration_id(self, reference: int | uuid.UUID) -> int:
        """Give the registration that is meant. Raises Refused."""
        found = self.walk_in_registrations.get(reference) if isinstance(reference, uuid.UUID) else reference
        if found is None or found not in self.seminar_ids:
            raise ItemRefused("unknown_person")
        return found


@dataclass
class SyncBatch:
    """A batch while it is taken in."""

    connection: Connection
    permit: DevicePermit
    skew: int
    now: datetime
    ip_address: str
    people: BatchPeople = field(default_factory=BatchPeople)
    outcomes: dict[int, ItemOutcome] = field(default_factory=dict)
    keys: dict[int, AttendanceKey] = field(default_factory=dict)
    """By the place of the item in the batch, where a mark or signature leads."""

    def get_item_skew(self, item: SyncItem) -> int:
        """Say how far the clock was behind when the item was made, in milliseconds: it may have been put right since."""
        return self.skew if item.skew is None else item.skew


def accept_batch(
    session: Session, permit: DevicePermit, raw_items: Sequence[Any], skew: int, now: datetime, ip_address: str = ""
) -> list[ItemOutcome]:
    """Keep what a tablet has sent or handed over; answers for each item."""
    return sync_batch(session.connection(), permit, raw_items, format_cursor(now), skew, now, ip_address)[0]


def sync_batch(
    connection: Connection,
    permit: DevicePermit,
    raw_items: Sequence[Any],
    cursor: Any,
    skew: int,
    now: datetime,
    ip_address: str = "",
) -> tuple[list[ItemOutcome], RosterChanges]:
    """Keep what a tablet sends, in its order, each item once however often it comes; answers for each item, and gives the news.

    Nothing that is there changes, whatever the item says. `skew` is how far the device's clock is behind ours now, in milliseconds.
    """
    batch = SyncBatch(connection, permit, skew, now, ip_address)
    items, since = dict(parse_items(batch, raw_items)), parse_cursor(cursor)
    batch.people = load_batch_people(batch, items.values(), since)
    for place, walk_in in filter_items_by_type(items, WalkInItem):
        batch.outcomes[place] = accept_walk_in(batch, walk_in)
    insert_missing_rows(
        batch,
        AttendanceMark,
        {place: build_mark_row(batch, place, each) for place, each in accept_permitted_items(batch, items, MarkItem)},
    )
    marked = dict(batch.keys)
    drawn = accept_permitted_items(batch, items, SignatureItem)
    insert_missing_rows(batch, Signature, {place: build_signature_row(batch, place, each) for place, each in drawn})
    moved = list_people_since(batch.connection, permit, since) if batch.people.has_changes else []
    looked_at = add_merged_ids((person for person, _session in marked.values()), batch.people.surviving_ids)
    sessions = permit.seminar_ids_by_session if moved else {session for _person, session in marked.values()}
    marks, signed = list_marks_and_signatures_since(
        batch.connection, permit, since, looked_at.union(each.id for each in moved), sessions
    )
    report_conflicts(batch, marked, marks)
    reaches = now + timedelta(microseconds=len(raw_items))
    fresh = build_roster_changes(permit, since, moved, marks, signed, batch.people.surviving_ids, reaches)
    return [batch.outcomes[place] for place in range(len(raw_items))], fresh


def parse_items(batch: SyncBatch, raw_items: Sequence[Any]) -> Iterator[tuple[int, SyncItem]]:
    """Read the items that can be read, each with its place in the batch; the others are refused."""
    for place, each in enumerate(raw_items):
        try:
            yield place, parse_item(each)
        except ItemRefused as refused:
            batch.outcomes[place] = ItemOutcome(find_item_id(each), REFUSED, str(refused))


def find_item_id(raw_item: Any) -> str | None:
    """Give the name of an item that could not be read, where it has one."""
    name = raw_item.get("id") if isinstance(raw_item, dict) else None
    return name if isinstance(name, str) and len(name) <= 36 and name.isprintable() else None


def filter_items_by_type(items: dict[int, SyncItem], item_type: type[ItemType]) -> Iterator[tuple[int, ItemType]]:
    """Give the items of a kind in their order."""
    return ((place, each) for place, each in items.items() if isinstance(each, item_type))


def load_batch_people(batch: SyncBatch, items: Iterable[SyncItem], since: datetime | None) -> BatchPeople:
    """Find in one query: every registration that a batch names, the merges of its seminars, and whether any state has changed."""
    numbers: set[int] = set()
    names: set[uuid.UUID] = set()
    for each in items:
        person = each.id if isinstance(each, WalkInItem) else each.person
        if isinstance(person, uuid.UUID):
            names.add(person)
        else:
            numbers.add(person)
    asked = {"numbers": list(numbers), "seminars": list(batch.permit.seminar_ids), "since": since or batch.now}
    rows = batch.connection.execute(
        build_batch_people_query(bool(names)), asked | ({"names": list(names)} if names else {})
    )
    found, into = BatchPeople(has_changes=since is None), {}
    for number, seminar, name, kept, state_since in rows:
        if seminar not in batch.permit.seminar_ids:
            continue
        found.seminar_ids[number] = seminar
        found.has_changes |= since is not None and state_since > since
        if name is not None:
            found.walk_in_registrations[name] = number
        if kept is not None:
            into[number] = kept
    found.surviving_ids = resolve_merges(into)
    return found


def accept_walk_in(batch: SyncBatch, item: WalkInItem) -> ItemOutcome:
    """Register somebody who came without registering, or find what an earlier batch has made of them."""
    known = batch.people.walk_in_registrations.get(item.id)
    if known is not None:
        return ItemOutcome(str(item.id), KNOWN, item.omitted, known)
    if item.seminar not in batch.permit.seminar_ids:
        return ItemOutcome(str(item.id), REFUSED, "unknown_seminar")
    moment = item.made_at + timedelta(milliseconds=batch.get_item_skew(item))
    with Session(batch.connection) as session:
        try:
            made = register_walk_in(session, item, moment, batch.now, batch.ip_address).id
        except ItemRefused as refused:
            return ItemOutcome(str(item.id), REFUSED, str(refused))
    batch.people.walk_in_registrations[item.id] = made
    batch.people.seminar_ids[made] = item.seminar
    batch.people.has_changes = True
    return ItemOutcome(str(item.id), STORED, item.omitted, made)


def accept_permitted_items(
    batch: SyncBatch, items: dict[int, SyncItem], item_type: type[ItemType]
) -> Iterator[tuple[int, ItemType]]:
    """Give the marks or signatures whose person and session the tablet may mark; the others are refused."""
    for place, item in filter_items_by_type(items, item_type):
        try:
            batch.keys[place] = get_item_key(batch, item)
        except ItemRefused as refused:
            batch.outcomes[place] = ItemOutcome(str(item.id), REFUSED, str(refused))
        else:
            yield place, item


def get_item_key(batch: SyncBatch, item: Any) -> AttendanceKey:
    """Give registration and session of a mark or a signature. Raises Refused."""
    number = batch.people.get_registration_id(item.person)
    seminar = batch.permit.seminar_ids_by_session.get(item.session)
    if seminar is None or seminar != batch.people.seminar_ids[number]:
        raise ItemRefused("unknown_session")
    return number, item.session


def build_common_columns(batch: SyncBatch, index: int, item: MarkItem | SignatureItem) -> dict[str, Any]:
    """What marks and signatures have in common; in a batch one is received after the other."""
    number, session = batch.keys[index]
    return {
        "id": item.id,
        "registration_id": number,
        "session_id": session,
        "device_id": batch.permit.device_id,
        "made_at": item.made_at,
        "skew": batch.get_item_skew(item),
        "received_at": batch.now + timedelta(microseconds=index),
    }


def build_mark_row(batch: SyncBatch, index: int, item: MarkItem) -> dict[str, Any]:
    """Write the row of a mark."""
    return build_common_columns(batch, index, item) | {
        "status": item.status,
        "after": item.after,
        "decides": False,
        "source": item.source,
    }


def build_signature_row(batch: SyncBatch, index: int, item: SignatureItem) -> dict[str, Any]:
    """Write the row of a signature."""
    return build_common_columns(batch, index, item) | {"strokes": item.strokes}


def insert_missing_rows(
    batch: SyncBatch, table: type[AttendanceMark] | type[Signature], rows: dict[int, dict[str, Any]]
) -> None:
    """Insert the rows that are not there yet, whoever else sends them at this moment, and answer for each."""
    if not rows:
        return
    fresh = {row["id"]: row for row in reversed(rows.values())}  # of one that stands twice in a batch, the first
    new = set(
        batch.connection.execute(
            INSERT_STATEMENTS[batch.connection.dialect.name, table], list(reversed(fresh.values()))
        ).scalars()
    )
    for place, row in rows.items():
        batch.outcomes[place] = ItemOutcome(str(row["id"]), STORED if row["id"] in new else KNOWN)
        new.discard(row["id"])


def report_conflicts(batch: SyncBatch, keys_by_index: Mapping[int, AttendanceKey], marks: Iterable[Row[Any]]) -> None:
    """Say of the marks whose person and session are a question now that they are."""
    wanted = {batch.people.get_surviving_key(*each) for each in keys_by_index.values()}
    ledger: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in marks:
        ledger[batch.people.get_surviving_key(mark.registration_id, mark.session_id)].append(mark)
    questions = {each for each in wanted if derive_session_attendance(ledger[each]).is_conflicting}
    for number, place in keys_by_index.items():
        if batch.people.get_surviving_key(*place) in questions:
            batch.outcomes[number] = ItemOutcome(batch.outcomes[number].id, CONFLICT)

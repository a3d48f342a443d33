"""Storing batches of items from tablets.

Items are inserted, never changed: a repeated item has no effect, and each item of a batch has its own outcome.
"""

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

MAX_ITEMS_PER_BATCH = 500
STORED, KNOWN, CONFLICT, REFUSED = "stored", "known", "question", "refused"
ItemType = TypeVar("ItemType", MarkItem, SignatureItem, WalkInItem)
# Insert rows whose id is new, and return their ids.
INSERT_STATEMENTS = {
    (dialect.__name__.rpartition(".")[2], model): dialect.insert(model.__table__)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(model.__table__.c.id)
    for dialect in (postgresql, sqlite)
    for model in (AttendanceMark, Signature)
}


@cache
def build_batch_people_query(by_walk_in_id: bool) -> Select[Any]:
    """Build the query for registrations by id (and walk-in id), and for merged and recently changed ones of the seminars."""
    in_device_seminars = REGISTRATIONS_TABLE.c.seminar_id.in_(DEVICE_SEMINAR_IDS)
    condition = or_(
        REGISTRATIONS_TABLE.c.id.in_(bindparam("registration_ids", expanding=True)),
        and_(in_device_seminars, REGISTRATIONS_TABLE.c.state == RegistrationStatus.MERGED),
        and_(in_device_seminars, REGISTRATIONS_TABLE.c.state_since > bindparam("since")),
        *([REGISTRATIONS_TABLE.c.walk_in_id.in_(bindparam("walk_in_ids", expanding=True))] if by_walk_in_id else []),
    )
    columns = (
        REGISTRATIONS_TABLE.c[name] for name in ("id", "seminar_id", "walk_in_id", "merged_into_id", "state_since")
    )
    return select(*columns).where(condition)


@dataclass(frozen=True)
class ItemOutcome:
    """Outcome of an item; the fields are the keys of the API's JSON.

    `answer` is stored, known (stored before), question (stored, now in conflict) or refused. `reason` says why it was refused
    or what was omitted. `person` is the registration id of a walk-in.
    """

    id: str | None
    answer: str
    reason: str = ""
    person: int | None = None


@dataclass
class BatchPeople:
    """Registrations to which the items of a batch refer.

    `seminar_ids` are by registration id, `walk_in_registrations` by walk-in id. `has_changes` means that a registration of
    the device's seminars has changed its status since the last sync.
    """

    seminar_ids: dict[int, int] = field(default_factory=dict)
    walk_in_registrations: dict[uuid.UUID, int] = field(default_factory=dict)
    surviving_ids: dict[int, int] = field(default_factory=dict)
    has_changes: bool = False

    def get_surviving_key(self, registration_id: int, session_id: int) -> AttendanceKey:
        """Return the key under which a mark counts."""
        return self.surviving_ids.get(registration_id, registration_id), session_id

    def get_registration_id(self, reference: int | uuid.UUID) -> int:
        """Return the registration id for a registration id or walk-in id. Raises ItemRefused."""
        registration_id = self.walk_in_registrations.get(reference) if isinstance(reference, uuid.UUID) else reference
        if registration_id is None or registration_id not in self.seminar_ids:
            raise ItemRefused("unknown_person")
        return registration_id


@dataclass
class SyncBatch:
    """A batch while it is stored. `skew` is in milliseconds; `outcomes` and `keys` are by the index of the item."""

    connection: Connection
    permit: DevicePermit
    skew: int
    now: datetime
    ip_address: str
    people: BatchPeople = field(default_factory=BatchPeople)
    outcomes: dict[int, ItemOutcome] = field(default_factory=dict)
    keys: dict[int, AttendanceKey] = field(default_factory=dict)

    def get_item_skew(self, item: SyncItem) -> int:
        """Return the skew when the item was made, in milliseconds: the clock may have been set since."""
        return self.skew if item.skew is None else item.skew


def accept_batch(
    session: Session, permit: DevicePermit, raw_items: Sequence[Any], skew: int, now: datetime, ip_address: str = ""
) -> list[ItemOutcome]:
    """Store the items of a batch and return an outcome for each."""
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
    """Store the items of a batch in their order; return an outcome for each, and the changes made by others since `cursor`.

    `skew` is how far the device's clock is behind the server's now, in milliseconds.
    """
    batch = SyncBatch(connection, permit, skew, now, ip_address)
    items, since = dict(parse_items(batch, raw_items)), parse_cursor(cursor)
    batch.people = load_batch_people(batch, items.values(), since)
    for index, walk_in in filter_items_by_type(items, WalkInItem):
        batch.outcomes[index] = accept_walk_in(batch, walk_in)
    marks = accept_permitted_items(batch, items, MarkItem)
    insert_missing_rows(batch, AttendanceMark, {index: build_mark_row(batch, index, item) for index, item in marks})
    mark_keys = dict(batch.keys)
    signatures = accept_permitted_items(batch, items, SignatureItem)
    insert_missing_rows(
        batch, Signature, {index: build_signature_row(batch, index, item) for index, item in signatures}
    )
    changes = collect_changes(batch, since, mark_keys, now + timedelta(microseconds=len(raw_items)))
    return [batch.outcomes[index] for index in range(len(raw_items))], changes


def collect_changes(
    batch: SyncBatch, since: datetime | None, mark_keys: Mapping[int, AttendanceKey], cursor_time: datetime
) -> RosterChanges:
    """Return the changes made by others since a time, and set the outcome of marks of this batch that are in conflict."""
    permit, surviving_ids = batch.permit, batch.people.surviving_ids
    people = list_people_since(batch.connection, permit, since) if batch.people.has_changes else []
    marked_ids = add_merged_ids((registration_id for registration_id, _session in mark_keys.values()), surviving_ids)
    registration_ids = marked_ids.union(person.id for person in people)
    session_ids = (
        permit.seminar_ids_by_session if people else {session_id for _person, session_id in mark_keys.values()}
    )
    marks, signatures = list_marks_and_signatures_since(batch.connection, permit, since, registration_ids, session_ids)
    report_conflicts(batch, mark_keys, marks)
    return build_roster_changes(permit, since, people, marks, signatures, surviving_ids, cursor_time)


def parse_items(batch: SyncBatch, raw_items: Sequence[Any]) -> Iterator[tuple[int, SyncItem]]:
    """Yield index and item for each valid item of a batch, and refuse the others."""
    for index, raw_item in enumerate(raw_items):
        try:
            yield index, parse_item(raw_item)
        except ItemRefused as refusal:
            batch.outcomes[index] = ItemOutcome(find_item_id(raw_item), REFUSED, str(refusal))


def find_item_id(raw_item: Any) -> str | None:
    """Return the id of an invalid item, if it has a printable one."""
    item_id = raw_item.get("id") if isinstance(raw_item, dict) else None
    return item_id if isinstance(item_id, str) and len(item_id) <= 36 and item_id.isprintable() else None


def filter_items_by_type(items: dict[int, SyncItem], item_type: type[ItemType]) -> Iterator[tuple[int, ItemType]]:
    """Return index and item of each item of a type, in their order."""
    return ((index, item) for index, item in items.items() if isinstance(item, item_type))


def load_batch_people(batch: SyncBatch, items: Iterable[SyncItem], since: datetime | None) -> BatchPeople:
    """Load in one query the registrations of a batch, the merges of its seminars, and whether any status has changed."""
    references = {item.id if isinstance(item, WalkInItem) else item.person for item in items}
    walk_in_ids = [reference for reference in references if isinstance(reference, uuid.UUID)]
    parameters: dict[str, Any] = {
        "registration_ids": [reference for reference in references if isinstance(reference, int)],
        "seminar_ids": list(batch.permit.seminar_ids),
        "since": since or batch.now,
    }
    if walk_in_ids:
        parameters["walk_in_ids"] = walk_in_ids
    rows = batch.connection.execute(build_batch_people_query(bool(walk_in_ids)), parameters)
    people, merged_into_ids = BatchPeople(has_changes=since is None), {}
    for registration_id, seminar_id, walk_in_id, merged_into_id, status_since in rows:
        if seminar_id not in batch.permit.seminar_ids:
            continue
        people.seminar_ids[registration_id] = seminar_id
        people.has_changes |= since is not None and status_since > since
        if walk_in_id is not None:
            people.walk_in_registrations[walk_in_id] = registration_id
        if merged_into_id is not None:
            merged_into_ids[registration_id] = merged_into_id
    people.surviving_ids = resolve_merges(merged_into_ids)
    return people


def accept_walk_in(batch: SyncBatch, item: WalkInItem) -> ItemOutcome:
    """Register a walk-in, unless an earlier batch has done so, and return the outcome."""
    known_id = batch.people.walk_in_registrations.get(item.id)
    if known_id is not None:
        return ItemOutcome(str(item.id), KNOWN, item.omitted, known_id)
    if item.seminar not in batch.permit.seminar_ids:
        return ItemOutcome(str(item.id), REFUSED, "unknown_seminar")
    agreed_at = item.made_at + timedelta(milliseconds=batch.get_item_skew(item))
    with Session(batch.connection) as session:
        try:
            registration_id = register_walk_in(session, item, agreed_at, batch.now, batch.ip_address).id
        except ItemRefused as refusal:
            return ItemOutcome(str(item.id), REFUSED, str(refusal))
    batch.people.walk_in_registrations[item.id] = registration_id
    batch.people.seminar_ids[registration_id] = item.seminar
    batch.people.has_changes = True
    return ItemOutcome(str(item.id), STORED, item.omitted, registration_id)


def accept_permitted_items(
    batch: SyncBatch, items: dict[int, SyncItem], item_type: type[ItemType]
) -> Iterator[tuple[int, ItemType]]:
    """Yield index and item for marks or signatures that the device may record, and refuse the others."""
    for index, item in filter_items_by_type(items, item_type):
        try:
            batch.keys[index] = get_item_key(batch, item)
        except ItemRefused as refusal:
            batch.outcomes[index] = ItemOutcome(str(item.id), REFUSED, str(refusal))
        else:
            yield index, item


def get_item_key(batch: SyncBatch, item: Any) -> AttendanceKey:
    """Return registration id and session id of a mark or signature. Raises ItemRefused."""
    registration_id = batch.people.get_registration_id(item.person)
    seminar_id = batch.permit.seminar_ids_by_session.get(item.session)
    if seminar_id is None or seminar_id != batch.people.seminar_ids[registration_id]:
        raise ItemRefused("unknown_session")
    return registration_id, item.session


def build_common_columns(batch: SyncBatch, index: int, item: MarkItem | SignatureItem) -> dict[str, Any]:
    """Return the columns that marks and signatures share; `received_at` grows by a microsecond per item to keep their order."""
    registration_id, session_id = batch.keys[index]
    return {
        "id": item.id,
        "registration_id": registration_id,
        "session_id": session_id,
        "device_id": batch.permit.device_id,
        "made_at": item.made_at,
        "skew": batch.get_item_skew(item),
        "received_at": batch.now + timedelta(microseconds=index),
    }


def build_mark_row(batch: SyncBatch, index: int, item: MarkItem) -> dict[str, Any]:
    """Return the table row of a mark."""
    return build_common_columns(batch, index, item) | {
        "status": item.status,
        "after": item.after,
        "decides": False,
        "source": item.source,
    }


def build_signature_row(batch: SyncBatch, index: int, item: SignatureItem) -> dict[str, Any]:
    """Return the table row of a signature."""
    return build_common_columns(batch, index, item) | {"strokes": item.strokes}


def insert_missing_rows(
    batch: SyncBatch, table: type[AttendanceMark] | type[Signature], rows: dict[int, dict[str, Any]]
) -> None:
    """Insert the rows whose id is new, even if another request inserts them at the same time, and set an outcome for each."""
    if not rows:
        return
    unique_rows = {row["id"]: row for row in reversed(rows.values())}  # the first of rows with one id
    statement = INSERT_STATEMENTS[batch.connection.dialect.name, table]
    inserted_ids = set(batch.connection.execute(statement, list(reversed(unique_rows.values()))).scalars())
    for index, row in rows.items():
        batch.outcomes[index] = ItemOutcome(str(row["id"]), STORED if row["id"] in inserted_ids else KNOWN)
        inserted_ids.discard(row["id"])


def report_conflicts(batch: SyncBatch, keys_by_index: Mapping[int, AttendanceKey], marks: Iterable[Row[Any]]) -> None:
    """Set the outcome of the marks whose person and session are in conflict now."""
    surviving_keys = {index: batch.people.get_surviving_key(*key) for index, key in keys_by_index.items()}
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in marks:
        marks_by_key[batch.people.get_surviving_key(mark.registration_id, mark.session_id)].append(mark)
    conflicts = {
        key for key in set(surviving_keys.values()) if derive_session_attendance(marks_by_key[key]).is_conflicting
    }
    for index, key in surviving_keys.items():
        if key in conflicts:
            batch.outcomes[index] = ItemOutcome(batch.outcomes[index].id, CONFLICT)

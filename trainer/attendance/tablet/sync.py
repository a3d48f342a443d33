"""Storing batches of items from tablets.

Items are inserted, never changed: a repeated item has no effect, and each item of a batch has its own outcome.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.attendance.ledger import AttendanceKey, derive_session_attendance
from trainer.attendance.locking import lock_people
from trainer.attendance.merges import add_merged_ids
from trainer.attendance.models import AttendanceMark, Signature
from trainer.attendance.tablet.batch import ItemOutcome, SyncBatch, load_batch_people
from trainer.attendance.tablet.batch_items import (
    ItemRefused,
    MarkItem,
    SignatureItem,
    SyncItem,
    WalkInItem,
    parse_item,
    parse_uuid_or_none,
)
from trainer.attendance.tablet.changes import (
    RosterChanges,
    build_roster_changes,
    format_cursor,
    list_marks_and_signatures_since,
    list_people_since,
    parse_cursor,
)
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.tablet.refused_items import (
    KnownRefusal,
    close_accepted_item,
    compute_item_fingerprint,
    find_item_id,
    list_waiting_item_ids,
    load_known_refusals,
    store_refused_item,
)
from trainer.attendance.tablet.walk_ins import compute_walk_in_fingerprint, register_walk_in
from trainer.attendance.unlisted import list_open_mark_ids, list_open_marks

MAX_ITEMS_PER_BATCH = 500
STORED, KNOWN, CONFLICT, REFUSED = "stored", "known", "question", "refused"
CHANGED = "changed"  # the reason of a refusal: an item with this id is stored with other content
CONTENT_COLUMNS: dict[type[AttendanceMark] | type[Signature], tuple[str, ...]] = {
    AttendanceMark: ("registration_id", "session_id", "status", "after", "made_at", "source"),
    Signature: ("registration_id", "session_id", "strokes", "made_at"),
}
ItemType = TypeVar("ItemType", MarkItem, SignatureItem, WalkInItem)
# Insert rows whose id is new, and return their ids.
INSERT_STATEMENTS = {
    (dialect.__name__.rpartition(".")[2], model): dialect.insert(model.__table__)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(model.__table__.c.id)
    for dialect in (postgresql, sqlite)
    for model in (AttendanceMark, Signature)
}


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
    batch.refusals = dict(find_known_refusals(batch, raw_items))
    items, since = dict(parse_items(batch, raw_items)), parse_cursor(cursor)
    batch.people = load_batch_people(batch, items.values(), since)
    complete_until = now
    if permit.is_shared:
        batch.now, complete_until = lock_people(connection, list_people_of_items(batch, items.values()))
    for index, walk_in in filter_items_by_type(items, WalkInItem):
        batch.outcomes[index] = accept_walk_in(batch, walk_in)
    marks = accept_permitted_items(batch, items, MarkItem)
    insert_missing_rows(batch, AttendanceMark, {index: build_mark_row(batch, index, item) for index, item in marks})
    mark_keys = dict(batch.keys)
    signatures = accept_permitted_items(batch, items, SignatureItem)
    insert_missing_rows(
        batch, Signature, {index: build_signature_row(batch, index, item) for index, item in signatures}
    )
    keep_refused_items(batch, raw_items)
    changes = collect_changes(batch, since, mark_keys, complete_until + timedelta(microseconds=len(raw_items)))
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
    open_marks = list_open_marks(batch.connection, permit.seminar_ids, surviving_ids)
    report_decisions(batch, mark_keys, marks, open_marks)
    if batch.has_refusals:
        batch.waiting_item_ids = list_waiting_item_ids(batch.connection, permit.device_id)
    undecided = (*batch.waiting_item_ids, *list_open_mark_ids(open_marks.values(), permit.device_id))
    return build_roster_changes(permit, since, people, marks, signatures, surviving_ids, cursor_time, undecided)


def parse_items(batch: SyncBatch, raw_items: Sequence[Any]) -> Iterator[tuple[int, SyncItem]]:
    """Yield index and item for each valid item of a batch, and refuse the others."""
    for index, raw_item in enumerate(raw_items):
        if index in batch.refusals and batch.refusals[index].is_decided:
            batch.outcomes[index] = ItemOutcome(find_item_id(raw_item), KNOWN)
            continue
        try:
            yield index, parse_item(raw_item)
        except ItemRefused as refusal:
            batch.outcomes[index] = ItemOutcome(find_item_id(raw_item), REFUSED, str(refusal))


def find_known_refusals(batch: SyncBatch, raw_items: Sequence[Any]) -> Iterator[tuple[int, KnownRefusal]]:
    """Yield index and stored refusal of each item that was refused before with the same content.

    The same query reads which items of the tablet wait for a decision.
    """
    ids = [find_item_id(raw_item) for raw_item in raw_items]
    refusals, batch.waiting_item_ids = load_known_refusals(
        batch.connection, {item_id for item_id in ids if item_id}, batch.permit.device_id
    )
    for index, raw_item in enumerate(raw_items):
        if ids[index] and ids[index] in refusals:
            refusal = refusals[ids[index] or ""].get(compute_item_fingerprint(raw_item))
            if refusal is not None:
                yield index, refusal


def keep_refused_items(batch: SyncBatch, raw_items: Sequence[Any]) -> None:
    """Keep the refused items for the organizer, and close earlier refusals of items that are stored now."""
    for index, outcome in sorted(batch.outcomes.items()):
        refusal = batch.refusals.get(index)
        batch.has_refusals |= outcome.answer == REFUSED or refusal is not None
        if outcome.answer == REFUSED:
            seminar_id = find_item_seminar(batch, raw_items[index])
            is_kept = seminar_id is not None and store_refused_item(
                batch.connection, raw_items[index], outcome.reason, batch.permit.device_id, seminar_id, batch.now
            )
            batch.outcomes[index] = replace(outcome, kept=is_kept or None)
        elif refusal is not None and not refusal.is_decided:
            close_accepted_item(batch.connection, refusal, batch.now)


def find_item_seminar(batch: SyncBatch, raw_item: Any) -> int | None:
    """Return the seminar that a refused item most likely belongs to: by its person, its session, or the device."""
    raw = raw_item if isinstance(raw_item, dict) else {}
    numbers = {name: raw.get(name) for name in ("person", "session", "seminar") if type(raw.get(name)) is int}
    walk_in_id = parse_uuid_or_none(raw.get("person"))
    registration_id = batch.people.walk_in_registrations.get(walk_in_id) if walk_in_id else numbers.get("person")
    candidates = (
        batch.people.seminar_ids.get(registration_id or 0),
        batch.permit.seminar_ids_by_session.get(numbers.get("session") or 0),
        numbers.get("seminar"),
        *sorted(batch.permit.seminar_ids),
    )
    return next((candidate for candidate in candidates if candidate in batch.permit.seminar_ids), None)


def list_people_of_items(batch: SyncBatch, items: Iterable[SyncItem]) -> Iterator[int]:
    """Yield the registrations under which marks and signatures count."""
    for item in items:
        if not isinstance(item, WalkInItem):
            known_id = (
                batch.people.walk_in_registrations.get(item.person)
                if isinstance(item.person, uuid.UUID)
                else item.person
            )
            if known_id is not None:
                yield batch.people.surviving_ids.get(known_id, known_id)


def filter_items_by_type(items: dict[int, SyncItem], item_type: type[ItemType]) -> Iterator[tuple[int, ItemType]]:
    """Return index and item of each item of a type, in their order."""
    return ((index, item) for index, item in items.items() if isinstance(item, item_type))


def accept_walk_in(batch: SyncBatch, item: WalkInItem) -> ItemOutcome:
    """Register a walk-in, unless an earlier batch has done so, and return the outcome."""
    known_id = batch.people.walk_in_registrations.get(item.id)
    if known_id is not None:
        if batch.people.fingerprints.get(known_id, "") in ("", compute_walk_in_fingerprint(item)):
            return ItemOutcome(str(item.id), KNOWN, item.omitted, known_id)
        return ItemOutcome(str(item.id), REFUSED, CHANGED)
    if item.seminar not in batch.permit.seminar_ids:
        return ItemOutcome(str(item.id), REFUSED, "unknown_seminar")
    agreed_at = item.made_at + timedelta(milliseconds=batch.get_item_skew(item))
    with Session(batch.connection) as session:
        try:
            registration_id = register_walk_in(session, item, agreed_at, batch.now, batch.ip_address).id
        except ItemRefused as refusal:
            return ItemOutcome(str(item.id), REFUSED, str(refusal))
    batch.people.walk_in_registrations[item.id] = registration_id
    batch.people.fingerprints[registration_id] = compute_walk_in_fingerprint(item)
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
    """Insert the rows whose id is new, even if another request inserts them at the same time, and set an outcome for each.

    A row with the id of a stored one and other content is refused: it is another mark, which the organizer has to see.
    """
    if not rows:
        return
    unique_rows = {row["id"]: row for row in reversed(rows.values())}  # the first of rows with one id
    statement = INSERT_STATEMENTS[batch.connection.dialect.name, table]
    inserted_ids = set(batch.connection.execute(statement, list(reversed(unique_rows.values()))).scalars())
    known_ids = {
        row["id"] for row in rows.values() if unique_rows[row["id"]] is not row or row["id"] not in inserted_ids
    }
    contents = load_stored_contents(batch.connection, table, known_ids)
    for index, row in rows.items():
        is_new = unique_rows[row["id"]] is row and row["id"] in inserted_ids
        if is_new or get_content(table, row) == contents[row["id"]]:
            batch.outcomes[index] = ItemOutcome(str(row["id"]), STORED if is_new else KNOWN)
        else:
            batch.outcomes[index] = ItemOutcome(str(row["id"]), REFUSED, CHANGED)
            del batch.keys[index]


def load_stored_contents(
    connection: Connection, table: type[AttendanceMark] | type[Signature], ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[Any, ...]]:
    """Return what tablets sent in the stored rows with these ids."""
    if not ids:
        return {}
    columns = table.__table__.c
    query = select(columns.id, *(columns[name] for name in CONTENT_COLUMNS[table])).where(columns.id.in_(ids))
    return {row.id: get_content(table, row._asdict()) for row in connection.execute(query)}


def get_content(table: type[AttendanceMark] | type[Signature], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the part of a row that its tablet has sent and that is the same whenever it is sent."""
    return tuple(row[name] for name in CONTENT_COLUMNS[table])


def report_decisions(
    batch: SyncBatch,
    keys_by_index: Mapping[int, AttendanceKey],
    marks: Iterable[Row[Any]],
    unlisted_keys: Collection[AttendanceKey],
) -> None:
    """Set the outcome of the marks about which the organizer decides: in conflict now, or of a person who is not on the list."""
    surviving_keys = {index: batch.people.get_surviving_key(*key) for index, key in keys_by_index.items()}
    marks_by_key: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in marks:
        marks_by_key[batch.people.get_surviving_key(mark.registration_id, mark.session_id)].append(mark)
    open_keys = {
        key
        for key in set(surviving_keys.values())
        if key in unlisted_keys or derive_session_attendance(marks_by_key[key]).is_conflicting
    }
    for index, key in surviving_keys.items():
        if key in open_keys:
            batch.outcomes[index] = ItemOutcome(batch.outcomes[index].id, CONFLICT)

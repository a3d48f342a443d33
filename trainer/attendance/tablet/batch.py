"""A batch of items from a tablet while it is stored: the registrations that it refers to, and the outcome of each item."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from trainer.attendance.ledger import AttendanceKey
from trainer.attendance.merges import resolve_merges
from trainer.attendance.tablet.batch_items import ItemRefused, SyncItem, WalkInItem
from trainer.attendance.tablet.changes import DEVICE_SEMINAR_IDS, REGISTRATIONS_TABLE
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.tablet.refused_items import KnownRefusal
from trainer.registration.models import RegistrationStatus


@dataclass(frozen=True)
class ItemOutcome:
    """Outcome of an item; the fields are the keys of the API's JSON.

    `answer` is stored, known (stored before), question (stored, and the organizer decides) or refused. `reason` says why it was
    refused or what was omitted. `person` is the registration id of a walk-in. `kept` is set if a refused item waits for the
    organizer's decision, so that the tablet can drop it.
    """

    id: str | None
    answer: str
    reason: str = ""
    person: int | None = None
    kept: bool | None = None


@dataclass
class BatchPeople:
    """Registrations to which the items of a batch refer.

    `seminar_ids` are by registration id, `walk_in_registrations` by walk-in id; `fingerprints` tell what was typed about walk-ins,
    by registration id. `has_changes` means that a registration of
    the device's seminars has changed its status since the last sync.
    """

    seminar_ids: dict[int, int] = field(default_factory=dict)
    walk_in_registrations: dict[uuid.UUID, int] = field(default_factory=dict)
    surviving_ids: dict[int, int] = field(default_factory=dict)
    fingerprints: dict[int, str] = field(default_factory=dict)
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
    """A batch while it is stored.

    `skew` is in milliseconds. `outcomes`, `keys` and `refusals` (of items refused before) are by the index of the item.
    `waiting_item_ids` are the device's refused items that waited for a decision before the batch; `has_refusals` tells whether
    it changes them.
    """

    connection: Connection
    permit: DevicePermit
    skew: int
    now: datetime
    ip_address: str
    people: BatchPeople = field(default_factory=BatchPeople)
    outcomes: dict[int, ItemOutcome] = field(default_factory=dict)
    keys: dict[int, AttendanceKey] = field(default_factory=dict)
    refusals: dict[int, KnownRefusal] = field(default_factory=dict)
    waiting_item_ids: list[str] = field(default_factory=list)
    has_refusals: bool = False

    def get_item_skew(self, item: SyncItem) -> int:
        """Return the skew when the item was made, in milliseconds: the clock may have been set since."""
        return self.skew if item.skew is None else item.skew


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
        REGISTRATIONS_TABLE.c[name]
        for name in ("id", "seminar_id", "walk_in_id", "content_fingerprint", "state", "merged_into_id", "state_since")
    )
    return select(*columns).where(condition)


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
    for registration_id, seminar_id, walk_in_id, fingerprint, status, merged_into_id, status_since in rows:
        if seminar_id not in batch.permit.seminar_ids:
            continue
        people.seminar_ids[registration_id] = seminar_id
        people.has_changes |= since is not None and status_since > since
        if walk_in_id is not None:
            people.walk_in_registrations[walk_in_id] = registration_id
            people.fingerprints[registration_id] = fingerprint
        if status == RegistrationStatus.MERGED and merged_into_id is not None:
            merged_into_ids[registration_id] = merged_into_id
    people.surviving_ids = resolve_merges(merged_into_ids)
    return people

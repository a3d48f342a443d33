"""Items that the server refused: kept as the tablet sent them, until the organizer records or ignores them.

A tablet drops an item once it is kept here, and says how many of its items wait for the organizer. An item is refused when what
it refers to is unknown (a session that was deleted meanwhile), when it can't be read, or when an item with its id is stored with
other content ("changed"). The same content sent again is the same item.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trainer.attendance.models import RefusedItem, RefusedItemDecision
from trainer.web.text import TWELVE_DIGITS, is_iin

REFUSED_TABLE = RefusedItem.__table__
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
QUEUE_FIELDS = ("refused", "handed")  # by which a tablet keeps track of an item; they are no part of its content


@dataclass(frozen=True)
class KnownRefusal:
    """A stored refused item; `is_decided` by the organizer, or because it was accepted later."""

    id: int
    is_decided: bool


def find_item_id(raw_item: Any) -> str | None:
    """Return the id of an invalid item, if it has a printable one."""
    item_id = raw_item.get("id") if isinstance(raw_item, dict) else None
    return item_id if isinstance(item_id, str) and len(item_id) <= 36 and item_id.isprintable() else None


def dump_item(raw_item: Any) -> str | None:
    """Return an item as JSON in ASCII without IINs and what the tablet noted about sending it; None if it is nested too deeply."""
    if isinstance(raw_item, dict):
        raw_item = {name: value for name, value in raw_item.items() if name not in QUEUE_FIELDS}
    try:
        text = json.dumps(raw_item, sort_keys=True, ensure_ascii=False)
        cleaned = TWELVE_DIGITS.sub(lambda found: "" if is_iin(found[0]) else found[0], text)
        return json.dumps(json.loads(cleaned), sort_keys=True)
    except (RecursionError, ValueError):
        return None


def compute_item_fingerprint(raw_item: Any, sender: str = "") -> str:
    """Return the SHA-256 of an item's content in hexadecimal; `sender` tells items without an id apart."""
    return hashlib.sha256(f"{sender}{dump_item(raw_item)}".encode("ascii")).hexdigest()


def load_known_refusals(
    connection: Connection, item_ids: Collection[str], device_id: int
) -> tuple[dict[str, dict[str, KnownRefusal]], list[str]]:
    """Return the stored refused items with these ids by id and fingerprint, and the ids of a device's undecided ones."""
    refusals: dict[str, dict[str, KnownRefusal]] = defaultdict(dict)
    waiting_ids = []
    values = {"item_ids": list(item_ids), "sender": device_id}
    for row in connection.execute(build_refusals_query(), values):
        refusals[row.item_id][row.fingerprint] = KnownRefusal(row.id, row.decided_at is not None)
        if row.device_id == device_id and row.decided_at is None:
            waiting_ids.append(row.item_id)
    return refusals, waiting_ids


@cache
def build_refusals_query() -> Select[Any]:
    """Build the query for refused items by their ids, and for the undecided ones of a device."""
    columns = (REFUSED_TABLE.c[name] for name in ("item_id", "fingerprint", "id", "decided_at", "device_id"))
    is_waiting = and_(REFUSED_TABLE.c.device_id == bindparam("sender"), REFUSED_TABLE.c.decided_at.is_(None))
    is_sent = REFUSED_TABLE.c.item_id.in_(bindparam("item_ids", expanding=True))
    return select(*columns).where(or_(is_sent, is_waiting)).order_by(REFUSED_TABLE.c.id)


def store_refused_item(
    connection: Connection, raw_item: Any, reason: str, device_id: int, seminar_id: int, now: datetime
) -> bool:
    """Keep a refused item, unless it is kept already, and return whether it is kept."""
    content, item_id = dump_item(raw_item), find_item_id(raw_item) or ""
    if content is None:
        return False
    values = {
        "seminar_id": seminar_id,
        "device_id": device_id,
        "item_id": item_id,
        "fingerprint": compute_item_fingerprint(raw_item, sender="" if item_id else f"{device_id} "),
        "reason": reason,
        "content": content,
        "received_at": now,
    }
    insert = INSERTS[connection.dialect.name](RefusedItem)  # the same item may be on its way twice
    connection.execute(insert.values(values).on_conflict_do_nothing(index_elements=["fingerprint"]))
    return True


def close_accepted_item(connection: Connection, refusal: KnownRefusal, now: datetime) -> None:
    """Record that an item which was refused before is stored now."""
    accepted = {"decision": RefusedItemDecision.ACCEPTED, "decided_at": now}
    connection.execute(update(RefusedItem).where(RefusedItem.id == refusal.id).values(accepted))


def list_waiting_item_ids(connection: Connection, device_id: int) -> list[str]:
    """Return the ids of the refused items of a tablet about which nothing is decided."""
    query = select(REFUSED_TABLE.c.item_id).where(
        REFUSED_TABLE.c.device_id == device_id, REFUSED_TABLE.c.decided_at.is_(None)
    )
    return list(connection.execute(query.order_by(REFUSED_TABLE.c.id)).scalars())

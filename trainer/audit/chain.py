"""The chain of hashes: appending entries in one order, whatever the number of processes."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trainer.audit.models import AuditEntry, AuditHead, AuditPersonalValues
from trainer.audit.values import dump_canonical_json

FIRST_HASH = "0" * 64
HEAD_ID = 1
HASHED_FIELDS = (
    "number",
    "recorded_at",
    "actor",
    "action",
    "subject_kind",
    "subject_id",
    "project_id",
    "seminar_id",
    "changes",
    "personal_digest",
)
INSERTS = {module.__name__.rpartition(".")[2]: module.insert for module in (postgresql, sqlite)}


def compute_entry_hash(previous_hash: str, fields: dict[str, Any]) -> str:
    """Return the SHA-256 of an entry and the hash before it, in hexadecimal."""
    values = [fields[name] for name in HASHED_FIELDS]
    content = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(dump_canonical_json([previous_hash, *content]).encode()).hexdigest()


def compute_personal_digest(salt: str, changes: str) -> str:
    """Return the salted SHA-256 of personal values, in hexadecimal."""
    return hashlib.sha256(f"{salt} {changes}".encode()).hexdigest()


def lock_head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry, and keep others from appending until the end of the transaction.

    On SQLite the transaction has the write lock already.
    """
    query = select(AuditHead.number, AuditHead.hash).where(AuditHead.id == HEAD_ID).with_for_update()
    head = session.execute(query).one_or_none()
    if head is None:
        first = INSERTS[session.connection().dialect.name](AuditHead)
        session.execute(first.values(id=HEAD_ID, number=0, hash=FIRST_HASH).on_conflict_do_nothing())
        head = session.execute(query).one()
    return head.number, head.hash


def append_entries(
    session: Session, entries: Sequence[tuple[dict[str, Any], dict[str, Any] | None]]
) -> list[dict[str, Any]]:
    """Append entries: number them, chain them and store them with their personal values; return them as stored."""
    number, previous_hash = lock_head(session)
    rows, personal_rows = [], []
    for fields, personal in entries:
        number += 1
        row = {**fields, "number": number}
        previous_hash = row["hash"] = compute_entry_hash(previous_hash, row)
        rows.append(row)
        if personal is not None:
            personal_rows.append({**personal, "entry_number": number})
    session.execute(insert(AuditEntry), rows)
    if personal_rows:
        session.execute(insert(AuditPersonalValues), personal_rows)
    head = update(AuditHead).where(AuditHead.id == HEAD_ID).values(number=number, hash=previous_hash)
    session.execute(head.execution_options(synchronize_session=False))
    return rows

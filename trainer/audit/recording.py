"""Recording changes: entries wait in the session and are appended when it commits.

They are appended last in a transaction, after everything else is written. So the lock on the chain is held for a moment
only and is always the last one that a transaction takes: two transactions can't wait for each other because of it. What
is rolled back, as a whole or to a savepoint, leaves no entry.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from trainer.audit.actors import get_actor
from trainer.audit.chain import append_entries, compute_personal_digest
from trainer.audit.scope import SubjectScope, find_scope, format_subject_id
from trainer.audit.values import compare_values, dump_canonical_json
from trainer.audit.wording import ACTION_NAMES
from trainer.base import Base
from trainer.clock import now

log = logging.getLogger(__name__)
WAITING_KEY, APPENDED_KEY = "audit_waiting", "audit_appended"
SCOPE_KEY = "audit_scope"
CODED_FIELDS = frozenset({"status", "decision", "format", "kind", "language", "purpose", "role"})
"""Fields whose texts come from a closed list and tell nothing about a person once the person is erased."""


Changes = dict[str, list[Any] | None]
"""[before, after] by field, in JSON values; None where the log does not hold the values."""


def set_default_scope(session: Session, project_id: int, seminar_id: int | None) -> None:
    """State what this session works on: the project and seminar of entries whose rows lead to none."""
    session.info[SCOPE_KEY] = (project_id, seminar_id)


@dataclass
class WaitingEntry:
    """An entry that is not numbered yet, and the transactions that it is rolled back with."""

    transactions: tuple[SessionTransaction, ...]
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    scope: SubjectScope
    changes: Changes
    is_followed: bool
    """Whether it comes from following the ORM, and not from a call of `record`."""

    @property
    def row(self) -> tuple[str, str]:
        """Return what the entry is about."""
        return self.subject_kind, self.subject_id


def record(
    session: Session,
    action: str,
    subject: Base,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    within: Base | None = None,
) -> None:
    """Record a change of a row in the audit log; it becomes an entry when the session commits.

    `action` is a key of `wording.ACTION_NAMES`. `before` and `after` hold values by field, as `read_values` returns them;
    only what differs is stored. If both are given and nothing differs, nothing was changed and nothing is recorded. Texts
    of rows that belong to a person, or to an account, are stored apart, where they can be erased. Raises ValueError for an
    unknown action. `within` is what a row belongs to, such as its seminar, where its own relationships do not lead there.

    Changes of the same row that were followed (`tracking`) become part of this entry, so a call is needed only to name
    what was done by another word than created, changed or deleted, or for what the ORM does not see.
    """
    if action not in ACTION_NAMES:
        raise ValueError(f"no action {action!r} in ACTION_NAMES")
    changes = compare_values(before or {}, after or {})
    if before is not None and after is not None and not changes:
        return
    session.flush()  # so that a new row has its number
    session.connection()  # so that the entry belongs to a transaction
    add_waiting_entry(session, action, subject, dict(changes), is_followed=False, within=within)


def add_waiting_entry(
    session: Session, action: str, subject: Base, changes: Changes, is_followed: bool, within: Base | None = None
) -> None:
    """Keep an entry until the commit; all changes of a row are one entry."""
    entry = WaitingEntry(
        tuple(list_open_transactions(session)),
        get_actor(session),
        action,
        subject.__tablename__,
        format_subject_id(subject),
        find_scope(subject, within).fill_in(*session.info.get(SCOPE_KEY, (None, None))),
        changes,
        is_followed,
    )
    of_row: list[WaitingEntry] = session.info.setdefault(WAITING_KEY, {}).setdefault(entry.row, [])
    same = next((other for other in of_row if other.transactions == entry.transactions), None)
    if same is None or not (is_followed or same.is_followed):
        of_row.append(entry)
        return
    same.changes = merge_changes(same.changes, changes)
    if not is_followed or (same.is_followed and action == "deleted"):
        same.action, same.is_followed = action, is_followed


def merge_changes(first: Changes, second: Changes) -> Changes:
    """Return two changes of a row as one: from what was before the first to what is after the second."""
    merged = dict(first)
    for name, pair in second.items():
        earlier = first.get(name)
        merged[name] = [earlier[0], pair[1]] if earlier and pair else pair
    return {name: pair for name, pair in merged.items() if pair is None or pair[0] != pair[1]}


def build_rows(entry: WaitingEntry) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the columns of an entry, and of its personal values if it has any."""
    personal_changes = {
        name: pair
        for name, pair in entry.changes.items()
        if pair and entry.scope.is_personal and name not in CODED_FIELDS and is_text_in(pair)
    }
    text, salt = dump_canonical_json(personal_changes), secrets.token_urlsafe(32)
    fields = {
        "recorded_at": now(),
        "actor": entry.actor,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "project_id": entry.scope.project_id,
        "seminar_id": entry.scope.seminar_id,
        "changes": dump_canonical_json(
            {name: None if name in personal_changes else pair for name, pair in entry.changes.items()}
        ),
        "personal_digest": compute_personal_digest(salt, text) if personal_changes else "",
    }
    personal = {"person_id": entry.scope.person_id, "salt": salt, "changes": text}
    return fields, personal if personal_changes else None


def is_text_in(value: Any) -> bool:
    """Return whether a JSON value is or holds a text that may be personal; numbers, yes and no are not."""
    if isinstance(value, Mapping):
        return any(map(is_text_in, value.values()))
    if isinstance(value, list):
        return any(map(is_text_in, value))
    return isinstance(value, str) and value != ""


def list_open_transactions(session: Session) -> Iterator[SessionTransaction]:
    """Yield the innermost transaction of a session and those around it."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    while transaction is not None:
        yield transaction
        transaction = transaction.parent


@event.listens_for(Session, "before_commit")
def append_waiting_entries(session: Session) -> None:
    """Append what was recorded in the transaction that is about to be committed."""
    if session.in_nested_transaction():
        return
    session.flush()
    waiting = [entry for of_row in session.info.pop(WAITING_KEY, {}).values() for entry in of_row]
    own = [entry for entry in waiting if session.get_transaction() in entry.transactions]
    own = [entry for entry in own if entry.changes or not entry.is_followed or entry.action != "changed"]
    if own:
        session.info[APPENDED_KEY] = append_entries(session, [build_rows(entry) for entry in own])


@event.listens_for(Session, "after_commit")
def log_appended_entries(session: Session) -> None:
    """Write a log line for each entry that was committed; its hash proves later what the log said until then."""
    for row in session.info.pop(APPENDED_KEY, ()):
        place = f"{row['subject_kind']}:{row['subject_id']}"
        log.info("audit %d %s %s %s %s", row["number"], row["actor"], row["action"], place, row["hash"])


@event.listens_for(Session, "after_soft_rollback")
def drop_waiting_entries(session: Session, transaction: SessionTransaction) -> None:
    """Forget what was recorded in a transaction, or since a savepoint, that is rolled back."""
    session.info.pop(APPENDED_KEY, None)
    for of_row in session.info.get(WAITING_KEY, {}).values():
        of_row[:] = [entry for entry in of_row if transaction not in entry.transactions]

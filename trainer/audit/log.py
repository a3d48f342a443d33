"""Reading the audit log: filtered, page by page."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from trainer.audit.models import AuditEntry
from trainer.audit.personal_values import load_personal_values

ENTRIES_PER_PAGE = 50


@dataclass(frozen=True)
class EntryFilter:
    """Which entries to show; an empty value shows all."""

    actor: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    person_id: int | None = None
    """Show the changes of this person too, beside those of the subject: a registration."""
    seminar_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class FieldChange:
    """What a field was and is. `is_held` is False where the log does not hold the values, or no longer."""

    name: str
    before: Any = None
    after: Any = None
    is_held: bool = True


@dataclass(frozen=True)
class LoggedChange:
    """An entry with its changes, personal values included while they are not erased."""

    entry: AuditEntry
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class LogPage:
    """A page of the log, the newest entry first, and whether older ones follow."""

    changes: list[LoggedChange]
    has_more: bool


def load_log_page(
    session: Session, project_ids: Collection[int], entry_filter: EntryFilter, page_number: int = 1
) -> LogPage:
    """Return a page of the entries of some projects, in two queries."""
    query = select(AuditEntry).where(AuditEntry.project_id.in_(list(project_ids)))
    if entry_filter.actor:
        query = query.where(AuditEntry.actor == entry_filter.actor)
    subject = (AuditEntry.subject_kind == entry_filter.subject_kind) if entry_filter.subject_kind else true()
    if entry_filter.subject_id:
        subject &= AuditEntry.subject_id == entry_filter.subject_id
    if entry_filter.person_id is not None:
        person = (AuditEntry.subject_kind == "person") & (AuditEntry.subject_id == str(entry_filter.person_id))
        subject |= person
    query = query.where(subject)
    if entry_filter.seminar_id is not None:
        query = query.where(AuditEntry.seminar_id == entry_filter.seminar_id)
    if entry_filter.since is not None:
        query = query.where(AuditEntry.recorded_at >= entry_filter.since)
    if entry_filter.until is not None:
        query = query.where(AuditEntry.recorded_at < entry_filter.until)
    first = (page_number - 1) * ENTRIES_PER_PAGE
    rows = session.scalars(query.order_by(AuditEntry.number.desc()).offset(first).limit(ENTRIES_PER_PAGE + 1)).all()
    shown = rows[:ENTRIES_PER_PAGE]
    personal = load_personal_values(session, [entry.number for entry in shown if entry.personal_digest])
    changes = [LoggedChange(entry, read_fields(entry, personal.get(entry.number, {}))) for entry in shown]
    return LogPage(changes, len(rows) > ENTRIES_PER_PAGE)


def read_fields(entry: AuditEntry, personal: dict[str, list[Any]]) -> tuple[FieldChange, ...]:
    """Return what an entry changed, by name."""
    pairs = {**json.loads(entry.changes), **personal}
    return tuple(
        FieldChange(name, *pair) if pair else FieldChange(name, is_held=False) for name, pair in sorted(pairs.items())
    )


def list_actors(session: Session, project_ids: Collection[int]) -> list[str]:
    """Return everybody who made a change in some projects."""
    own = AuditEntry.project_id.in_(list(project_ids))
    return list(session.scalars(select(AuditEntry.actor).where(own).distinct().order_by(AuditEntry.actor)))

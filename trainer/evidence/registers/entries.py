"""Entries of the registers: adding many at once, updating, removing and restoring them. Each name stands in a register once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.evidence.registers.models import RegisterEntry, RegisterKind
from trainer.language.collation import fold_text
from trainer.projects.models import Project

LIST_MARK = re.compile(r"(?:[-–—•·▪*]|\d{1,3}[.)])\s+")
"""What begins a line of a list that was pasted from a document."""
EntryKey = tuple[str, str]
"""Folded name and role or branch: what two entries of a register must not have in common."""


class EntryExists(Exception):
    """The register has such an entry already."""


@dataclass(frozen=True)
class EntryFacts:
    """What several entries of a register may have in common."""

    kind: RegisterKind
    role: str = ""
    since: date | None = None
    until: date | None = None
    proof_id: int | None = None


@dataclass(frozen=True)
class AddedEntries:
    """The entries that were added, and the names that were left out because they were there already."""

    entries: Sequence[RegisterEntry]
    doubles: Sequence[str]


def parse_name_lines(text: str) -> list[str]:
    """Return the names of a text with one on each line, without the marks of a list; lines without letters name nobody."""
    names = (LIST_MARK.sub("", line.strip(), count=1) for line in text.splitlines())
    return [name for name in names if fold_text(name)]


def build_entry_key(name: str, role: str) -> EntryKey:
    """Return what tells entries of one register apart."""
    return fold_text(name), fold_text(role)


def load_entry_keys(session: Session, project_id: int, kind: str, except_id: int | None = None) -> set[EntryKey]:
    """Return the keys of the entries of a register but one, and let nobody else add to it until the transaction ends."""
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    query = select(RegisterEntry.id, RegisterEntry.name, RegisterEntry.role).where(
        RegisterEntry.project_id == project_id, RegisterEntry.kind == kind, RegisterEntry.removed_at.is_(None)
    )
    return {build_entry_key(name, role) for number, name, role in session.execute(query) if number != except_id}


def add_register_entries(
    session: Session, project: Project, names: Sequence[str], facts: EntryFacts, user_id: int | None, now: datetime
) -> AddedEntries:
    """Add an entry for each name that the register does not have yet. Raises EntryExists if it has all of them."""
    known = load_entry_keys(session, project.id, facts.kind)
    entries, doubles = [], []
    for name in names:
        if (key := build_entry_key(name, facts.role)) in known:
            doubles.append(name)
            continue
        known.add(key)
        entry = RegisterEntry(project=project, name=name, added_at=now, added_by_id=user_id)
        set_facts(entry, facts)
        entries.append(entry)
    if not entries:
        raise EntryExists
    session.add_all(entries)
    session.flush()
    return AddedEntries(entries, doubles)


def set_facts(entry: RegisterEntry, facts: EntryFacts) -> None:
    """Set what is known of an entry besides its name."""
    entry.kind, entry.role, entry.proof_id = facts.kind, facts.role, facts.proof_id
    entry.since, entry.until = facts.since, facts.until


def update_entry(session: Session, entry: RegisterEntry, name: str, facts: EntryFacts) -> None:
    """Update an entry. Raises EntryExists if it would be the same as another one of the register."""
    if entry.removed_at is None:
        known = load_entry_keys(session, entry.project_id, facts.kind, except_id=entry.id)
        if build_entry_key(name, facts.role) in known:
            raise EntryExists
    entry.name = name
    set_facts(entry, facts)


def remove_entry(entry: RegisterEntry, now: datetime) -> None:
    """Remove an entry: it counts no longer. Its row stays, for questions as of earlier days and to restore it."""
    if entry.removed_at is None:
        entry.removed_at = now


def restore_entry(session: Session, entry: RegisterEntry) -> None:
    """Undo the removal of an entry. Raises EntryExists if the same was added in the meantime."""
    known = load_entry_keys(session, entry.project_id, entry.kind, except_id=entry.id)
    if build_entry_key(entry.name, entry.role) in known:
        raise EntryExists
    entry.removed_at = None

"""The entries of the registers as lists: those of one register, those without proof, the removed ones; and files to choose a proof from."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.evidence.models import EvidenceItem, MediaKind
from trainer.evidence.registers.models import RegisterEntry
from trainer.language.collation import build_sort_key

PROOFS_OFFERED = 100  # of documents, and as many pictures and recordings
SEEN_OR_HEARD = (MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO)


class RegisterPart(StrEnum):
    """Which entries of a register are shown."""

    CURRENT = "current"
    UNPROVED = "unproved"
    REMOVED = "removed"


class ListedEntry(NamedTuple):
    """What finds and counts an entry."""

    id: int
    kind: str
    name: str
    role: str
    has_proof: bool
    """Whether its proof is there; a file that was removed proves nothing."""
    is_removed: bool

    def is_in(self, part: RegisterPart) -> bool:
        """Return whether the entry belongs to a part of its register."""
        if part == RegisterPart.REMOVED:
            return self.is_removed
        return not self.is_removed and (part == RegisterPart.CURRENT or not self.has_proof)


def list_register_entries(session: Session, project_id: int) -> list[ListedEntry]:
    """Return the entries of all registers of a project by name, also removed ones, by one query."""
    query = (
        select(
            RegisterEntry.id,
            RegisterEntry.kind,
            RegisterEntry.name,
            RegisterEntry.role,
            EvidenceItem.id,
            RegisterEntry.removed_at,
        )
        .outerjoin(EvidenceItem, (EvidenceItem.id == RegisterEntry.proof_id) & EvidenceItem.removed_at.is_(None))
        .where(RegisterEntry.project_id == project_id)
    )
    entries = [
        ListedEntry(number, kind, name, role, proof_id is not None, removed_at is not None)
        for number, kind, name, role, proof_id, removed_at in session.execute(query)
    ]
    return sorted(entries, key=lambda entry: (build_sort_key(entry.name), build_sort_key(entry.role), entry.id))


def load_entries(session: Session, listed: Sequence[ListedEntry]) -> list[RegisterEntry]:
    """Return entries with their proofs, in the order of the list."""
    query = select(RegisterEntry).where(RegisterEntry.id.in_([entry.id for entry in listed]))
    entries = {entry.id: entry for entry in session.scalars(query.options(joinedload(RegisterEntry.proof)))}
    return [entries[entry.id] for entry in listed if entry.id in entries]


def list_offered_proofs(session: Session, project_id: int, chosen_id: int | None = None) -> dict[int, str]:
    """Return names of files by id: the chosen one, then documents, then pictures and recordings, of both the latest."""
    is_there = (EvidenceItem.project_id == project_id) & EvidenceItem.removed_at.is_(None)
    is_picture = EvidenceItem.media_kind.in_(SEEN_OR_HEARD)
    files: dict[int, str] = {}
    for condition in (EvidenceItem.id == chosen_id, is_there & ~is_picture, is_there & is_picture):
        query = select(EvidenceItem.id, EvidenceItem.file_name).where(condition).order_by(EvidenceItem.id.desc())
        files |= {row.id: row.file_name for row in session.execute(query.limit(PROOFS_OFFERED))}
    return files

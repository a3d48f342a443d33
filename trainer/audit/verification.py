"""Checking the chain of the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.audit.chain import FIRST_HASH, HASHED_FIELDS, HEAD_ID, compute_entry_hash, compute_personal_digest
from trainer.audit.models import AuditEntry, AuditHead, AuditPersonalValues

ROWS_AT_ONCE = 1000


class ChainFault(StrEnum):
    """What is wrong with the first entry that is not as it was written."""

    ALTERED = "altered"
    MISSING = "missing"
    PERSONAL_VALUES_ALTERED = "personal values altered"


@dataclass(frozen=True)
class ChainReport:
    """The result of checking the chain: the number and hash of its last good entry, and the first fault behind it."""

    number: int
    hash: str
    fault: ChainFault | None = None

    @property
    def broken_number(self) -> int:
        """Return the number of the entry that has the fault."""
        return self.number + 1


def verify_chain(session: Session) -> ChainReport:
    """Check all entries in order, and that the chain ends with the entry that its head names.

    Personal values that were erased are no fault. Entries removed at the end are noticed unless the head was changed to
    match; compare its hash with an earlier report or log line then.
    """
    number, previous_hash = 0, FIRST_HASH
    for entry, personal in iterate_entries(session):
        if entry.number != number + 1:
            return ChainReport(number, previous_hash, ChainFault.MISSING)
        fields = {name: getattr(entry, name) for name in HASHED_FIELDS}
        if compute_entry_hash(previous_hash, fields) != entry.hash:
            return ChainReport(number, previous_hash, ChainFault.ALTERED)
        if personal and compute_personal_digest(personal.salt, personal.changes) != entry.personal_digest:
            return ChainReport(number, previous_hash, ChainFault.PERSONAL_VALUES_ALTERED)
        number, previous_hash = entry.number, entry.hash
    head = session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.id == HEAD_ID)).one_or_none()
    expected = (head.number, head.hash) if head else (0, FIRST_HASH)
    if expected == (number, previous_hash):
        return ChainReport(number, previous_hash)
    fault = ChainFault.MISSING if expected[0] > number else ChainFault.ALTERED
    return ChainReport(number if fault is ChainFault.MISSING else number - 1, previous_hash, fault)


def iterate_entries(session: Session) -> Iterator[tuple[AuditEntry, AuditPersonalValues | None]]:
    """Yield all entries in order, each with its personal values if there are any; a part of the table at a time."""
    last = -1
    while True:
        query = (
            select(AuditEntry, AuditPersonalValues)
            .outerjoin(AuditPersonalValues, AuditPersonalValues.entry_number == AuditEntry.number)
            .where(AuditEntry.number > last)
            .order_by(AuditEntry.number)
            .limit(ROWS_AT_ONCE)
            .execution_options(populate_existing=True)
        )
        rows = session.execute(query).all()
        for entry, personal in rows:
            yield entry, personal
            last = entry.number
        session.expunge_all()
        if len(rows) < ROWS_AT_ONCE:
            return

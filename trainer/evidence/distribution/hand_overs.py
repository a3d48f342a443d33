"""Lines of the distribution list of a document: who was handed how many copies on which day, with the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem


@dataclass(frozen=True)
class HandOverFacts:
    """What was entered about copies that somebody received."""

    recipient: str
    organisation: str
    copies: int
    handed_on: date
    receipt_id: int | None = None


class ListedHandOver(NamedTuple):
    """What finds and counts a line."""

    id: int
    recipient: str
    organisation: str
    copies: int
    is_removed: bool


class HandedOut(NamedTuple):
    """How many lines the list of a document has, and how many copies they add up to."""

    lines: int
    copies: int


def count_handed_out(session: Session, item_id: int) -> HandedOut:
    """Return how many copies of a document were handed out, by one query."""
    query = select(func.count(HandOver.id), func.coalesce(func.sum(HandOver.copies), 0))
    query = query.where(HandOver.item_id == item_id, HandOver.removed_at.is_(None))
    lines, copies = session.execute(query).one()
    return HandedOut(lines, int(copies))


def list_hand_overs(session: Session, item_id: int) -> list[ListedHandOver]:
    """Return the lines of the distribution list of a document, also removed ones, the latest day first."""
    query = select(HandOver.id, HandOver.recipient, HandOver.organisation, HandOver.copies, HandOver.removed_at)
    query = query.where(HandOver.item_id == item_id).order_by(HandOver.handed_on.desc(), HandOver.id.desc())
    return [
        ListedHandOver(number, recipient, organisation, copies, removed_at is not None)
        for number, recipient, organisation, copies, removed_at in session.execute(query)
    ]


def load_hand_overs(session: Session, listed: Sequence[ListedHandOver]) -> list[HandOver]:
    """Return lines with their receipts, in the order of the list."""
    query = select(HandOver).where(HandOver.id.in_([line.id for line in listed]))
    lines = {line.id: line for line in session.scalars(query.options(joinedload(HandOver.receipt)))}
    return [lines[line.id] for line in listed if line.id in lines]


def record_hand_over(
    session: Session, item: EvidenceItem, facts: HandOverFacts, user_id: int | None, now: datetime
) -> HandOver:
    """Add a line to the distribution list of a document."""
    line = HandOver(item=item, added_at=now, added_by_id=user_id)
    update_hand_over(line, facts)
    session.add(line)
    session.flush()
    return line


def update_hand_over(line: HandOver, facts: HandOverFacts) -> None:
    """Set what is known about copies that somebody received."""
    line.recipient, line.organisation, line.copies = facts.recipient, facts.organisation, facts.copies
    line.handed_on, line.receipt_id = facts.handed_on, facts.receipt_id


def remove_hand_over(line: HandOver, now: datetime) -> None:
    """Remove a line: it counts no longer. Its row stays, for questions as of earlier days and to restore it."""
    if line.removed_at is None:
        line.removed_at = now


def restore_hand_over(line: HandOver) -> None:
    """Undo the removal of a line."""
    line.removed_at = None

"""Pictures that look nearly the same, by their difference hash."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.evidence.models import EvidenceItem

NEAR_BITS = 6
"""So many of the 64 bits of two pictures may differ at most."""
ALL_BITS = (1 << 64) - 1


def count_differing_bits(first: int, second: int) -> int:
    """Return in how many of 64 bits two numbers differ, which may be signed."""
    return ((first ^ second) & ALL_BITS).bit_count()


def map_near_duplicates(session: Session, items: Iterable[EvidenceItem]) -> dict[int, list[EvidenceItem]]:
    """Return the pictures of the same project that look nearly the same as each of these, by two queries."""
    hashed = [item for item in items if item.difference_hash is not None]
    if not hashed:
        return {}
    query = select(EvidenceItem.id, EvidenceItem.difference_hash).where(
        EvidenceItem.project_id == hashed[0].project_id,
        EvidenceItem.difference_hash.is_not(None),
        EvidenceItem.removed_at.is_(None),
    )
    rows = session.execute(query).all()
    near = {
        item.id: [other for other, value in rows if other != item.id and is_near(value, item.difference_hash)]
        for item in hashed
    }
    numbers = {number for others in near.values() for number in others}
    found = session.scalars(select(EvidenceItem).where(EvidenceItem.id.in_(numbers))).all() if numbers else []
    by_id = {item.id: item for item in found}
    duplicates: dict[int, list[EvidenceItem]] = defaultdict(list)
    for item_id, others in near.items():
        duplicates[item_id] += [by_id[other] for other in others]
    return {item_id: others for item_id, others in duplicates.items() if others}


def is_near(first: int | None, second: int | None) -> bool:
    """Return whether two pictures look nearly the same."""
    return first is not None and second is not None and count_differing_bits(first, second) <= NEAR_BITS

"""What a file or a publication proves: linking it to indicators and unlinking it, without losing what was true before."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.evidence.models import EvidenceItem, EvidenceLink


class Proof(Protocol):
    """What can prove an indicator: an EvidenceItem or a Publication."""

    id: Any


def list_current_links(session: Session, proof: Proof) -> list[EvidenceLink]:
    """Return the links of a file or a publication that apply now."""
    return list_links_of(session, [proof])


def list_links_of(session: Session, proofs: Iterable[Proof]) -> list[EvidenceLink]:
    """Return the links of files and publications that apply now, in the order in which they were made."""
    proofs = list(proofs)
    item_ids = [proof.id for proof in proofs if isinstance(proof, EvidenceItem)]
    publication_ids = [proof.id for proof in proofs if not isinstance(proof, EvidenceItem)]
    is_of_these = EvidenceLink.item_id.in_(item_ids) | EvidenceLink.publication_id.in_(publication_ids)
    query = select(EvidenceLink).where(is_of_these, EvidenceLink.removed_at.is_(None))
    return list(session.scalars(query.order_by(EvidenceLink.id)))


def set_indicators(
    session: Session,
    proof: Proof,
    indicator_ids: Collection[int],
    now: datetime,
    user_id: int | None,
) -> None:
    """Make these the only indicators that a file or a publication proves. Links that stay are left as they are."""
    change_links(session, proof, list_current_links(session, proof), indicator_ids, now, user_id)


def change_links(
    session: Session,
    proof: Proof,
    current: Collection[EvidenceLink],
    indicator_ids: Collection[int],
    now: datetime,
    user_id: int | None,
) -> list[EvidenceLink]:
    """End the links of `current` that are not wanted, add those that are missing, and return all that apply now."""
    wanted = set(indicator_ids)
    for link in current:
        if link.indicator_id not in wanted:
            link.removed_at = now
    kept = [link for link in current if link.indicator_id in wanted]
    missing = sorted(wanted - {link.indicator_id for link in kept})
    added = [build_link(proof, indicator_id, now, user_id) for indicator_id in missing]
    session.add_all(added)
    return [*kept, *added]


def build_link(proof: Proof, indicator_id: int, now: datetime, user_id: int | None) -> EvidenceLink:
    """Return a new link from a file or a publication to an indicator."""
    return EvidenceLink(indicator_id=indicator_id, linked_at=now, linked_by_id=user_id, **build_key(proof))


def build_key(proof: Proof) -> dict[str, int]:
    """Return the column that names a file or a publication in a row about it, with its value."""
    return {"item_id": proof.id} if isinstance(proof, EvidenceItem) else {"publication_id": proof.id}

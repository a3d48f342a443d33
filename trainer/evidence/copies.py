"""Which content of a file others may get, and the decision about files from which place and device can't be removed."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer import audit
from trainer.evidence.models import Cleaning, EvidenceItem, Processing, Publicity

UNCLEANED = (Cleaning.IMPOSSIBLE, Cleaning.ACCEPTED, Cleaning.KEPT_OUT)
"""Files without a cleaned copy, about which a person decides; the decision can be changed."""


class CleaningDecision(StrEnum):
    """What a person decides about a file that can't be cleaned."""

    ACCEPTED = "accepted"  # others get it as it is
    KEPT_OUT = "kept_out"  # of publication and pack


DECIDED: Mapping[str, Cleaning] = {each.value: Cleaning(each.value) for each in CleaningDecision}


class NothingToDecide(Exception):
    """The file has a cleaned copy or needs none, or the worker has not opened it yet."""


def decide_cleaning(session: Session, item: EvidenceItem, decision: CleaningDecision) -> None:
    """Record what was decided about a file that can't be cleaned. Raises NothingToDecide."""
    if item.processing == Processing.WAITING or item.cleaning not in UNCLEANED:
        raise NothingToDecide
    before = item.cleaning
    if before != decision.value:
        item.cleaning = DECIDED[decision.value]
        audit.record(session, "decided", item, {"cleaning": before}, {"cleaning": item.cleaning})


def is_kept_out(item: EvidenceItem) -> bool:
    """Return whether a file is kept out of publication and pack, so that only organizers see its picture."""
    return Publicity.KEPT_OUT in (item.publicity, item.cleaning)


def find_open_sha256(item: EvidenceItem) -> str | None:
    """Return the content that others than organizers may get; None if there is none.

    That is the copy without place and device, or the file itself if it holds neither or if an organizer has decided so. What
    is kept out for another reason, was removed, or was not opened by the worker yet, is not for others.
    """
    if item.removed_at is not None or item.processing == Processing.WAITING or is_kept_out(item):
        return None
    if item.cleaning == Cleaning.CLEANED:
        return item.cleaned_sha256
    return item.sha256 if item.cleaning in (Cleaning.NOT_NEEDED, Cleaning.ACCEPTED) else None

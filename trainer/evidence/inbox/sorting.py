"""Sorting files: giving many of them an activity, a kind and indicators in one go, and undoing it.

Every file comes with the fingerprint of the place where the page showed it. One that somebody else has sorted in the
meantime is left as it is and named.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer import audit
from trainer.evidence.inbox.models import EvidenceSorting
from trainer.evidence.links import change_links, list_links_of
from trainer.evidence.models import EvidenceItem, EvidenceLink
from trainer.fingerprint import compute_fingerprint

FINGERPRINT_LENGTH = 10


@dataclass(frozen=True)
class SortedPlace:
    """Where a file belongs: its activity, what it is, and which indicators it proves."""

    activity_id: int | None
    kind: str
    indicator_ids: tuple[int, ...]


@dataclass
class SortingResult:
    """What became of files that were to be sorted."""

    sorting: EvidenceSorting | None = None
    sorted: list[EvidenceItem] = field(default_factory=list)
    changed: list[EvidenceItem] = field(default_factory=list)
    """Left as they are, because somebody else has sorted or removed them since the page was opened."""
    unplaced: list[EvidenceItem] = field(default_factory=list)
    """Left as they are, because no place was chosen or proposed."""


def compute_place_fingerprint(item: EvidenceItem, links: Collection[EvidenceLink]) -> str:
    """Return what changes when a file is sorted, removed or restored."""
    indicators = sorted(link.indicator_id for link in links)
    return compute_fingerprint(
        [item.activity_id, item.kind, indicators, item.removed_at is not None], FINGERPRINT_LENGTH
    )


def map_links(session: Session, items: Collection[EvidenceItem]) -> dict[int, list[EvidenceLink]]:
    """Return the links of files that apply now, by the id of the file, by one query."""
    links: dict[int, list[EvidenceLink]] = defaultdict(list)
    for link in list_links_of(session, items):
        if link.item_id is not None:
            links[link.item_id].append(link)
    return links


def compute_fingerprints(session: Session, items: Collection[EvidenceItem]) -> dict[int, str]:
    """Return the fingerprints of the places of files, by id."""
    links = map_links(session, items)
    return {item.id: compute_place_fingerprint(item, links[item.id]) for item in items}


def lock_items(session: Session, project_id: int, item_ids: Collection[int]) -> list[EvidenceItem]:
    """Return files of a project, locked until the end of the transaction and as they are stored now."""
    query = (
        select(EvidenceItem)
        .where(EvidenceItem.project_id == project_id, EvidenceItem.id.in_(item_ids))
        .order_by(EvidenceItem.id)
        .with_for_update(of=EvidenceItem)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def sort_items(
    session: Session,
    project_id: int,
    seen: Mapping[int, str],
    choose_place: Callable[[EvidenceItem], SortedPlace | None],
    user_id: int | None,
    now: datetime,
) -> SortingResult:
    """Move files to the places chosen. `seen` holds the fingerprint of each file's place by id. The caller commits."""
    items = lock_items(session, project_id, seen.keys())
    links, result, before = map_links(session, items), SortingResult(), []
    for item in items:
        if compute_place_fingerprint(item, links[item.id]) != seen[item.id]:
            result.changed.append(item)
        elif (place := choose_place(item)) is None:
            result.unplaced.append(item)
        else:
            before.append(move_item(session, item, links[item.id], place, user_id, now))
            result.sorted.append(item)
    if before:
        result.sorting = EvidenceSorting(project_id=project_id, sorted_by_id=user_id, sorted_at=now, before=before)
        session.add(result.sorting)
        session.flush()
    return result


def move_item(
    session: Session,
    item: EvidenceItem,
    links: Collection[EvidenceLink],
    place: SortedPlace,
    user_id: int | None,
    now: datetime,
) -> dict[str, object]:
    """Move a file to a place, and return where it was before, as EvidenceSorting holds it."""
    before = {
        "item": item.id,
        "activity": item.activity_id,
        "kind": item.kind,
        "indicators": sorted(link.indicator_id for link in links),
    }
    item.activity_id, item.kind = place.activity_id, place.kind
    after = change_links(session, item, links, place.indicator_ids, now, user_id)
    return {**before, "after": compute_place_fingerprint(item, after)}


def undo_sorting(session: Session, sorting: EvidenceSorting, user_id: int | None, now: datetime) -> SortingResult:
    """Move the files of a sorting back, but those that somebody has changed since. The caller commits."""
    result = SortingResult(sorting)
    if sorting.undone_at is not None:
        return result
    places = {entry["item"]: entry for entry in sorting.before}
    items = lock_items(session, sorting.project_id, places.keys())
    links = map_links(session, items)
    for item in items:
        entry = places[item.id]
        if compute_place_fingerprint(item, links[item.id]) != entry["after"]:
            result.changed.append(item)
            continue
        place = SortedPlace(entry["activity"], entry["kind"], tuple(entry["indicators"]))
        move_item(session, item, links[item.id], place, user_id, now)
        result.sorted.append(item)
    sorting.undone_at = now
    audit.record(session, "undone", sorting)
    return result

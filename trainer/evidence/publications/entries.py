"""What organizers enter about publications: adding them, changing, removing and restoring them, and their views over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer import audit
from trainer.evidence.links import set_indicators
from trainer.evidence.models import EvidenceItem
from trainer.evidence.publications.copies import request_copy
from trainer.evidence.publications.models import CopyState, LinkState, Publication, PublicationViews
from trainer.evidence.publications.networks import MEDIA, AddressRefused, PublicationAddress, parse_address
from trainer.language.translated import Translated

MAX_OUTLET = 120  # characters


class AddressTaken(Exception):
    """Raised for an address under which the project has a publication already, perhaps a removed one."""

    def __init__(self, publication_id: int) -> None:
        super().__init__(publication_id)
        self.publication_id = publication_id


@dataclass(frozen=True)
class PublicationEntry:
    """What an organizer has entered about a publication; without an address, it was printed or broadcast."""

    address: PublicationAddress | None
    outlet: str
    kind: str
    title: Translated
    published_on: date
    activity_id: int | None
    indicator_ids: Sequence[int]
    screenshots: Sequence[EvidenceItem]


def create_publication(
    session: Session, project_id: int, entry: PublicationEntry, now: datetime, user_id: int | None
) -> Publication:
    """Create a publication of a project. Raises AddressTaken."""
    publication = Publication(
        project_id=project_id,
        added_at=now,
        added_by_id=user_id,
        copy_state=CopyState.NOT_WANTED,
        link_state=LinkState.UNCHECKED,
    )
    store_entry(session, publication, entry)
    save_proofs(session, publication, entry, now, user_id)
    return publication


def update_publication(
    session: Session, publication: Publication, entry: PublicationEntry, now: datetime, user_id: int | None
) -> None:
    """Change what is known about a publication. Raises AddressTaken."""
    store_entry(session, publication, entry)
    save_proofs(session, publication, entry, now, user_id)


def store_entry(session: Session, publication: Publication, entry: PublicationEntry) -> None:
    """Store the columns of a publication. Raises AddressTaken, also for an address that somebody else adds at the same moment."""
    project_id, own_id = publication.project_id, publication.id
    key = entry.address.key if entry.address else None
    refuse_taken_address(session, project_id, key, own_id)
    try:
        with session.begin_nested():
            fill_in(publication, entry)
            session.add(publication)
    except IntegrityError:
        refuse_taken_address(session, project_id, key, own_id)
        raise


def fill_in(publication: Publication, entry: PublicationEntry) -> None:
    """Set the columns of a publication. An outlet that nobody entered is the host of the address, and follows it."""
    address = entry.address
    written = address.address if address else ""
    if publication.address != written:
        publication.link_state, publication.link_checked_at = LinkState.UNCHECKED, None
    is_another_page = address is None or publication.address_key != address.key
    outlet = "" if entry.outlet == find_host(publication.address) else entry.outlet
    publication.address = written
    publication.address_key = address.key if address else None
    publication.network = address.network if address else MEDIA
    if is_another_page:
        request_copy(publication)
    publication.outlet = outlet or (address.outlet[:MAX_OUTLET] if address else "")
    publication.kind, publication.title = entry.kind, entry.title
    publication.published_on, publication.activity_id = entry.published_on, entry.activity_id


def find_host(address: str | None) -> str:
    """Return the outlet that an address gives by itself; empty in a network, and without an address."""
    try:
        return parse_address(address).outlet[:MAX_OUTLET] if address else ""
    except AddressRefused:  # stored under earlier rules
        return ""


def refuse_taken_address(session: Session, project_id: int, key: str | None, own_id: int | None) -> None:
    """Raise AddressTaken if another publication of the project has the address."""
    query = select(Publication.id).where(Publication.project_id == project_id, Publication.address_key == key)
    taken = [number for number in session.scalars(query) if number != own_id] if key else []
    if taken:
        raise AddressTaken(taken[0])


def save_proofs(
    session: Session,
    publication: Publication,
    entry: PublicationEntry,
    now: datetime,
    user_id: int | None,
) -> None:
    """Store which indicators a publication proves and its screenshots, which the log does not follow by itself."""
    set_indicators(session, publication, entry.indicator_ids, now, user_id)
    before = [item.file_name for item in publication.screenshots]
    publication.screenshots = sorted(entry.screenshots, key=lambda item: item.id)
    after = [item.file_name for item in publication.screenshots]
    if before != after:
        audit.record(session, "changed", publication, {"screenshots": before}, {"screenshots": after})


def remove_publication(publication: Publication, now: datetime) -> None:
    """Remove a publication: it counts nowhere any more. Its row stays, so that it can be restored."""
    if publication.removed_at is None:
        publication.removed_at = now


def restore_publication(publication: Publication) -> None:
    """Undo the removal of a publication."""
    publication.removed_at = None


def enter_views(
    session: Session, publication: Publication, views: int, counted_on: date, now: datetime, user_id: int | None
) -> None:
    """Add an entry of views. Earlier entries stay; of several for one day the latest counts."""
    session.add(
        PublicationViews(
            publication_id=publication.id, views=views, counted_on=counted_on, entered_at=now, entered_by_id=user_id
        )
    )


def find_contradiction(history: Sequence[PublicationViews], views: int, counted_on: date) -> PublicationViews | None:
    """Return an entry that a new one contradicts, as views only grow: more before the day, or fewer after it.

    `history` is in the order in which it counts. Of several entries for one day only the last one counts.
    """
    counting = {entry.counted_on: entry for entry in history}
    before = [entry for day, entry in counting.items() if day <= counted_on and entry.views > views]
    after = [entry for day, entry in counting.items() if day > counted_on and entry.views < views]
    return before[-1] if before else after[0] if after else None

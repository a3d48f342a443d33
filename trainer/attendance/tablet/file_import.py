"""Import of a tablet's queue from a file, for tablets that can't reach the server. Items are stored as in a sync."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import Device
from trainer.attendance.tablet.batch import ItemOutcome
from trainer.attendance.tablet.batch_items import (
    format_walk_in_name,
    list_walk_in_details,
    parse_line_or_empty,
    parse_row_id,
)
from trainer.attendance.tablet.devices import get_device_permit
from trainer.attendance.tablet.sync import MAX_ITEMS_PER_BATCH, accept_batch
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession


class QueueFileInvalid(Exception):
    """The file was not saved by a tablet."""


class QueueOfAnotherDevice(Exception):
    """The file was saved by another tablet."""


@dataclass(frozen=True)
class ExplainedItem:
    """Outcome and content of an imported item, so that the organizer can enter a refused item manually."""

    outcome: ItemOutcome
    kind: str
    name: str
    details: tuple[str, ...]
    status: str
    session: SeminarSession | None


def import_queue_file(session: Session, device: Device, queue_file: Any, now: datetime) -> list[ItemOutcome]:
    """Store the items of a tablet's file and return an outcome for each, walk-ins first; a revoked tablet's file is accepted too.

    Times are corrected by the device's last measured skew. Raises QueueFileInvalid and QueueOfAnotherDevice.
    """
    if not isinstance(queue_file, dict) or not isinstance(queue_file.get("items"), list):
        raise QueueFileInvalid
    if queue_file.get("device") != device.id:
        raise QueueOfAnotherDevice
    permit, outcomes = get_device_permit(session, device), []
    items = sorted(queue_file["items"], key=is_not_walk_in)  # a mark may precede its walk-in by more than a batch
    for first in range(0, len(items), MAX_ITEMS_PER_BATCH):
        outcomes += accept_batch(session, permit, items[first : first + MAX_ITEMS_PER_BATCH], device.skew, now)
    device.unsent_count = 0
    return outcomes


def is_not_walk_in(item: Any) -> bool:
    """Return whether an item is something else than a walk-in."""
    return not (isinstance(item, dict) and item.get("kind") == "walk_in")


def explain_outcomes(session: Session, queue_file: Any, outcomes: Iterable[ItemOutcome]) -> list[ExplainedItem]:
    """Return outcomes with the content of their items, as far as the file is readable."""
    items = {
        item["id"]: item for item in queue_file["items"] if isinstance(item, dict) and isinstance(item.get("id"), str)
    }
    outcomes_with_items = [(outcome, items.get(outcome.id or "", {})) for outcome in outcomes]
    names = load_names(session, list_referenced_ids(outcomes_with_items, "person"))
    names |= {item_id: format_walk_in_name(item) for item_id, item in items.items() if item.get("kind") == "walk_in"}
    sessions = load_sessions(session, list_referenced_ids(outcomes_with_items, "session"))
    return [build_explained_item(outcome, item, names, sessions) for outcome, item in outcomes_with_items]


def load_names(session: Session, registration_ids: set[int]) -> dict[Any, str]:
    """Return the full names of people by registration id."""
    query = select(Registration).where(Registration.id.in_(registration_ids)).options(joinedload(Registration.person))
    return {registration.id: registration.person.full_name for registration in session.scalars(query)}


def load_sessions(session: Session, session_ids: set[int]) -> dict[int, SeminarSession]:
    """Return sessions with their seminars, by id."""
    query = select(SeminarSession).where(SeminarSession.id.in_(session_ids)).options(joinedload(SeminarSession.seminar))
    return {seminar_session.id: seminar_session for seminar_session in session.scalars(query)}


def list_referenced_ids(outcomes_with_items: Sequence[tuple[ItemOutcome, dict[str, Any]]], field: str) -> set[int]:
    """Return the row ids in a field of the items."""
    return {parse_row_id(item[field]) for _outcome, item in outcomes_with_items if type(item.get(field)) is int}


def build_explained_item(
    outcome: ItemOutcome,
    item: dict[str, Any],
    names_by_reference: dict[Any, str],
    sessions_by_id: dict[int, SeminarSession],
) -> ExplainedItem:
    """Return an outcome with the content of its item; invalid fields are left empty."""
    kind, person, session_id = (item.get(name) for name in ("kind", "person", "session"))
    is_walk_in = kind == "walk_in"
    reference = outcome.id if is_walk_in else person
    return ExplainedItem(
        outcome=outcome,
        kind=parse_line_or_empty(kind),
        name=names_by_reference.get(reference, "") if type(reference) in (int, str) else "",
        details=list_walk_in_details(item) if is_walk_in else (),
        status=parse_line_or_empty(item.get("status")),
        session=sessions_by_id.get(session_id) if type(session_id) is int else None,
    )

"""The queue of a tablet that can't reach us, handed in as a file: the same rule as for sync, whoever carries it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import Device
from trainer.attendance.tablet.batch_items import MAX_TEXT_LENGTH, ItemRefused, parse_row_id, parse_typed_line
from trainer.attendance.tablet.devices import get_device_permit
from trainer.attendance.tablet.sync import MAX_ITEMS_PER_BATCH, ItemOutcome, accept_batch
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession

NAME_FIELDS = ("surname", "given_name", "patronymic")
DETAIL_FIELDS = ("phone", "workplace", "position")


class QueueFileInvalid(Exception):
    """The file is none that a tablet gives."""


class QueueOfAnotherDevice(Exception):
    """The file is another tablet's."""


@dataclass(frozen=True)
class ExplainedItem:
    """What became of an item, with what its file says of it, so that the organizer can write it down by hand."""

    outcome: ItemOutcome
    kind: str
    name: str
    details: tuple[str, ...]
    status: str
    session: SeminarSession | None


def import_queue_file(session: Session, device: Device, queue_file: Any, now: datetime) -> list[ItemOutcome]:
    """Keep every item of a tablet's file, also of a revoked one's: the organizer vouches for it.

    Its clock is put right by what was last measured; nothing of it is waited for any more. Raises NoQueue and NotThisTablet.
    """
    if not isinstance(queue_file, dict) or not isinstance(queue_file.get("items"), list):
        raise QueueFileInvalid
    if queue_file.get("device") != device.id:
        raise QueueOfAnotherDevice
    permit, answers = get_device_permit(session, device), []
    items = sorted(queue_file["items"], key=is_not_walk_in)  # a mark may lie far before the person whom it is for
    for first in range(0, len(items), MAX_ITEMS_PER_BATCH):
        answers += accept_batch(session, permit, items[first : first + MAX_ITEMS_PER_BATCH], device.skew, now)
    device.unsent_count = 0
    return answers


def is_not_walk_in(item: Any) -> bool:
    """Whether an item is anything but somebody who came without registering."""
    return not (isinstance(item, dict) and item.get("kind") == "walk_in")


def explain_outcomes(session: Session, queue_file: Any, outcomes: Iterable[ItemOutcome]) -> list[ExplainedItem]:
    """Say of some answers to the items of a file what each item is and for whom, as far as the file can be read."""
    items = {
        each["id"]: each for each in queue_file["items"] if isinstance(each, dict) and isinstance(each.get("id"), str)
    }
    asked = [(each, items.get(each.id or "", {})) for each in outcomes]
    people = select(Registration).where(Registration.id.in_(list_referenced_ids(asked, "person")))
    names: dict[Any, str] = {
        each.id: each.person.full_name for each in session.scalars(people.options(joinedload(Registration.person)))
    }
    names |= {key: format_walk_in_name(each) for key, each in items.items() if each.get("kind") == "walk_in"}
    places = select(SeminarSession).where(SeminarSession.id.in_(list_referenced_ids(asked, "session")))
    sessions = {each.id: each for each in session.scalars(places.options(joinedload(SeminarSession.seminar)))}
    return [build_explained_item(each, item, names, sessions) for each, item in asked]


def list_referenced_ids(outcomes_with_items: Sequence[tuple[ItemOutcome, dict[str, Any]]], field: str) -> set[int]:
    """Give the rows that items name."""
    return {parse_row_id(item[field]) for _answer, item in outcomes_with_items if type(item.get(field)) is int}


def build_explained_item(
    outcome: ItemOutcome,
    item: dict[str, Any],
    names_by_reference: dict[Any, str],
    sessions_by_id: dict[int, SeminarSession],
) -> ExplainedItem:
    """Write down an item of a file for people."""
    kind, person, where = (item.get(name) for name in ("kind", "person", "session"))
    whose = outcome.id if kind == "walk_in" else person
    return ExplainedItem(
        outcome,
        parse_line_or_empty(kind),
        names_by_reference.get(whose, "") if type(whose) in (int, str) else "",
        tuple(filter(None, (parse_line_or_empty(item.get(name)) for name in DETAIL_FIELDS)))
        if kind == "walk_in"
        else (),
        parse_line_or_empty(item.get("status")),
        sessions_by_id.get(where) if type(where) is int else None,
    )


def format_walk_in_name(item: dict[str, Any]) -> str:
    """Give the name of somebody who came without registering."""
    return " ".join(filter(None, (parse_line_or_empty(item.get(name)) for name in NAME_FIELDS)))


def parse_line_or_empty(raw: Any) -> str:
    """Give what of a text would be kept, so never an IIN; nothing where it is no line of text."""
    try:
        return parse_typed_line(raw, MAX_TEXT_LENGTH)
    except ItemRefused:
        return ""

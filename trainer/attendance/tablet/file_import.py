"""The queue of a tablet that can't reach us, handed in as a file: the same rule as for sync, whoever carries it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import Device
from trainer.attendance.tablet.batch_items import LONGEST_TEXT, Refused, line, number
from trainer.attendance.tablet.devices import permit_of
from trainer.attendance.tablet.sync import MOST_ITEMS, Answer, accept_batch
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession

NAMES = ("surname", "given_name", "patronymic")
DETAILS = ("phone", "workplace", "position")


class NoQueue(Exception):
    """The file is none that a tablet gives."""


class NotThisTablet(Exception):
    """The file is another tablet's."""


@dataclass(frozen=True)
class Told:
    """What became of an item, with what its file says of it, so that the organizer can write it down by hand."""

    answer: Answer
    kind: str
    name: str
    details: tuple[str, ...]
    status: str
    session: SeminarSession | None


def hand_in(session: Session, device: Device, file: Any, now: datetime) -> list[Answer]:
    """Keep every item of a tablet's file, also of a revoked one's: the organizer vouches for it.

    Its clock is put right by what was last measured; nothing of it is waited for any more. Raises NoQueue and NotThisTablet.
    """
    if not isinstance(file, dict) or not isinstance(file.get("items"), list):
        raise NoQueue
    if file.get("device") != device.id:
        raise NotThisTablet
    permit, answers = permit_of(session, device), []
    items = sorted(file["items"], key=is_not_a_person)  # a mark may lie far before the person whom it is for
    for first in range(0, len(items), MOST_ITEMS):
        answers += accept_batch(session, permit, items[first : first + MOST_ITEMS], device.skew, now)
    device.waiting = 0
    return answers


def is_not_a_person(item: Any) -> bool:
    """Whether an item is anything but somebody who came without registering."""
    return not (isinstance(item, dict) and item.get("kind") == "walk_in")


def explained(session: Session, file: Any, answers: Iterable[Answer]) -> list[Told]:
    """Say of some answers to the items of a file what each item is and for whom, as far as the file can be read."""
    items = {each["id"]: each for each in file["items"] if isinstance(each, dict) and isinstance(each.get("id"), str)}
    asked = [(each, items.get(each.id or "", {})) for each in answers]
    people = select(Registration).where(Registration.id.in_(rows_named(asked, "person")))
    names: dict[Any, str] = {
        each.id: each.person.full_name for each in session.scalars(people.options(joinedload(Registration.person)))
    }
    names |= {key: name_in(each) for key, each in items.items() if each.get("kind") == "walk_in"}
    places = select(SeminarSession).where(SeminarSession.id.in_(rows_named(asked, "session")))
    sessions = {each.id: each for each in session.scalars(places.options(joinedload(SeminarSession.seminar)))}
    return [told(each, item, names, sessions) for each, item in asked]


def rows_named(asked: Sequence[tuple[Answer, dict[str, Any]]], name: str) -> set[int]:
    """Give the rows that items name."""
    return {number(item[name]) for _answer, item in asked if type(item.get(name)) is int}


def told(answer: Answer, item: dict[str, Any], names: dict[Any, str], sessions: dict[int, SeminarSession]) -> Told:
    """Write down an item of a file for people."""
    kind, person, where = (item.get(name) for name in ("kind", "person", "session"))
    whose = answer.id if kind == "walk_in" else person
    return Told(
        answer,
        line_of(kind),
        names.get(whose, "") if type(whose) in (int, str) else "",
        tuple(filter(None, (line_of(item.get(name)) for name in DETAILS))) if kind == "walk_in" else (),
        line_of(item.get("status")),
        sessions.get(where) if type(where) is int else None,
    )


def name_in(item: dict[str, Any]) -> str:
    """Give the name of somebody who came without registering."""
    return " ".join(filter(None, (line_of(item.get(name)) for name in NAMES)))


def line_of(raw: Any) -> str:
    """Give what of a text would be kept, so never an IIN; nothing where it is no line of text."""
    try:
        return line(raw, LONGEST_TEXT)
    except Refused:
        return ""

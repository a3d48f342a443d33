"""The queue of a tablet that can't reach us, handed in as a file: the same rule as for sync, whoever carries it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.devices import permit_of
from trainer.attendance.models import Device
from trainer.attendance.sync import MOST_ITEMS, Answer, accept_batch


class NoQueue(Exception):
    """The file is none that a tablet gives."""


class NotThisTablet(Exception):
    """The file is another tablet's."""


def hand_in(session: Session, device: Device, file: Any, now: datetime) -> list[Answer]:
    """Keep every item of a tablet's file, also of a revoked one's: the organizer vouches for it.

    Its clock is put right by what was last measured. Raises NoQueue and NotThisTablet.
    """
    if not isinstance(file, dict) or not isinstance(file.get("items"), list):
        raise NoQueue
    if file.get("device") != device.id:
        raise NotThisTablet
    permit, answers = permit_of(session, device), []
    items = sorted(file["items"], key=is_not_a_person)  # a mark may lie far before the person whom it is for
    for first in range(0, len(items), MOST_ITEMS):
        answers += accept_batch(session, permit, items[first : first + MOST_ITEMS], device.skew, now)
    return answers


def is_not_a_person(item: Any) -> bool:
    """Whether an item is anything but somebody who came without registering."""
    return not (isinstance(item, dict) and item.get("kind") == "walk_in")

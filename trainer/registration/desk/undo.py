"""Taking back what an organizer did to registrations, where that is still possible: each goes back to exactly where it stood."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.desk.bulk_actions import (
    KEPT,
    MOMENTS,
    Hindered,
    Hindrance,
    Outcome,
    alone,
    chosen,
    not_begun,
    not_forgotten,
)
from trainer.registration.models import HOLDING, LIVE, Registration, RegistrationChange, State
from trainer.registration.seats.waiting_list import StateChanged, lock, offer_places, places_left
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class Recent:
    """A change as the organizer is reminded of it."""

    change: RegistrationChange
    people: int
    undoable: bool


def recent(session: Session, seminar: Seminar, number: int = 5) -> list[Recent]:
    """Give the last changes, the last first, each with whether anything of it can still be taken back."""
    wanted = select(RegistrationChange).where(RegistrationChange.seminar_id == seminar.id)
    last = session.scalars(wanted.order_by(RegistrationChange.id.desc()).limit(number)).all()
    ids = {entry["id"] for each in last for entry in each.before}
    columns = (Registration.id, Registration.state, Registration.state_since)
    now_at = {row[0]: row[1:] for row in session.execute(select(*columns).where(Registration.id.in_(ids)))}
    return [
        Recent(
            each,
            people=sum(entry["asked"] for entry in each.before),
            undoable=each.undone_at is None
            and any(
                entry["asked"] and now_at.get(entry["id"]) == (entry["after"], each.made_at) for entry in each.before
            ),
        )
        for each in last
    ]


def undo(session: Session, change: RegistrationChange, seminar: Seminar, now: datetime) -> Outcome:
    """Bring registrations back to exactly where they stood before a change, as far as that is still possible.

    A place that was given to somebody meanwhile is not taken away; an offer that nobody was told of was not given.
    Raises StateChanged when the change was taken back before.
    """
    lock(session, seminar)
    session.refresh(change)
    if change.undone_at is not None:
        raise StateChanged
    change.undone_at = now
    entries = {entry["id"]: entry for entry in change.before}
    outcome = Outcome()
    for registration in freeing_first(chosen(session, seminar, entries), entries):
        entry = entries[registration.id]
        try:
            put_back(session, registration, entry, change.made_at, now)
            if entry["asked"]:
                outcome.done.append(registration)
        except Hindered as hindered:
            if entry["asked"]:
                outcome.hindered.append((registration, hindered.reason))
    offer_places(session, seminar, now)
    return outcome


def freeing_first(registrations: Iterable[Registration], entries: dict[int, dict[str, Any]]) -> list[Registration]:
    """Sort so that places that become free by going back are there for those who get one back."""
    return sorted(registrations, key=lambda each: (entries[each.id]["state"] in HOLDING, each.id))


def put_back(
    session: Session, registration: Registration, entry: dict[str, Any], made_at: datetime, now: datetime
) -> None:
    """Bring one registration back to where it stood. Raises Hindered."""
    check_untouched(registration, entry, made_at)
    was = {name: entry[name] for name in KEPT}
    for name in MOMENTS:
        was[name] = datetime.fromisoformat(was[name]) if was[name] else None
    check_place(session, registration, was, now)
    if was["state"] in (*LIVE, State.DUPLICATE) and registration.state not in LIVE:
        not_forgotten(registration)
    if was["state"] in LIVE and registration.state not in (*LIVE, State.MERGED):
        alone(session, registration)
    for name, value in was.items():
        setattr(registration, name, value)
    session.flush()


def check_untouched(registration: Registration, entry: dict[str, Any], made_at: datetime) -> None:
    """Leave alone what somebody has changed since, and an offer that came of the change once its person knows of it."""
    if (registration.state, registration.state_since) != (entry["after"], made_at):
        raise Hindered(Hindrance.CHANGED)
    if not entry["asked"] and registration.told == registration.state:
        raise Hindered(Hindrance.CHANGED)


def check_place(session: Session, registration: Registration, was: dict[str, Any], now: datetime) -> None:
    """Give a place back only where one is free, and take none away once the seminar has begun."""
    if (
        was["state"] in HOLDING
        and registration.state not in HOLDING
        and places_left(session, registration.seminar) == 0
    ):
        raise Hindered(Hindrance.FULL)
    if was["state"] == State.OFFERED and was["offer_until"] <= now:
        raise Hindered(Hindrance.CHANGED)
    if registration.state == State.REGISTERED and was["state"] != State.REGISTERED:
        not_begun(registration.seminar, now)

"""What an organizer does to registrations, kept with what they were before."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.registration.models import LIVE, Registration, RegistrationChange, State
from trainer.registration.seats import enrolment, waiting_list
from trainer.registration.seats.duplicates import certainly_same
from trainer.registration.seats.waiting_list import StateChanged, lock, places_left
from trainer.seminars.models import Seminar


class Action(StrEnum):
    """What is done."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    OFFER = "offer"
    RESTORE = "restore"
    MERGE = "merge"
    OTHER = "other"  # a likely duplicate is somebody else
    UNMERGE = "unmerge"


class Hindrance(StrEnum):
    """Why it was not done to somebody."""

    STATE = "state"  # it does not apply to where the registration stands
    FULL = "full"
    BEGUN = "begun"  # the seminar has begun: who came is said by attendance
    THERE = "there"  # the person has another registration that counts
    CHANGED = "changed"  # somebody has changed it since
    FORGOTTEN = "forgotten"  # the person asked to be forgotten


class Hindered(Exception):
    """It can't be done to this registration, for a reason."""

    def __init__(self, reason: Hindrance) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Outcome:
    """What became of it: to whom it was done, to whom not and why."""

    done: list[Registration] = field(default_factory=list)
    hindered: list[tuple[Registration, Hindrance]] = field(default_factory=list)


Rule = Callable[[Session, Registration, datetime], None]
KEPT = ("state", "state_since", "queue_number", "offer_until", "merged_into_id", "likely_same_as_id")
MOMENTS = ("state_since", "offer_until")


def act(
    session: Session, seminar: Seminar, action: Action, ids: Collection[int], user_id: int | None, now: datetime
) -> Outcome:
    """Do the same to several registrations of a seminar, one after another in the order in which they were made."""
    return change(session, seminar, action, ids, RULES[action], user_id, now)


def merge(
    session: Session, registration: Registration, kept: Registration, user_id: int | None, now: datetime
) -> Outcome:
    """Say that a registration is the same person's as another one; somebody who came without registering gives up no place."""

    def rule(session: Session, registration: Registration, now: datetime) -> None:
        if registration.state == State.REGISTERED and registration.walk_in_id is None:
            not_begun(registration.seminar, now)
        enrolment.merge(session, registration, kept, now)

    return change(session, registration.seminar, Action.MERGE, [registration.id], rule, user_id, now)


def change(
    session: Session,
    seminar: Seminar,
    action: Action,
    ids: Collection[int],
    rule: Rule,
    user_id: int | None,
    now: datetime,
) -> Outcome:
    """Apply a rule to registrations of a seminar and keep what they, and whoever else was moved by it, were before."""
    lock(session, seminar)
    before, outcome = standings(session, seminar), Outcome()
    for registration in chosen(session, seminar, ids):
        try:
            rule(session, registration, now)
            outcome.done.append(registration)
        except Hindered as hindered:
            outcome.hindered.append((registration, hindered.reason))
        except enrolment.SeminarFull:
            outcome.hindered.append((registration, Hindrance.FULL))
        except StateChanged:
            outcome.hindered.append((registration, Hindrance.CHANGED))
    session.flush()
    keep(session, seminar, action, before, {each.id for each in outcome.done}, user_id, now)
    return outcome


def chosen(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Give registrations of a seminar as they are now, first come first."""
    wanted = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    fresh = wanted.order_by(Registration.id).options(joinedload(Registration.person))
    return list(session.scalars(fresh.execution_options(populate_existing=True)))


def standings(session: Session, seminar: Seminar) -> dict[int, dict[str, Any]]:
    """Write down where every registration of a seminar stands."""
    columns = [getattr(Registration, name) for name in KEPT]
    rows = session.execute(select(Registration.id, *columns).where(Registration.seminar_id == seminar.id))
    return {row[0]: dict(zip(KEPT, row[1:], strict=True)) for row in rows}


def keep(
    session: Session,
    seminar: Seminar,
    action: Action,
    before: dict[int, dict[str, Any]],
    asked: Collection[int],
    user_id: int | None,
    now: datetime,
) -> None:
    """Keep what has changed; nothing where nothing has."""
    after = standings(session, seminar)
    moved = [
        {"id": number, "asked": number in asked, "after": after[number]["state"], **written(was)}
        for number, was in before.items()
        if was != after[number]
    ]
    if moved:
        kept = RegistrationChange(
            seminar_id=seminar.id, action=action, before=moved, made_at=now, made_by_id=user_id, undone_at=None
        )
        session.add(kept)
        session.flush()


def written(standing: dict[str, Any]) -> dict[str, Any]:
    """Write a standing for a JSON column."""
    return {name: value.isoformat() if name in MOMENTS and value else value for name, value in standing.items()}


def not_begun(seminar: Seminar, now: datetime) -> None:
    """Let nobody's place be taken once the seminar has begun: attendance and certificates hang on it."""
    if seminar.starts_at is not None and now >= seminar.starts_at:
        raise Hindered(Hindrance.BEGUN)


def stands_in(registration: Registration, *states: State) -> None:
    """Let a rule apply to registrations in these states only."""
    if registration.state not in states:
        raise Hindered(Hindrance.STATE)


def alone(session: Session, registration: Registration) -> None:
    """Let nobody be twice on the list of those who come."""
    if certainly_same(session, registration.seminar, registration.person) is not None:
        raise Hindered(Hindrance.THERE)


def not_forgotten(registration: Registration) -> None:
    """Bring nobody back to the list who asked to be forgotten: there is no name on it and no way to reach anybody."""
    if registration.person.erased_at is not None or registration.person.erasure_requested_at is not None:
        raise Hindered(Hindrance.FORGOTTEN)


def approve(session: Session, registration: Registration, now: datetime) -> None:
    """Accept somebody who asked."""
    stands_in(registration, State.APPLIED)
    enrolment.approve(session, registration, now)


def refuse(session: Session, registration: Registration, now: datetime) -> None:
    """Turn down somebody who has no place yet."""
    stands_in(registration, State.APPLIED, State.WAITING, State.OFFERED)
    enrolment.refuse(session, registration, now)


def cancel(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel for somebody, whatever the cut-off; the next is asked."""
    stands_in(registration, *LIVE)
    not_begun(registration.seminar, now)
    enrolment.leave(session, registration, State.CANCELLED, now)


def offer(session: Session, registration: Registration, now: datetime) -> None:
    """Offer a free place to somebody out of turn."""
    stands_in(registration, State.WAITING, State.LAPSED)
    not_forgotten(registration)
    if registration.state == State.LAPSED:
        alone(session, registration)
    not_begun(registration.seminar, now)
    if places_left(session, registration.seminar) == 0:
        raise Hindered(Hindrance.FULL)
    waiting_list.offer(registration, now)
    session.flush()


def restore(session: Session, registration: Registration, now: datetime) -> None:
    """Bring back somebody who had left or was turned down: into a place, else onto the waiting list."""
    stands_in(registration, State.CANCELLED, State.REFUSED, State.LAPSED)
    not_forgotten(registration)
    alone(session, registration)
    enrolment.approve(session, registration, now)


def unmerge(session: Session, registration: Registration, now: datetime) -> None:
    """Take a merge back: the registration is a likely duplicate again."""
    not_forgotten(registration)
    enrolment.unmerge(session, registration, now)


RULES: dict[Action, Rule] = {
    Action.APPROVE: approve,
    Action.REFUSE: refuse,
    Action.CANCEL: cancel,
    Action.OFFER: offer,
    Action.RESTORE: restore,
    Action.OTHER: enrolment.settle_as_other,
    Action.UNMERGE: unmerge,
}

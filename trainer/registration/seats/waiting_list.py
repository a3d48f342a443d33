"""The places of a seminar and the waiting list: counting, offering a free place to the first, offers that lapse; one at a time."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import HOLDING, Registration, State
from trainer.seminars.models import Seminar


class StateChanged(Exception):
    """The registration has another state meanwhile; what was asked for no longer applies."""


def lock(session: Session, seminar: Seminar) -> None:
    """Let one at a time count the seminar's places (SQLite's writing transactions stand in a row anyway)."""
    session.execute(select(Seminar.id).where(Seminar.id == seminar.id).with_for_update())


def locked(session: Session, registration: Registration) -> Registration:
    """Lock the registration's seminar and give the registration as it is now, others having been at it before."""
    lock(session, registration.seminar)
    session.refresh(registration)
    return registration


def move(registration: Registration, state: State, now: datetime) -> None:
    """Bring a registration to a state; whatever belonged to the state before goes."""
    registration.state = state
    registration.state_since = now
    registration.offer_until = None
    registration.merged_into_id = None


def places_taken(session: Session, seminar: Seminar) -> int:
    """Count the places that are taken or kept for somebody who was asked."""
    counted = select(func.count()).where(Registration.seminar_id == seminar.id, Registration.state.in_(HOLDING))
    return session.scalar(counted) or 0


def places_left(session: Session, seminar: Seminar) -> int:
    """Count the places that are free; never below zero."""
    return max(0, seminar.capacity - places_taken(session, seminar))


def waiting_people(session: Session, seminar: Seminar) -> int:
    """Count who waits for a place."""
    counted = select(func.count()).where(Registration.seminar_id == seminar.id, Registration.state == State.WAITING)
    return session.scalar(counted) or 0


def position(session: Session, registration: Registration) -> int:
    """Say which one somebody on the waiting list is; the first is 1."""
    before = select(func.count()).where(
        Registration.seminar_id == registration.seminar_id,
        Registration.state == State.WAITING,
        Registration.queue_number <= registration.queue_number,
    )
    return session.scalar(before) or 0


def next_queue_number(session: Session, seminar: Seminar) -> int:
    """Give the number at the end of the seminar's waiting list; the seminar is locked."""
    last = session.scalar(select(func.max(Registration.queue_number)).where(Registration.seminar_id == seminar.id))
    return (last or 0) + 1


def offer_places(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Offer every free place to the first on the waiting list, until the seminar begins; the seminar is locked."""
    free = places_left(session, seminar)
    if free == 0 or seminar.starts_at is None or now >= seminar.starts_at:
        return []
    first = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.state == State.WAITING)
        .order_by(Registration.queue_number)
        .limit(free)
        .execution_options(populate_existing=True)
    )
    asked = list(session.scalars(first))
    for each in asked:
        offer(each, now)
    session.flush()
    return asked


def offer(registration: Registration, now: datetime) -> None:
    """Offer a place to somebody; the offer ends after the seminar's hours, or when it begins."""
    seminar = registration.seminar
    move(registration, State.OFFERED, now)
    end = now + timedelta(hours=seminar.offer_hours)
    registration.offer_until = min(end, seminar.starts_at or end)


def lapse_offers(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Take back the offers that nobody answered in time, and ask the next ones. Gives whose offers lapsed."""
    lock(session, seminar)
    late = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.state == State.OFFERED)
        .where(Registration.offer_until <= now)
        .execution_options(populate_existing=True)
    )
    lapsed = list(session.scalars(late))
    for each in lapsed:
        move(each, State.LAPSED, now)
    session.flush()
    offer_places(session, seminar, now)
    return lapsed


def seminars_in_motion(session: Session, now: datetime) -> list[Seminar]:
    """Find the seminars in which an offer has lapsed, or a place is free for somebody who waits."""
    late = select(Registration.seminar_id).where(Registration.state == State.OFFERED, Registration.offer_until <= now)
    queued = select(Registration.seminar_id).where(Registration.state == State.WAITING)
    found = session.scalars(select(Seminar).where(Seminar.id.in_(late.union(queued))).order_by(Seminar.id))
    return list(found)


def accept_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Take the offered place; who has it already keeps it. Raises StateChanged when the offer is over."""
    locked(session, registration)
    if registration.state == State.REGISTERED:
        return
    if registration.state != State.OFFERED or overdue(registration, now):
        raise StateChanged
    move(registration, State.REGISTERED, now)


def decline_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Leave the offered place to the next, until the very end; a second tap changes nothing. Raises StateChanged when there is no offer."""
    locked(session, registration)
    if registration.state == State.CANCELLED:
        return
    if registration.state != State.OFFERED:
        raise StateChanged
    move(registration, State.CANCELLED, now)
    session.flush()
    offer_places(session, registration.seminar, now)


def overdue(registration: Registration, now: datetime) -> bool:
    """Whether the time to answer an offer is over, taken back already or not."""
    return registration.offer_until is not None and registration.offer_until <= now

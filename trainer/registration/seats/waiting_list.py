"""The places of a seminar and the waiting list: counting, offering a free place to the first, offers that lapse; one at a time."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


def lock_registration(session: Session, registration: Registration) -> Registration:
    """Lock the registration's seminar and give the registration as it is now, others having been at it before."""
    lock_seminar(session, registration.seminar)
    session.refresh(registration)
    return registration


def set_registration_status(registration: Registration, status: RegistrationStatus, now: datetime) -> None:
    """Bring a registration to a state; whatever belonged to the state before goes."""
    registration.status = status
    registration.status_since = now
    registration.offer_expires_at = None
    registration.merged_into_id = None


def count_taken_seats(session: Session, seminar: Seminar) -> int:
    """Count the places that are taken or kept for somebody who was asked."""
    counted = select(func.count()).where(
        Registration.seminar_id == seminar.id, Registration.status.in_(SEAT_HOLDING_STATUSES)
    )
    return session.scalar(counted) or 0


def count_free_seats(session: Session, seminar: Seminar) -> int:
    """Count the places that are free; never below zero."""
    return max(0, seminar.capacity - count_taken_seats(session, seminar))


def count_waiting_people(session: Session, seminar: Seminar) -> int:
    """Count who waits for a place."""
    counted = select(func.count()).where(
        Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.WAITING
    )
    return session.scalar(counted) or 0


def get_queue_position(session: Session, registration: Registration) -> int:
    """Say which one somebody on the waiting list is; the first is 1."""
    before = select(func.count()).where(
        Registration.seminar_id == registration.seminar_id,
        Registration.status == RegistrationStatus.WAITING,
        Registration.queue_number <= registration.queue_number,
    )
    return session.scalar(before) or 0


def get_next_queue_number(session: Session, seminar: Seminar) -> int:
    """Give the number at the end of the seminar's waiting list; the seminar is locked."""
    last = session.scalar(select(func.max(Registration.queue_number)).where(Registration.seminar_id == seminar.id))
    return (last or 0) + 1


def offer_free_seats(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Offer every free place to the first on the waiting list, until the seminar begins; the seminar is locked."""
    free = count_free_seats(session, seminar)
    if free == 0 or seminar.starts_at is None or now >= seminar.starts_at:
        return []
    first = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.WAITING)
        .order_by(Registration.queue_number)
        .limit(free)
        .execution_options(populate_existing=True)
    )
    asked = list(session.scalars(first))
    for each in asked:
        offer_seat(each, now)
    session.flush()
    return asked


def offer_seat(registration: Registration, now: datetime) -> None:
    """Offer a place to somebody; the offer ends after the seminar's hours, or when it begins."""
    seminar = registration.seminar
    set_registration_status(registration, RegistrationStatus.OFFERED, now)
    end = now + timedelta(hours=seminar.offer_hours)
    registration.offer_expires_at = min(end, seminar.starts_at or end)


def expire_offers(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Take back the offers that nobody answered in time, and ask the next ones. Gives whose offers lapsed."""
    lock_seminar(session, seminar)
    late = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.OFFERED)
        .where(Registration.offer_expires_at <= now)
        .execution_options(populate_existing=True)
    )
    lapsed = list(session.scalars(late))
    for each in lapsed:
        set_registration_status(each, RegistrationStatus.OFFER_EXPIRED, now)
    session.flush()
    offer_free_seats(session, seminar, now)
    return lapsed


def list_seminars_needing_offers(session: Session, now: datetime) -> list[Seminar]:
    """Find the seminars in which an offer has lapsed, or a place is free for somebody who waits."""
    late = select(Registration.seminar_id).where(
        Registration.status == RegistrationStatus.OFFERED, Registration.offer_expires_at <= now
    )
    queued = select(Registration.seminar_id).where(Registration.status == RegistrationStatus.WAITING)
    found = session.scalars(select(Seminar).where(Seminar.id.in_(late.union(queued))).order_by(Seminar.id))
    return list(found)


def accept_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Take the offered place; who has it already keeps it. Raises StatusChanged when the offer is over."""
    lock_registration(session, registration)
    if registration.status == RegistrationStatus.REGISTERED:
        return
    if registration.status != RegistrationStatus.OFFERED or is_offer_expired(registration, now):
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.REGISTERED, now)


def decline_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Release the offered seat to the next person waiting; a second tap changes nothing.

    Raises StatusChanged when there is no offer.
    """
    lock_registration(session, registration)
    if registration.status == RegistrationStatus.CANCELLED:
        return
    if registration.status != RegistrationStatus.OFFERED:
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.CANCELLED, now)
    session.flush()
    offer_free_seats(session, registration.seminar, now)


def is_offer_expired(registration: Registration, now: datetime) -> bool:
    """Whether the time to answer an offer is over, taken back already or not."""
    return registration.offer_expires_at is not None and registration.offer_expires_at <= now

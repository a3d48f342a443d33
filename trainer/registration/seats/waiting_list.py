"""The waiting list: positions, offers of free seats, their expiry and the answers to them."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.status import (
    get_highest_calendar_version,
    lock_registration,
    set_registration_status,
)
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


def get_queue_position(session: Session, registration: Registration) -> int:
    """Return the position of a waiting registration on the waiting list; the first is 1."""
    statement = select(func.count()).where(
        Registration.seminar_id == registration.seminar_id,
        Registration.status == RegistrationStatus.WAITING,
        Registration.queue_number <= registration.queue_number,
    )
    return session.scalar(statement) or 0


def offer_free_seats(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Offer each free seat to the next person waiting and return those who got an offer.

    Offers nothing once the seminar has started, or while it is cancelled. The seminar must be locked.
    """
    free_seats = count_free_seats(session, seminar)
    if free_seats == 0 or seminar.is_cancelled or seminar.starts_at is None or now >= seminar.starts_at:
        return []
    next_in_queue = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.WAITING)
        .order_by(Registration.queue_number)
        .limit(free_seats)
        .execution_options(populate_existing=True)
    )
    registrations = list(session.scalars(next_in_queue))
    for registration in registrations:
        offer_seat(registration, now)
    session.flush()
    return registrations


def offer_seat(registration: Registration, now: datetime) -> None:
    """Offer a seat for the seminar's `offer_hours`."""
    set_registration_status(registration, RegistrationStatus.OFFERED, now)
    registration.offer_expires_at = now + timedelta(hours=registration.seminar.offer_hours)


def expire_offers(session: Session, seminar: Seminar, now: datetime) -> list[Registration]:
    """Withdraw the offers whose time is up, offer the seats to the next people waiting, and return what was withdrawn.

    Nothing happens while the seminar is cancelled.
    """
    lock_seminar(session, seminar)
    if seminar.is_cancelled:
        return []
    open_offers = (
        select(Registration)
        .where(Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.OFFERED)
        .execution_options(populate_existing=True)
    )
    registrations = [offered for offered in session.scalars(open_offers) if is_offer_expired(offered, now)]
    for registration in registrations:
        set_registration_status(registration, RegistrationStatus.OFFER_EXPIRED, now)
    session.flush()
    offer_free_seats(session, seminar, now)
    return registrations


def list_seminars_needing_offers(session: Session, now: datetime) -> list[Seminar]:
    """Return the seminars with an expired offer or with people waiting, whether or not a seat is free."""
    open_offers = select(Registration).where(Registration.status == RegistrationStatus.OFFERED)
    with_sessions = joinedload(Registration.seminar).selectinload(Seminar.sessions)
    expired_offers = [
        offered for offered in session.scalars(open_offers.options(with_sessions)) if is_offer_expired(offered, now)
    ]
    with_people_waiting = select(Registration.seminar_id).where(Registration.status == RegistrationStatus.WAITING)
    is_needing = or_(
        Seminar.id.in_({offered.seminar_id for offered in expired_offers}), Seminar.id.in_(with_people_waiting)
    )
    return list(session.scalars(select(Seminar).where(is_needing).order_by(Seminar.id)))


def accept_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Turn an offer into a registration; nothing changes where it was accepted before.

    Raises StatusChanged when there is no offer or it has expired.
    """
    lock_registration(session, registration)
    if registration.status == RegistrationStatus.REGISTERED:
        return
    is_offered = registration.status == RegistrationStatus.OFFERED and not is_offer_expired(registration, now)
    if not is_offered or registration.seminar.is_cancelled:
        raise StatusChanged
    if not registration.calendar_version:
        registration.calendar_version = get_highest_calendar_version(session, registration.seminar)
    set_registration_status(registration, RegistrationStatus.REGISTERED, now)


def decline_offer(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel the registration and offer its seat to the next person waiting; a second call changes nothing.

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
    """Return whether the time to answer an offer is up, also where the offer has not been withdrawn yet."""
    return registration.offer_ends_at is not None and registration.offer_ends_at <= now

"""Cancelling a registration, rejoining after it, and until when trainees may do so."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.allocation import RegistrationClosed, SeatCounter
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.seats.status import lock_registration, record_seen_schedule, set_registration_status
from trainer.registration.seats.waiting_list import expire_offers, is_offer_expired, offer_free_seats
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open


class ChangeDeadlinePassed(Exception):
    """Trainees can no longer change or cancel the registration themselves."""


def find_change_deadline(seminar: Seminar) -> datetime | None:
    """Return until when trainees may change or cancel: `change_hours` before the start, None without a start."""
    return seminar.starts_at - timedelta(hours=seminar.change_hours) if seminar.starts_at else None


def can_trainee_change(seminar: Seminar, now: datetime) -> bool:
    """Return whether trainees may still change or cancel their registration themselves."""
    deadline = find_change_deadline(seminar)
    return deadline is None or now < deadline


def cancel_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Cancel for the trainee and offer the seat to the next person waiting; inactive registrations stay as they are.

    Raises ChangeDeadlinePassed.
    """
    lock_registration(session, registration)
    if registration.status not in ACTIVE_STATUSES:
        return
    if not can_trainee_change(registration.seminar, now):
        raise ChangeDeadlinePassed
    release_seat(session, registration, RegistrationStatus.CANCELLED, now)


def release_seat(session: Session, registration: Registration, status: RegistrationStatus, now: datetime) -> None:
    """Set a status that holds no seat and offer free seats to the people waiting; the seminar must be locked."""
    set_registration_status(registration, status, now)
    session.flush()
    offer_free_seats(session, registration.seminar, now)


def rejoin_seminar(session: Session, registration: Registration, now: datetime) -> None:
    """Reactivate a cancelled registration or one whose offer expired, with the status that a newcomer gets.

    An active registration stays as it is. Raises RegistrationClosed, SeminarFull, and StatusChanged for a refused
    registration, after a request for erasure, or where the person has another active registration for the seminar.
    """
    lock_registration(session, registration)
    if is_offer_expired(registration, now):
        expire_offers(session, registration.seminar, now)
    if registration.status in ACTIVE_STATUSES:
        return
    if (
        registration.status not in (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.CANCELLED)
        or registration.person.erasure_requested_at is not None
    ):
        raise StatusChanged
    if not is_registration_open(registration.seminar, now):
        raise RegistrationClosed
    if registration.seminar_id in map_active_registrations(session, registration.person):
        raise StatusChanged
    seats = SeatCounter(session, registration.seminar, now)
    seats.assign_status(registration, seats.determine_initial_status())
    record_seen_schedule(registration)
    session.flush()

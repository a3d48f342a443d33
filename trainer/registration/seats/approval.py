"""The organizer's decisions on a registration: approving and refusing it."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.cancellation import release_seat
from trainer.registration.seats.status import lock_registration


def approve_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Assign a seat, or the last position of the waiting list where all seats are taken.

    Nothing changes for somebody who has a seat, an offer or a position already. Raises SeminarFull.
    """
    lock_registration(session, registration)
    if registration.status in (RegistrationStatus.REGISTERED, RegistrationStatus.WAITING, RegistrationStatus.OFFERED):
        return
    seats = SeatCounter(session, registration.seminar, now)
    seats.assign_status(registration, seats.determine_accepted_status())
    session.flush()


def refuse_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Refuse a registration, whatever its status, and offer the seat that it may have held to others."""
    lock_registration(session, registration)
    release_seat(session, registration, RegistrationStatus.REFUSED, now)

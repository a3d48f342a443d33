"""Counting the seats of a seminar. Counts that a decision rests on are taken while the seminar is locked."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.seminars.models import Seminar


def compute_free_seats(capacity: int, taken_seats: int) -> int:
    """Return the seats that are left; 0 where more are taken than there are, after the capacity was lowered."""
    return max(0, capacity - taken_seats)


def count_taken_seats(session: Session, seminar: Seminar) -> int:
    """Count the seats that are taken or reserved by an offer."""
    statement = select(func.count()).where(
        Registration.seminar_id == seminar.id, Registration.status.in_(SEAT_HOLDING_STATUSES)
    )
    return session.scalar(statement) or 0


def count_free_seats(session: Session, seminar: Seminar) -> int:
    """Count the seats that nobody holds; people on the waiting list are not subtracted."""
    return compute_free_seats(seminar.capacity, count_taken_seats(session, seminar))


def count_waiting_people(session: Session, seminar: Seminar) -> int:
    """Count the people on the waiting list, without those who hold an offer."""
    statement = select(func.count()).where(
        Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.WAITING
    )
    return session.scalar(statement) or 0

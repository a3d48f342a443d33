"""Counting the seats of a seminar. Counts that a decision rests on are taken while the seminar is locked."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.seminars.models import Seminar


class SeatFigures(NamedTuple):
    """What a decision on a seat rests on: seats taken or reserved, people waiting, the highest queue number and calendar version."""

    taken: int
    waiting: int
    highest_queue_number: int | None
    highest_calendar_version: int | None


def read_seat_figures(session: Session, seminar: Seminar) -> SeatFigures:
    """Return the figures of a seminar by one query."""
    return SeatFigures._make(session.execute(build_figures_query(), {"seminar_id": seminar.id}).one())


@cache
def build_figures_query() -> Select[int, int, int | None, int]:
    """Build the query for the columns of `SeatFigures`."""
    return select(
        func.count().filter(Registration.status.in_(SEAT_HOLDING_STATUSES)),
        func.count().filter(Registration.status == RegistrationStatus.WAITING),
        func.max(Registration.queue_number),
        func.max(Registration.calendar_version),
    ).where(Registration.seminar_id == bindparam("seminar_id"))


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

"""What a visitor finds at a seminar: whether registration is open, how many seats are free, how many people wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.capacity import compute_free_seats
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar


class RegistrationOutcome(StrEnum):
    """What a new registration would lead to now."""

    SEAT = "place"
    APPROVAL = "approval"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    CLOSED = "closed"


OPEN_OUTCOMES = (RegistrationOutcome.SEAT, RegistrationOutcome.APPROVAL, RegistrationOutcome.WAITING_LIST)


class RegistrationPhase(StrEnum):
    """Why no registration is possible, where the date or a cancellation is the reason."""

    NOT_YET_OPEN = "not_yet"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SeminarAvailability:
    """Outcome or phase, seats free for newcomers (those that people waiting will get are subtracted), people waiting."""

    status: RegistrationOutcome | RegistrationPhase
    free_seats: int
    waiting_count: int

    @property
    def is_open(self) -> bool:
        """Return whether somebody can register, apply or join the waiting list."""
        return self.status in OPEN_OUTCOMES


def predict_outcome(session: Session, seminar: Seminar, now: datetime) -> RegistrationOutcome:
    """Return the outcome that a new registration would have now."""
    if not registration_window.is_registration_open(seminar, now):
        return RegistrationOutcome.CLOSED
    [counts] = count_people(session, [seminar.id]).values()
    free_seats = compute_free_seats(seminar.capacity, sum(counts[status] for status in SEAT_HOLDING_STATUSES))
    return derive_outcome(seminar, free_seats, counts[RegistrationStatus.WAITING], now)


def derive_outcome(seminar: Seminar, free_seats: int, waiting_count: int, now: datetime) -> RegistrationOutcome:
    """Return the outcome of a new registration from counted seats; people waiting get free seats first."""
    if not registration_window.is_registration_open(seminar, now):
        return RegistrationOutcome.CLOSED
    if seminar.needs_approval:
        return RegistrationOutcome.APPROVAL
    if free_seats > waiting_count:
        return RegistrationOutcome.SEAT
    return RegistrationOutcome.WAITING_LIST if seminar.has_waiting_list else RegistrationOutcome.FULL


def get_seminar_availability(session: Session, seminar: Seminar, now: datetime) -> SeminarAvailability:
    """Return the availability of one seminar."""
    return map_seminar_availability(session, [seminar], now)[seminar.id]


def map_seminar_availability(
    session: Session, seminars: Sequence[Seminar], now: datetime
) -> dict[int, SeminarAvailability]:
    """Return the availability of seminars by seminar id, with one query for all."""
    counts = count_people(session, [seminar.id for seminar in seminars])
    return {seminar.id: build_seminar_availability(seminar, counts[seminar.id], now) for seminar in seminars}


def count_people(session: Session, seminar_ids: Sequence[int]) -> dict[int, dict[RegistrationStatus, int]]:
    """Count the registrations of seminars by seminar id and status, with one query."""
    rows = session.execute(build_status_count_query(), {"seminar_ids": seminar_ids})
    counts = {(seminar_id, status): count for seminar_id, status, count in rows}
    return {
        seminar_id: {status: counts.get((seminar_id, status), 0) for status in RegistrationStatus}
        for seminar_id in seminar_ids
    }


@cache
def build_status_count_query() -> Select[int, str, int]:
    """Build the query that counts the registrations of seminars by status."""
    query = select(Registration.seminar_id, Registration.status, func.count())
    query = query.where(Registration.seminar_id.in_(bindparam("seminar_ids", expanding=True)))
    return query.group_by(Registration.seminar_id, Registration.status)


def build_seminar_availability(
    seminar: Seminar, counts: Mapping[RegistrationStatus, int], now: datetime
) -> SeminarAvailability:
    """Return the availability of a seminar whose registrations were counted by status."""
    free_seats = compute_free_seats(seminar.capacity, sum(counts[status] for status in SEAT_HOLDING_STATUSES))
    waiting_count = counts[RegistrationStatus.WAITING]
    status = find_registration_phase(seminar, now) or derive_outcome(seminar, free_seats, waiting_count, now)
    return SeminarAvailability(status, max(0, free_seats - waiting_count), waiting_count)


def find_registration_phase(seminar: Seminar, now: datetime) -> RegistrationPhase | None:
    """Return CANCELLED, OVER or NOT_YET_OPEN, or None while people can register or could have registered."""
    if seminar.is_cancelled:
        return RegistrationPhase.CANCELLED
    if seminar.is_over(now):
        return RegistrationPhase.OVER
    is_early = seminar.opened_at is not None and now < seminar.opened_at
    return RegistrationPhase.NOT_YET_OPEN if is_early else None


def find_next_open_seminar(session: Session, seminar: Seminar, now: datetime) -> Seminar | None:
    """Return the first other seminar of the same activity that takes registrations and is not full, or None."""
    open_seminars = [
        sibling
        for sibling in registration_window.list_coming_siblings(session, seminar, now)
        if registration_window.is_registration_open(sibling, now)
    ]
    availability = map_seminar_availability(session, open_seminars, now) if open_seminars else {}
    return next(
        (sibling for sibling in open_seminars if availability[sibling.id].status != RegistrationOutcome.FULL), None
    )

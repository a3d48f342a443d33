"""What somebody who opens a seminar's link finds: whether one can register, how many places are left, how many wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import SEAT_HOLDING_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.enrolment import RegistrationOutcome, derive_outcome
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar


class RegistrationPhase(StrEnum):
    """Where a seminar stands when nobody can register for it, beyond what a prospect says."""

    NOT_YET_OPEN = "not_yet"
    OVER = "over"


@dataclass(frozen=True)
class SeminarAvailability:
    """How a seminar looks to whoever comes now: the state, the places that are free for newcomers, the people who wait."""

    status: RegistrationOutcome | RegistrationPhase
    free_seats: int
    waiting_count: int


def get_seminar_availability(session: Session, seminar: Seminar, now: datetime) -> SeminarAvailability:
    """Say how a seminar looks now."""
    return map_seminar_availability(session, [seminar], now)[seminar.id]


def map_seminar_availability(
    session: Session, seminars: Sequence[Seminar], now: datetime
) -> dict[int, SeminarAvailability]:
    """Say how each of the seminars looks now, by its number, in one query."""
    rows = session.execute(
        select(Registration.seminar_id, Registration.status, func.count())
        .where(Registration.seminar_id.in_([each.id for each in seminars]))
        .group_by(Registration.seminar_id, Registration.status)
    )
    counted = {(seminar_id, state): count for seminar_id, state, count in rows}
    return {
        each.id: build_seminar_availability(
            each,
            sum(counted.get((each.id, state), 0) for state in SEAT_HOLDING_STATUSES),
            counted.get((each.id, RegistrationStatus.WAITING), 0),
            now,
        )
        for each in seminars
    }


def build_seminar_availability(
    seminar: Seminar, taken_seats: int, waiting_count: int, now: datetime
) -> SeminarAvailability:
    """Say how a seminar looks, its people counted; a free place that somebody waits for is not free for newcomers."""
    left = max(0, seminar.capacity - taken_seats)
    return SeminarAvailability(
        find_registration_phase(seminar, now) or derive_outcome(seminar, left, waiting_count, now),
        max(0, left - waiting_count),
        waiting_count,
    )


def find_registration_phase(seminar: Seminar, now: datetime) -> RegistrationPhase | None:
    """Say whether the seminar is over, or its registration not open yet; None where neither is so."""
    if seminar.is_over(now):
        return RegistrationPhase.OVER
    return RegistrationPhase.NOT_YET_OPEN if seminar.opened_at is not None and now < seminar.opened_at else None


def find_next_open_seminar(session: Session, seminar: Seminar, now: datetime) -> Seminar | None:
    """Find the first other seminar of the activity that one can register for."""
    others = [
        each
        for each in registration_window.list_sibling_seminars(session, seminar)
        if registration_window.is_registration_open(each, now)
    ]
    looks = map_seminar_availability(session, others, now)
    return next((each for each in others if looks[each.id].status != RegistrationOutcome.FULL), None)

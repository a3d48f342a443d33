"""What somebody who opens a seminar's link finds: whether one can register, how many places are left, how many wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import HOLDING, Registration, State
from trainer.registration.seats.enrolment import Prospect, prospect_of
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar


class Stage(StrEnum):
    """Where a seminar stands when nobody can register for it, beyond what a prospect says."""

    NOT_YET = "not_yet"
    OVER = "over"


@dataclass(frozen=True)
class Outlook:
    """How a seminar looks to whoever comes now: the state, the places that are free for newcomers, the people who wait."""

    state: Prospect | Stage
    left: int
    waiting: int


def outlook(session: Session, seminar: Seminar, now: datetime) -> Outlook:
    """Say how a seminar looks now."""
    return outlooks(session, [seminar], now)[seminar.id]


def outlooks(session: Session, seminars: Sequence[Seminar], now: datetime) -> dict[int, Outlook]:
    """Say how each of the seminars looks now, by its number, in one query."""
    rows = session.execute(
        select(Registration.seminar_id, Registration.state, func.count())
        .where(Registration.seminar_id.in_([each.id for each in seminars]))
        .group_by(Registration.seminar_id, Registration.state)
    )
    counted = {(seminar_id, state): count for seminar_id, state, count in rows}
    return {
        each.id: seen(
            each,
            sum(counted.get((each.id, state), 0) for state in HOLDING),
            counted.get((each.id, State.WAITING), 0),
            now,
        )
        for each in seminars
    }


def seen(seminar: Seminar, taken: int, waiting: int, now: datetime) -> Outlook:
    """Say how a seminar looks, its people counted; a free place that somebody waits for is not free for newcomers."""
    left = max(0, seminar.capacity - taken)
    return Outlook(stage(seminar, now) or prospect_of(seminar, left, waiting, now), max(0, left - waiting), waiting)


def stage(seminar: Seminar, now: datetime) -> Stage | None:
    """Say whether the seminar is over, or its registration not open yet; None where neither is so."""
    if seminar.ends_at is not None and seminar.ends_at <= now:
        return Stage.OVER
    return Stage.NOT_YET if seminar.opened_at is not None and now < seminar.opened_at else None


def next_open(session: Session, seminar: Seminar, now: datetime) -> Seminar | None:
    """Find the first other seminar of the activity that one can register for."""
    others = [
        each for each in registration_window.other_seminars(session, seminar) if registration_window.is_open(each, now)
    ]
    looks = outlooks(session, others, now)
    return next((each for each in others if looks[each.id].state != Prospect.FULL), None)

"""How far seminars are: seats, attendance, answers and certificates, counted for many seminars by a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.conflicts import count_undecided_rows, count_unlisted_people
from trainer.issuing.readiness import BatchBasis, Readiness, assess_readiness, map_readiness
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.availability import RegistrationOutcome, build_seminar_availability
from trainer.seminars.models import Seminar
from trainer.seminars.status import OpenWork, SeminarStatus, derive_status, find_open_work
from trainer.surveys.participation import SeminarParticipation, load_participation

TAKEN_OUTCOMES = (RegistrationOutcome.WAITING_LIST, RegistrationOutcome.FULL)


@dataclass(frozen=True)
class SeminarProgress:
    """The figures of a seminar, its status, and for one that was held, what has to be done first.

    The figures are numbers of people; `conflicts` is the number of conflicts of marks, `unlisted` that of people who are not on
    the list although marked, and `undecided` that of all decisions on attendance, both included.
    """

    seminar: Seminar
    registered: int
    free_seats: int
    waiting: int
    unmarked: int
    conflicts: int
    unlisted: int
    undecided: int
    attended_ids: set[int]
    """The registrations of those who were present, also in a seminar that was cancelled later."""
    unanswered: int
    ready: int
    eligible: int
    issued: int
    open_work: OpenWork | None
    status: SeminarStatus

    @property
    def attended(self) -> int:
        """Return how many were present; nobody in a seminar that was cancelled."""
        return 0 if self.seminar.is_cancelled else len(self.attended_ids)

    @property
    def answered(self) -> int:
        """Return how many of those who attended have answered."""
        return self.attended - self.unanswered


def list_progress(session: Session, seminars: Sequence[Seminar], now: datetime) -> list[SeminarProgress]:
    """Return the progress of seminars, in their order, by seven queries, or a few more with conflicts and merges."""
    participation = load_participation(session, seminars, now)
    readiness = map_readiness(session, seminars, participation, now)
    unlisted = count_unlisted_people(session, seminars, merge_surviving_ids(participation.values()))
    undecided = unlisted + count_undecided_rows(session, [seminar.id for seminar in seminars])
    return [
        build_progress(
            seminar,
            participation[seminar.id],
            readiness[seminar.id],
            (unlisted[seminar.id], undecided[seminar.id]),
            now,
        )
        for seminar in seminars
    ]


def complete_progress(session: Session, seminar: Seminar, basis: BatchBasis, now: datetime) -> SeminarProgress:
    """Return the progress of a seminar of which participation and certificates are known, by two more queries."""
    readiness = assess_readiness(seminar, basis.participation, basis.facts, now)
    unlisted = count_unlisted_people(session, [seminar], basis.participation.surviving_ids)
    undecided = unlisted + count_undecided_rows(session, [seminar.id])
    people = unlisted[seminar.id], undecided[seminar.id]
    return build_progress(seminar, basis.participation, readiness, people, now)


def merge_surviving_ids(participation: Iterable[SeminarParticipation]) -> dict[int, int]:
    """Return the surviving registration for each merged one of several seminars."""
    return {merged: surviving for each in participation for merged, surviving in each.surviving_ids.items()}


def build_progress(
    seminar: Seminar,
    participation: SeminarParticipation,
    readiness: Readiness,
    undecided_people: tuple[int, int],
    now: datetime,
) -> SeminarProgress:
    """Return the progress of a seminar. Before it begins nobody is missing; a cancelled one has nothing to do.

    `undecided_people` are those who are not on the list although marked, and all about whom something is to be decided.
    """
    counts = {status: len(ids) for status, ids in participation.ids_by_status.items()}
    availability = build_seminar_availability(seminar, counts, now)
    is_active = not seminar.is_cancelled
    conflicts = participation.count_conflicts()
    figures = {
        "unmarked": len(participation.unmarked_ids) if is_active else 0,
        "undecided": conflicts + undecided_people[1],
        "unanswered": len(participation.unanswered_ids),
        "ready": len(readiness.ready_ids),
    }
    open_work = find_open_work(seminar, now, **figures)
    return SeminarProgress(
        seminar,
        registered=counts[RegistrationStatus.REGISTERED],
        free_seats=availability.free_seats,
        waiting=availability.waiting_count,
        conflicts=conflicts,
        unlisted=undecided_people[0],
        attended_ids=participation.attended_ids,
        eligible=len(readiness.eligible_ids),
        issued=readiness.valid_count,
        open_work=open_work,
        status=derive_status(
            seminar,
            now,
            free_seats=0 if availability.status in TAKEN_OUTCOMES else max(1, availability.free_seats),
            open_work=open_work,
        ),
        **figures,
    )

"""How far seminars are: seats, attendance, answers and certificates, counted for many seminars by a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.issuing.readiness import Readiness, map_readiness
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.availability import RegistrationOutcome, build_seminar_availability
from trainer.seminars.models import Seminar
from trainer.seminars.status import SeminarStatus, derive_status
from trainer.surveys.participation import SeminarParticipation, load_participation

TAKEN_OUTCOMES = (RegistrationOutcome.WAITING_LIST, RegistrationOutcome.FULL)


@dataclass(frozen=True)
class SeminarProgress:
    """The figures of a seminar, all but the conflicts of marks numbers of people, and its status."""

    seminar: Seminar
    registered: int
    free_seats: int
    waiting: int
    unmarked: int
    conflicts: int
    attended: int
    unanswered: int
    ready: int
    eligible: int
    issued: int
    status: SeminarStatus

    @property
    def answered(self) -> int:
        """Return how many of those who attended have answered."""
        return self.attended - self.unanswered


def list_progress(session: Session, seminars: Sequence[Seminar], now: datetime) -> list[SeminarProgress]:
    """Return the progress of seminars, in their order, by five queries, or up to seven with conflicts and merges."""
    participation = load_participation(session, seminars, now)
    readiness = map_readiness(session, seminars, participation, now)
    return [build_progress(seminar, participation[seminar.id], readiness[seminar.id], now) for seminar in seminars]


def build_progress(
    seminar: Seminar, participation: SeminarParticipation, readiness: Readiness, now: datetime
) -> SeminarProgress:
    """Return the progress of a seminar. Before it begins nobody is missing; a cancelled one has nothing to do."""
    counts = {status: len(ids) for status, ids in participation.ids_by_status.items()}
    availability = build_seminar_availability(seminar, counts, now)
    is_active = not seminar.is_cancelled
    unmarked = len(participation.unmarked_ids) if is_active else 0
    unanswered = len(participation.unanswered_ids)
    ready = len(readiness.ready_ids)
    return SeminarProgress(
        seminar,
        registered=counts[RegistrationStatus.REGISTERED],
        free_seats=availability.free_seats,
        waiting=availability.waiting_count,
        unmarked=unmarked,
        conflicts=participation.count_conflicts(),
        attended=len(participation.attended_ids) if is_active else 0,
        unanswered=unanswered,
        ready=ready,
        eligible=len(readiness.eligible_ids),
        issued=readiness.valid_count,
        status=derive_status(
            seminar,
            now,
            free_seats=0 if availability.status in TAKEN_OUTCOMES else max(1, availability.free_seats),
            has_open_work=unmarked + unanswered + ready > 0,
        ),
    )

"""How far seminars are: seats, attendance, answers and certificates, counted for many seminars by a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.unmarked import count_unmarked_people
from trainer.issuing.readiness import count_ready_certificates
from trainer.issuing.register import count_valid_certificates
from trainer.registration.seats.availability import RegistrationOutcome, map_seminar_availability
from trainer.registration.seats.capacity import count_registered_by_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.status import SeminarStatus, derive_status
from trainer.surveys.answering.unanswered import map_unanswered_registrations

TAKEN_OUTCOMES = (RegistrationOutcome.WAITING_LIST, RegistrationOutcome.FULL)


@dataclass(frozen=True)
class SeminarProgress:
    """The figures of a seminar, all of them numbers of people, and its status."""

    seminar: Seminar
    registered: int
    free_seats: int
    waiting: int
    unmarked: int
    attended: int
    unanswered: int
    ready: int
    issued: int
    status: SeminarStatus

    @property
    def answered(self) -> int:
        """Return how many of those who attended have answered."""
        return self.attended - self.unanswered


def list_progress(session: Session, seminars: Sequence[Seminar], now: datetime) -> list[SeminarProgress]:
    """Return the progress of seminars, in their order."""
    availability = map_seminar_availability(session, seminars, now)
    begun = [
        each for each in seminars if each.starts_at is not None and each.starts_at <= now and not each.is_cancelled
    ]
    registered, issued = count_registered_by_seminar(session), count_valid_certificates(session)
    unmarked, ready = count_unmarked_people(session, begun, now), count_ready_certificates(session, begun, now)
    answers = map_unanswered_registrations(session, begun, now)
    progress = []
    for seminar in seminars:
        attended, unanswered = answers.get(seminar.id, (set(), set()))
        found = availability[seminar.id]
        open_work = unmarked.get(seminar.id, 0) + len(unanswered) + ready.get(seminar.id, 0)
        progress.append(
            SeminarProgress(
                seminar,
                registered=registered.get(seminar.id, 0),
                free_seats=found.free_seats,
                waiting=found.waiting_count,
                unmarked=unmarked.get(seminar.id, 0),
                attended=len(attended),
                unanswered=len(unanswered),
                ready=ready.get(seminar.id, 0),
                issued=issued.get(seminar.id, 0),
                status=derive_status(
                    seminar,
                    now,
                    free_seats=0 if found.status in TAKEN_OUTCOMES else max(1, found.free_seats),
                    has_open_work=open_work > 0,
                ),
            )
        )
    return progress

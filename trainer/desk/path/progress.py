"""How far seminars are: seats, attendance, answers and certificates, counted for many seminars by a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.conflicts import count_open_conflicts_by_seminar
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.unmarked import count_unmarked_people
from trainer.issuing.readiness import count_ready_certificates
from trainer.issuing.register import count_valid_certificates
from trainer.registration.seats.availability import RegistrationOutcome, map_seminar_availability
from trainer.registration.seats.capacity import count_registered_by_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.status import OpenWork, SeminarStatus, derive_status, find_open_work
from trainer.surveys.answering.unanswered import map_unanswered_registrations

TAKEN_OUTCOMES = (RegistrationOutcome.WAITING_LIST, RegistrationOutcome.FULL)


@dataclass(frozen=True)
class SeminarProgress:
    """The figures of a seminar, its status, and for one that was held, what has to be done first.

    The figures are numbers of people; `undecided` is the number of decisions on attendance.
    """

    seminar: Seminar
    registered: int
    free_seats: int
    waiting: int
    unmarked: int
    undecided: int
    attended: int
    unanswered: int
    ready: int
    issued: int
    open_work: OpenWork | None
    status: SeminarStatus

    @property
    def answered(self) -> int:
        """Return how many of those who attended have answered."""
        return self.attended - self.unanswered


def list_progress(session: Session, seminars: Sequence[Seminar], now: datetime) -> list[SeminarProgress]:
    """Return the progress of seminars, in their order."""
    ids = [seminar.id for seminar in seminars]
    surviving_ids = map_merged_registrations(session, ids)
    availability = map_seminar_availability(session, seminars, now)
    begun = [
        each for each in seminars if each.starts_at is not None and each.starts_at <= now and not each.is_cancelled
    ]
    registered, issued = count_registered_by_seminar(session, ids), count_valid_certificates(session, ids)
    unmarked = count_unmarked_people(session, begun, now, surviving_ids)
    undecided = count_open_conflicts_by_seminar(session, seminars, surviving_ids)
    answers = map_unanswered_registrations(session, begun, now, surviving_ids)
    ready = count_ready_certificates(session, begun, now, surviving_ids)
    progress = []
    for seminar in seminars:
        attended, unanswered = answers.get(seminar.id, (set(), set()))
        found = availability[seminar.id]
        figures = {
            "unmarked": unmarked.get(seminar.id, 0),
            "undecided": undecided.get(seminar.id, 0),
            "unanswered": len(unanswered),
            "ready": ready.get(seminar.id, 0),
        }
        open_work = find_open_work(seminar, now, **figures)
        progress.append(
            SeminarProgress(
                seminar,
                registered=registered.get(seminar.id, 0),
                free_seats=found.free_seats,
                waiting=found.waiting_count,
                attended=len(attended),
                issued=issued.get(seminar.id, 0),
                open_work=open_work,
                status=derive_status(
                    seminar,
                    now,
                    free_seats=0 if found.status in TAKEN_OUTCOMES else max(1, found.free_seats),
                    open_work=open_work,
                ),
                **figures,
            )
        )
    return progress

"""Which status somebody gets who wants a seat: registered, application, or waiting list."""

from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.capacity import SeatFigures, compute_free_seats, count_free_seats, read_seat_figures
from trainer.registration.seats.status import set_registration_status
from trainer.registration.seats.waiting_list import offer_free_seats
from trainer.seminars.models import Seminar


class RegistrationClosed(Exception):
    """Registration for the seminar is not open."""


class SeminarFull(RegistrationClosed):
    """All seats are taken, and the seminar has no waiting list."""


class SeatCounter:
    """Allocates the seats and queue numbers of a locked seminar, to one person or to many.

    The figures are read from the database when first needed and then counted in memory, so that a list of people needs the
    same queries as a single person.
    """

    def __init__(self, session: Session, seminar: Seminar, now: datetime) -> None:
        self.session = session
        self.seminar = seminar
        self.now = now

    @cached_property
    def figures(self) -> SeatFigures:
        """Return the figures of the seminar before anything is allocated."""
        return read_seat_figures(self.session, self.seminar)

    @cached_property
    def free_seats(self) -> int:
        """Return the seats that are left once the people waiting have been offered theirs."""
        free_seats = compute_free_seats(self.seminar.capacity, self.figures.taken)
        if not (free_seats and self.figures.waiting):
            return free_seats
        offer_free_seats(self.session, self.seminar, self.now)
        return count_free_seats(self.session, self.seminar)

    @cached_property
    def next_queue_number(self) -> int:
        """Return the number of the next person on the waiting list."""
        return (self.figures.highest_queue_number or 0) + 1

    @cached_property
    def highest_calendar_version(self) -> int:
        """Return the highest calendar version of the seminar's registrations, above which a first seat begins."""
        return self.figures.highest_calendar_version or 0

    def determine_initial_status(self) -> RegistrationStatus:
        """Return the status of somebody new: an application where the seminar needs approval. Raises SeminarFull."""
        return RegistrationStatus.APPLIED if self.seminar.needs_approval else self.determine_accepted_status()

    def determine_accepted_status(self) -> RegistrationStatus:
        """Return the status of somebody who needs no approval (any more). Raises SeminarFull."""
        if self.free_seats > 0:
            return RegistrationStatus.REGISTERED
        if not self.seminar.has_waiting_list:
            raise SeminarFull
        return RegistrationStatus.WAITING

    def assign_status(self, registration: Registration, status: RegistrationStatus) -> None:
        """Set the status and count the seat; a waiting registration gets the last position of the waiting list."""
        if status == RegistrationStatus.REGISTERED and not registration.calendar_version:
            registration.calendar_version = self.highest_calendar_version
        set_registration_status(registration, status, self.now)
        if status == RegistrationStatus.REGISTERED and "free_seats" in vars(self):
            self.free_seats -= 1
        elif status == RegistrationStatus.WAITING:
            registration.queue_number = self.next_queue_number
            self.next_queue_number += 1

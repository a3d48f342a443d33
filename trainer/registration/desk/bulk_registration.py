"""Registering many people at once: seats and likely duplicates are counted once for the whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language.collation import fold_name
from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats import enrolment
from trainer.registration.seats.enrolment import Applicant
from trainer.registration.seats.waiting_list import count_free_seats, get_next_queue_number, offer_free_seats
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class ImportResult:
    """What became of a row: its registration, and whether that was there before."""

    applicant: Applicant
    registration: Registration
    was_listed: bool


def register_people(
    session: Session, seminar: Seminar, applicants: Sequence[Applicant], now: datetime
) -> list[ImportResult]:
    """Register people as the organizer, by the rules of places; who is on the list by the same name and phone stays as they are.

    A likely duplicate is kept for the organizer to decide on. Raises SeminarFull; then nobody is to be kept.
    """
    lock_seminar(session, seminar)
    offer_free_seats(session, seminar, now)  # free places are for those who wait
    room = SeatCounter(seminar, count_free_seats(session, seminar), get_next_queue_number(session, seminar))
    crowd = RegistrationIndex(session, seminar)
    taken = []
    for each in applicants:
        known = crowd.find_same_person(each)
        registration = known or room.register_newcomer(each, crowd.find_similar_person(each), now)
        if known is None:
            session.add(registration)
            crowd.add_registration(registration, each.phone, fold_applicant_name(each))
        taken.append(ImportResult(each, registration, known is not None))
    session.flush()
    return taken


def fold_applicant_name(applicant: Applicant) -> str:
    """Give the name as it is compared."""
    return fold_name(applicant.surname, applicant.given_name)[:170]


@dataclass
class SeatCounter:
    """The places of a locked seminar while many are registered at once: counted once, then counted on."""

    seminar: Seminar
    free_seats: int
    queue_number: int

    def register_newcomer(self, applicant: Applicant, duplicate_of: Registration | None, now: datetime) -> Registration:
        """Make a registration where a newcomer stands. Raises SeminarFull."""
        state = RegistrationStatus.DUPLICATE if duplicate_of else self.determine_newcomer_status()
        person = enrolment.build_person(applicant, now)
        registration = enrolment.build_registration(
            person, self.seminar, duplicate_of, state, now, enrolment.generate_token(), {}
        )
        if state == RegistrationStatus.REGISTERED:
            self.free_seats -= 1
        elif state == RegistrationStatus.WAITING:
            registration.queue_number, self.queue_number = self.queue_number, self.queue_number + 1
        return registration

    def determine_newcomer_status(self) -> RegistrationStatus:
        """Say where a newcomer stands, as places.first_state does for one alone."""
        if self.seminar.needs_approval:
            return RegistrationStatus.APPLIED
        if self.free_seats > 0:
            return RegistrationStatus.REGISTERED
        if not self.seminar.has_waiting_list:
            raise enrolment.SeminarFull
        return RegistrationStatus.WAITING


class RegistrationIndex:
    """Who is on the list of a seminar, by name and phone, while many are added."""

    def __init__(self, session: Session, seminar: Seminar) -> None:
        self.by_phone_and_name: dict[tuple[str, str], Registration] = {}
        self.by_phone: dict[str, Registration] = {}
        self.by_name: dict[str, Registration] = {}
        wanted = select(Registration, Person.phone, Person.folded_name).join(Registration.person)
        rows = session.execute(wanted.where(Registration.seminar_id == seminar.id).order_by(Registration.id))
        for registration, phone_there, name in rows:
            self.add_registration(registration, phone_there, name)

    def add_registration(self, registration: Registration, phone_number: str, name: str) -> None:
        """Take somebody into account; the first one of a name or a phone counts."""
        self.by_phone_and_name.setdefault((phone_number, name), registration)
        if registration.status in ACTIVE_STATUSES:
            self.by_phone.setdefault(phone_number, registration)
            self.by_name.setdefault(name, registration)

    def find_same_person(self, applicant: Applicant) -> Registration | None:
        """Who has this name and this phone, whatever became of the registration."""
        return self.by_phone_and_name.get((applicant.phone, fold_applicant_name(applicant)))

    def find_similar_person(self, applicant: Applicant) -> Registration | None:
        """Who has this name or this phone and is on the list, as duplicates.likely_same says for one alone."""
        return self.by_phone.get(applicant.phone) or self.by_name.get(fold_applicant_name(applicant))

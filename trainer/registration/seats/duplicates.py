"""Likely duplicates: finding them by phone and name, merging two registrations, and undoing a merge.

Phone, name and patronymic decide who is who; names are the same in any spelling (`trainer/people/spelling.py`). Two patronymics
differ only where both are given:

| name | patronymic | phone | |
|---|---|---|---|
| same | does not differ | same | the same person |
| same | does not differ | another or none | likely a duplicate |
| same | differs | another or none | another person |
| any | any | same | likely a duplicate: relatives share a phone |

Of a likely duplicate the organizer decides, one by one or all at once. Only somebody who fills in the public form alarms the
person who is registered already: a list that the organizer imports tells nobody.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from trainer.people.models import Person
from trainer.people.spelling import FoldedName, PersonName, fold_name
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.status import lock_registration, set_registration_status
from trainer.registration.seats.waiting_list import offer_free_seats
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number

MAX_LISTED_DUPLICATES = 50  # on one page; the next ones appear as these are decided


class RegistrationIndex:
    """Registrations of a seminar by phone and by the spellings of the name, for finding duplicates of one person or of many."""

    def __init__(
        self, session: Session, seminar: Seminar, phones: Collection[str], names: Collection[FoldedName]
    ) -> None:
        """Load the registrations, of any status, whose person has one of the phones or may have one of the names."""
        self.registrations: list[Registration] = []
        self.by_phone: dict[str, list[tuple[FoldedName, Registration]]] = {}
        self.active_by_phone: dict[str, int] = {}
        self.active_by_spelling: dict[str, int] = {}
        self.active_by_spelling_and_father: dict[tuple[str, str], int] = {}
        rows = session.execute(
            select(Registration, Person.phone, Person.surname, Person.given_name, Person.patronymic)
            .join(Registration.person)
            .where(Registration.seminar_id == seminar.id)
            .where(or_(Person.phone.in_(phones), Person.folded_name.in_({name.key for name in names})))
            .order_by(Registration.id)
        )
        for registration, phone, *parts in rows:
            self.add_registration(registration, phone, fold_name(PersonName(*parts)))

    def add_registration(self, registration: Registration, phone: str, name: FoldedName) -> None:
        """Add a registration; of several with the same phone or name the first one added is found."""
        position = len(self.registrations)
        self.registrations.append(registration)
        self.by_phone.setdefault(phone, []).append((name, registration))
        if registration.status in ACTIVE_STATUSES:
            if is_phone_number(phone):
                self.active_by_phone.setdefault(phone, position)
            for spelling in name.spellings:
                self.active_by_spelling.setdefault(spelling, position)
                for father in name.patronymics or [""]:
                    self.active_by_spelling_and_father.setdefault((spelling, father), position)

    def find_same_person(self, phone: str, name: FoldedName) -> Registration | None:
        """Return the first registration, of any status, with this phone and name, and a patronymic that does not differ."""
        return next((found for other, found in self.by_phone.get(phone, []) if name.is_same_as(other)), None)

    def find_likely_duplicate(self, phone: str, name: FoldedName) -> Registration | None:
        """Return the first active registration with this phone, or with this name and a patronymic that does not differ.

        Only a phone number matches, not “жоқ”.
        """
        positions = [
            position
            for position in (self.active_by_phone.get(phone), self.find_active_namesake(name))
            if position is not None
        ]
        return self.registrations[min(positions)] if positions else None

    def find_active_namesake(self, name: FoldedName) -> int | None:
        """Return the position of the first active registration with this name and a patronymic that does not differ."""
        if name.patronymics:
            fathers = ("", *name.patronymics)
            positions = [
                self.active_by_spelling_and_father.get((spelling, father))
                for spelling in name.spellings
                for father in fathers
            ]
        else:
            positions = [self.active_by_spelling.get(spelling) for spelling in name.spellings]
        return min((position for position in positions if position is not None), default=None)


def find_likely_duplicate(
    session: Session, seminar: Seminar, surname: str, given_name: str, phone: str, patronymic: str = ""
) -> Registration | None:
    """Return the first active registration for the seminar with this phone or with this name in any spelling."""
    name = fold_name(PersonName(surname, given_name, patronymic))
    return RegistrationIndex(session, seminar, [phone] if phone else [], [name]).find_likely_duplicate(phone, name)


def find_certain_duplicate(session: Session, seminar: Seminar, person: Person) -> Registration | None:
    """Return the first active registration for the seminar of the same person, by phone, name and patronymic.

    The phone alone is not enough: relatives share one.
    """
    name = fold_name(person)
    registrations = session.scalars(
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.status.in_(ACTIVE_STATUSES))
        .where(Person.phone == person.phone, Person.folded_name == name.key)
        .options(contains_eager(Registration.person))
        .order_by(Registration.id)
    )
    return next((found for found in registrations if name.is_same_as(fold_name(found.person))), None)


def list_registrations_in_status(session: Session, seminar: Seminar, status: RegistrationStatus) -> list[Registration]:
    """Return the duplicates or merged registrations of a seminar by name, at most MAX_LISTED_DUPLICATES.

    The registrations that they duplicate or were merged into are loaded with them.
    """
    statement = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.status == status)
        .options(
            contains_eager(Registration.person),
            joinedload(Registration.likely_duplicate_of).joinedload(Registration.person),
            joinedload(Registration.merged_into).joinedload(Registration.person),
        )
        .order_by(Person.sort_key, Registration.id)
    )
    return list(session.scalars(statement.limit(MAX_LISTED_DUPLICATES)))


def map_likely_duplicates(session: Session, seminar: Seminar) -> dict[int, int | None]:
    """Return the id of the registration that each likely duplicate of a seminar duplicates, by id of the duplicate."""
    statement = select(Registration.id, Registration.likely_duplicate_of_id).where(
        Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.DUPLICATE
    )
    return {row[0]: row[1] for row in session.execute(statement.order_by(Registration.id))}


def list_registrations_by_id(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Return the registrations of a seminar with these ids, the earliest first; unknown ids are left out."""
    statement = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    return list(session.scalars(statement.options(joinedload(Registration.person)).order_by(Registration.id)))


def confirm_separate_person(session: Session, registration: Registration, now: datetime) -> None:
    """Treat a likely duplicate as another person: a walk-in gets a seat at once, everybody else what a newcomer gets.

    Raises SeminarFull, and StatusChanged when the duplicate was decided before.
    """
    lock_registration(session, registration)
    if registration.status != RegistrationStatus.DUPLICATE:
        raise StatusChanged
    seats = SeatCounter(session, registration.seminar, now)
    is_walk_in = registration.walk_in_id is not None
    seats.assign_status(registration, RegistrationStatus.REGISTERED if is_walk_in else seats.determine_initial_status())
    session.flush()


def merge_registration(session: Session, registration: Registration, surviving: Registration, now: datetime) -> None:
    """Mark a registration as the same person's as `surviving`, and offer the seat that it may have held to others.

    Raises StatusChanged unless the registration is a duplicate or active and `surviving` another active one of the seminar.
    """
    lock_registration(session, registration)
    session.refresh(surviving)
    is_mergeable = (
        registration.status in (RegistrationStatus.DUPLICATE, *ACTIVE_STATUSES) and surviving.status in ACTIVE_STATUSES
    )
    if not is_mergeable or surviving.seminar_id != registration.seminar_id or surviving is registration:
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.MERGED, now)
    registration.merged_into = surviving
    session.flush()
    offer_free_seats(session, registration.seminar, now)


def unmerge_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Undo a merge: the registration becomes a likely duplicate of the surviving one again.

    Raises StatusChanged when the registration is not merged.
    """
    lock_registration(session, registration)
    if registration.status != RegistrationStatus.MERGED:
        raise StatusChanged
    registration.likely_duplicate_of = registration.merged_into
    set_registration_status(registration, RegistrationStatus.DUPLICATE, now)
    session.flush()

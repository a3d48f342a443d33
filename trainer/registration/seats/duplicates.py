"""Likely duplicates: finding them by phone and name, merging two registrations, and undoing a merge.

Phone, email address, name and patronymic decide who is who; names are the same in any spelling (`trainer/people/spelling.py`).
Two patronymics differ only where both are given:

| name | patronymic | phone | email | |
|---|---|---|---|---|
| same | does not differ | same | any | the same person |
| same | does not differ | another or none | any | likely a duplicate |
| same | differs | another or none | another or none | another person |
| any | any | same | any | likely a duplicate: relatives share a phone |
| any | any | any | same | likely a duplicate: colleagues share an address |

A likely duplicate is a registration like any other, with its own seat, page and messages: whoever registers must not learn who
is registered already (see `seats.submission`). It carries a question, and the organizer decides, one by one or all at once.
Whoever uses the phone, the address or the name of registered people, in the form or on a personal page, alarms all of them:
each one's link goes to the stored contact. If only one of them was told, somebody who registers twice would learn from the
silence that there is a third. What the organizer enters or imports alarms nobody.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from trainer.base import Ids
from trainer.people.models import Person
from trainer.people.spelling import FoldedName, PersonName, fold_name
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.status import lock_registration, set_registration_status
from trainer.registration.seats.waiting_list import offer_free_seats
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number


class RegistrationIndex:
    """Registrations of a seminar by phone, email address and the spellings of the name, to find duplicates of one person or of many."""

    def __init__(
        self,
        session: Session,
        seminar: Seminar,
        phones: Collection[str],
        names: Collection[FoldedName],
        emails: Collection[str],
        except_person: Person | None = None,
    ) -> None:
        """Load the registrations, of any status, whose person has one of the phones or email addresses, or may have one of the names."""
        self.registrations: list[Registration] = []
        self.by_phone: dict[str, list[tuple[FoldedName, Registration]]] = {}
        self.active_by_phone: dict[str, int] = {}
        self.active_by_email: dict[str, int] = {}
        self.active_by_spelling: dict[str, int] = {}
        self.active_by_spelling_and_father: dict[tuple[str, str], int] = {}
        rows = session.execute(
            select(Registration, Person.phone, Person.email, Person.surname, Person.given_name, Person.patronymic)
            .join(Registration.person)
            .where(Registration.seminar_id == seminar.id, Person.id != (except_person.id if except_person else 0))
            .where(
                or_(
                    Person.phone.in_([phone for phone in phones if phone]),
                    Person.email.in_([email for email in emails if email]),
                    Person.folded_name.in_({name.key for name in names}),
                )
            )
            .order_by(Registration.id)
        )
        for registration, phone, email, *parts in rows:
            self.add_registration(registration, phone, fold_name(PersonName(*parts)), email)

    def add_registration(self, registration: Registration, phone: str, name: FoldedName, email: str) -> None:
        """Add a registration; of several with the same phone, address or name the first one added is found."""
        position = len(self.registrations)
        self.registrations.append(registration)
        self.by_phone.setdefault(phone, []).append((name, registration))
        if registration.status in ACTIVE_STATUSES:
            if is_phone_number(phone):
                self.active_by_phone.setdefault(phone, position)
            if email:
                self.active_by_email.setdefault(email, position)
            for spelling in name.spellings:
                self.active_by_spelling.setdefault(spelling, position)
                for father in name.patronymics or [""]:
                    self.active_by_spelling_and_father.setdefault((spelling, father), position)

    def find_same_person(self, phone: str, name: FoldedName) -> Registration | None:
        """Return the first registration, of any status, with this phone and name, and a patronymic that does not differ."""
        return next((found for other, found in self.by_phone.get(phone, []) if name.is_same_as(other)), None)

    def find_likely_duplicate(self, phone: str, name: FoldedName, email: str) -> Registration | None:
        """Return the first active registration with this phone, email address, or name and a patronymic that does not differ.

        Only a phone number matches, not “жоқ”.
        """
        candidates = (self.active_by_phone.get(phone), self.active_by_email.get(email), self.find_active_namesake(name))
        positions = [position for position in candidates if position is not None]
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
    session: Session, seminar: Seminar, person: Person | Applicant, except_person: Person | None = None
) -> Registration | None:
    """Return the first active registration for the seminar that is likely the same person's, of somebody but `except_person`."""
    name = fold_name(person)
    index = RegistrationIndex(session, seminar, [person.phone], [name], [person.email], except_person)
    return index.find_likely_duplicate(person.phone, name, person.email)


def review_likely_duplicate(session: Session, registration: Registration) -> None:
    """Ask the organizer, and alarm the other person, if somebody's changed details are those of another active registration.

    A question that the change has settled is withdrawn.
    """
    found = find_likely_duplicate(session, registration.seminar, registration.person, except_person=registration.person)
    registration.likely_duplicate_of = found
    registration.is_likely_duplicate = registration.is_alert_due = found is not None


def find_certain_duplicate(session: Session, seminar: Seminar, person: Person) -> Registration | None:
    """Return the first active registration for the seminar of the same person, by phone, folded name and patronymic.

    The phone alone is not enough: relatives share one.
    """
    return map_certain_duplicates(session, seminar, [person]).get(person.id)


def map_certain_duplicates(session: Session, seminar: Seminar, people: Collection[Person]) -> dict[int, Registration]:
    """Return what `find_certain_duplicate` finds for each of some people, by person id."""
    if not people:
        return {}
    active = session.scalars(
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.status.in_(ACTIVE_STATUSES))
        .where(Person.phone.in_({person.phone for person in people}))
        .where(Person.folded_name.in_({person.folded_name for person in people}))
        .options(contains_eager(Registration.person))
        .order_by(Registration.id.desc())  # the first one wins
    ).all()
    return {person.id: found for found in active for person in people if is_same_person(found.person, person)}


def is_same_person(one: Person, other: Person) -> bool:
    """Return whether two entries have the same phone and name, and patronymics that don't differ."""
    return one.phone == other.phone and fold_name(one).is_same_as(fold_name(other))


def list_registrations_with_same_details(session: Session, registration: Registration) -> list[Registration]:
    """Return every other active registration for the seminar with the phone, email address or name of somebody, the first ones first.

    Of several with one address only the first is returned.
    """
    person = registration.person
    name = fold_name(person)
    index = RegistrationIndex(session, registration.seminar, [person.phone], [name], [person.email], person)
    found: dict[str, Registration] = {}
    for other in index.registrations:
        is_same_phone = other.person.phone == person.phone and is_phone_number(person.phone)
        is_same_email = bool(person.email) and other.person.email == person.email
        is_alike = is_same_phone or is_same_email or fold_name(other.person).is_same_as(name)
        if other.status in ACTIVE_STATUSES and is_alike:
            found.setdefault(other.person.email or other.person.phone, other)
    return list(found.values())


def build_undecided_clause() -> ColumnElement[bool]:
    """Return the condition that the organizer still has to decide whether a registration is another one's duplicate."""
    return and_(Registration.is_likely_duplicate, Registration.status.in_(ACTIVE_STATUSES))


def select_undecided_count(seminar_ids: Ids) -> ScalarSelect[int]:
    """Return a SELECT of the number of likely duplicates of these seminars about which the organizer has not decided."""
    query = select(func.count()).select_from(Registration)
    return query.where(Registration.seminar_id.in_(seminar_ids), build_undecided_clause()).scalar_subquery()


def confirm_separate_person(session: Session, registration: Registration, now: datetime) -> None:
    """Record that a likely duplicate is another person. Raises StatusChanged when it was decided before."""
    lock_registration(session, registration)
    if not registration.is_likely_duplicate:
        raise StatusChanged
    registration.is_likely_duplicate = False
    session.flush()


def merge_registration(session: Session, registration: Registration, surviving: Registration, now: datetime) -> None:
    """Mark a registration as the same person's as `surviving`, and offer the seat that it may have held to others.

    A cancelled or refused registration can be merged too: its person registered again and was marked under both.
    Raises StatusChanged if the registration is merged already, or `surviving` is not another active one of the seminar.
    """
    lock_registration(session, registration)
    session.refresh(surviving)
    is_mergeable = registration.status != RegistrationStatus.MERGED and surviving.status in ACTIVE_STATUSES
    if not is_mergeable or surviving.seminar_id != registration.seminar_id or surviving is registration:
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.MERGED, now)
    registration.merged_into, registration.is_likely_duplicate = surviving, False
    if surviving.calendar_version:  # the person's calendar may know the events of either registration
        surviving.calendar_version = max(surviving.calendar_version, registration.calendar_version) + 1
    session.flush()
    redirect_questions(session, registration, surviving)
    offer_free_seats(session, registration.seminar, now)


def redirect_questions(session: Session, merged: Registration, surviving: Registration) -> None:
    """Point the open questions about a merged registration to the surviving one."""
    if surviving.likely_duplicate_of is merged:
        surviving.is_likely_duplicate = False
    session.execute(
        update(Registration)
        .where(Registration.likely_duplicate_of_id == merged.id, Registration.is_likely_duplicate)
        .where(Registration.id != surviving.id)
        .values(likely_duplicate_of_id=surviving.id)
    )
    session.flush()


def unmerge_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Undo a merge: the registration becomes a likely duplicate of the surviving one, with the status that a newcomer gets.

    A walk-in gets a seat at once. Raises SeminarFull, and StatusChanged when the registration is not merged.
    """
    lock_registration(session, registration)
    if registration.status != RegistrationStatus.MERGED:
        raise StatusChanged
    surviving, seats = registration.merged_into, SeatCounter(session, registration.seminar, now)
    is_walk_in = registration.walk_in_id is not None
    seats.assign_status(registration, RegistrationStatus.REGISTERED if is_walk_in else seats.determine_initial_status())
    registration.likely_duplicate_of, registration.is_likely_duplicate = surviving, True
    session.flush()

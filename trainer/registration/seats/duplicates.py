"""Whether somebody is registered already: the same phone, names that fold to the same; merging and taking it back."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from trainer.language.collation import fold_name
from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.seminars.models import Seminar

MAX_LISTED_DUPLICATES = 50  # on one page; the next appear as these are decided


def find_likely_duplicate(
    session: Session, seminar: Seminar, surname: str, given_name: str, phone: str
) -> Registration | None:
    """Find a registration for this seminar that likely is the same person's: same phone, or a name that folds to the same."""
    folded = Person.folded_name == fold_name(surname, given_name)
    return find_first_active_registration(session, seminar, or_(Person.phone == phone, folded) if phone else folded)


def find_certain_duplicate(session: Session, seminar: Seminar, person: Person) -> Registration | None:
    """Find a registration for this seminar of the same name and the same phone; relatives share a phone, not a name."""
    return find_first_active_registration(
        session, seminar, (Person.phone == person.phone) & (Person.folded_name == person.folded_name)
    )


def find_first_active_registration(
    session: Session, seminar: Seminar, condition: ColumnElement[bool]
) -> Registration | None:
    """The first live registration for a seminar whose person meets the condition."""
    return session.scalar(
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.status.in_(ACTIVE_STATUSES), condition)
        .order_by(Registration.id)
        .limit(1)
    )


def list_registrations_in_status(session: Session, seminar: Seminar, status: RegistrationStatus) -> list[Registration]:
    """Give registrations that are somebody's second, with the first of each, sorted by name."""
    wanted = select(Registration).join(Registration.person)
    wanted = wanted.where(Registration.seminar_id == seminar.id, Registration.status == status)
    others = [
        joinedload(each).joinedload(Registration.person)
        for each in (Registration.likely_duplicate_of, Registration.merged_into)
    ]
    loaded = wanted.options(contains_eager(Registration.person), *others)
    return list(session.scalars(loaded.order_by(Person.sort_key, Registration.id).limit(MAX_LISTED_DUPLICATES)))


def list_registrations_by_id(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Give registrations of a seminar by their numbers, the earliest first."""
    wanted = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    return list(session.scalars(wanted.options(joinedload(Registration.person)).order_by(Registration.id)))

"""Likely duplicates and merged registrations as the organizer compares them: each with the other one of its pair."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from trainer.people.models import Person
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.duplicates import build_undecided_clause
from trainer.seminars.models import Seminar

MAX_LISTED_DUPLICATES = 50  # on one page; the next ones appear as these are decided


def list_likely_duplicates(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the undecided likely duplicates of a seminar; see `list_pairs`."""
    return list_pairs(session, seminar, build_undecided_clause())


def list_merged_registrations(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the merged registrations of a seminar; see `list_pairs`."""
    return list_pairs(session, seminar, Registration.status == RegistrationStatus.MERGED)


def list_pairs(session: Session, seminar: Seminar, condition: ColumnElement[bool]) -> list[Registration]:
    """Return registrations of a seminar by name, at most MAX_LISTED_DUPLICATES.

    The registrations that they duplicate or were merged into are loaded with them.
    """
    statement = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, condition)
        .options(
            contains_eager(Registration.person),
            joinedload(Registration.likely_duplicate_of).joinedload(Registration.person),
            joinedload(Registration.merged_into).joinedload(Registration.person),
        )
        .order_by(Person.sort_key, Registration.id)
    )
    return list(session.scalars(statement.limit(MAX_LISTED_DUPLICATES)))


def map_likely_duplicates(session: Session, seminar: Seminar) -> dict[int, int | None]:
    """Return the id of the registration that each undecided duplicate of a seminar duplicates, by id of the duplicate."""
    statement = select(Registration.id, Registration.likely_duplicate_of_id).where(
        Registration.seminar_id == seminar.id, build_undecided_clause()
    )
    return {row[0]: row[1] for row in session.execute(statement.order_by(Registration.id))}

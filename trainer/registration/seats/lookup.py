"""Finding registrations by token, by form and by person."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, STATUSES_WITHOUT_PAGE, Registration
from trainer.seminars.models import Seminar


def find_registration_by_token(session: Session, token: str) -> Registration | None:
    """Return the registration whose personal page has this token; None for duplicates and merged ones, which have no page.

    The person and the seminar are loaded with it.
    """
    statement = select(Registration).where(
        Registration.token == token, Registration.status.not_in(STATUSES_WITHOUT_PAGE)
    )
    return session.scalar(statement.options(joinedload(Registration.person), joinedload(Registration.seminar)))


def find_registration_by_nonce(session: Session, seminar: Seminar, nonce: str) -> Registration | None:
    """Return the registration that an earlier submission of the same form created, or None."""
    return session.scalar(
        select(Registration).where(Registration.nonce == nonce, Registration.seminar_id == seminar.id)
    )


def map_active_registrations(session: Session, person: Person) -> dict[int, Registration]:
    """Return a person's active registrations by seminar id; there is at most one for each seminar."""
    statement = select(Registration).where(
        Registration.person_id == person.id, Registration.status.in_(ACTIVE_STATUSES)
    )
    return {registration.seminar_id: registration for registration in session.scalars(statement)}

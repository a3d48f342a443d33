"""Finding registrations by token, by form and by person."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.seminars.models import Seminar


def find_registration_by_token(session: Session, token: str, *options: ORMOption) -> Registration | None:
    """Return the registration whose personal page has this token, or None.

    Person, seminar and project are loaded with it, and what `options` name.
    """
    statement = select(Registration).where(Registration.token == token)
    activity = joinedload(Registration.seminar).joinedload(Seminar.activity)
    project = activity.joinedload(Activity.task).joinedload(Task.project)
    statement = statement.options(joinedload(Registration.person), project, *options)
    return session.scalars(statement).unique().one_or_none()


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


def list_registrations_by_id(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Return the registrations of a seminar with these ids, the earliest first; unknown ids are left out."""
    statement = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    return list(session.scalars(statement.options(joinedload(Registration.person)).order_by(Registration.id)))

"""Participants: the registered people of a seminar or of all seminars of a project."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.people.models import Person
from trainer.registration.models import (
    Consent,
    Registration,
    RegistrationStatus,
)
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_project_seminar_ids


def list_participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the registered people of a seminar in Kazakh alphabetical order, with persons and consents loaded."""
    return list(session.scalars(select_participants().where(Registration.seminar_id == seminar.id)))


def list_participant_ids(session: Session, seminar: Seminar) -> list[int]:
    """Return the ids of the registrations of `list_participants` in the same order, in a tenth of the time."""
    query = select(Registration.id).join(Registration.person).order_by(Person.sort_key, Registration.id)
    is_participant = Registration.status == RegistrationStatus.REGISTERED
    return list(session.scalars(query.where(Registration.seminar_id == seminar.id, is_participant)))


def map_people(session: Session, registration_ids: Sequence[int]) -> dict[int, Registration]:
    """Return registrations by id with their persons loaded."""
    query = select(Registration).where(Registration.id.in_(registration_ids)).options(joinedload(Registration.person))
    return {registration.id: registration for registration in session.scalars(query)}


def describe_participant(registration: Registration) -> str:
    """Return the texts by which a participant is found in a list."""
    person = registration.person
    return f"{person.full_name} {person.workplace} {person.phone} {person.email}"


def list_project_participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Return the registered people of all seminars of the same project, with the sessions of their seminars loaded."""
    loading = joinedload(Registration.seminar).selectinload(Seminar.sessions)
    return list(
        session.scalars(
            select_participants()
            .where(Registration.seminar_id.in_(select_project_seminar_ids(seminar)))
            .options(loading)
        )
    )


def select_participants() -> Select[Registration]:
    """Return a query for registered people in Kazakh alphabetical order that loads persons and consents."""
    statement = (
        select(Registration).join(Registration.person).where(Registration.status == RegistrationStatus.REGISTERED)
    )
    loading = (joinedload(Registration.person), selectinload(Registration.consents).joinedload(Consent.text))
    return statement.order_by(Person.sort_key, Registration.id).options(*loading)

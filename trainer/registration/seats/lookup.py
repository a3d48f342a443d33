"""Finding registrations by token, by form and by person."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.registration.models import ACTIVE_STATUSES, Consent, Registration
from trainer.seminars.models import Seminar, SeminarSession


def find_registration_by_token(session: Session, token: str, with_consents: bool = False) -> Registration | None:
    """Return the registration whose personal page has this token, or None.

    Person, seminar and project are loaded with it, on request its consents with their texts too.
    """
    return session.scalars(build_personal_page_query(with_consents), {"token": token}).unique().one_or_none()


@cache
def build_personal_page_query(with_consents: bool) -> Select[Any]:
    """Build the query for a registration with its person, seminar and project."""
    activity = joinedload(Registration.seminar, innerjoin=True).joinedload(Seminar.activity, innerjoin=True)
    project = activity.joinedload(Activity.task, innerjoin=True).joinedload(Task.project, innerjoin=True)
    query = select(Registration).where(Registration.token == bindparam("token"))
    query = query.options(joinedload(Registration.person, innerjoin=True), project)
    return query.options(joinedload(Registration.consents).joinedload(Consent.text)) if with_consents else query


def find_registration_by_nonce(session: Session, seminar: Seminar, nonce: str) -> Registration | None:
    """Return the registration that an earlier submission of the same form created, or None."""
    return session.scalar(build_nonce_query(), {"nonce": nonce, "seminar_id": seminar.id})


@cache
def build_nonce_query() -> Select[Registration]:
    """Build the query for the registration that a form created."""
    is_own = Registration.seminar_id == bindparam("seminar_id")
    return select(Registration).where(Registration.nonce == bindparam("nonce"), is_own)


def map_active_registrations(session: Session, person: Person) -> dict[int, Registration]:
    """Return a person's active registrations by seminar id; there is at most one for each seminar."""
    statement = select(Registration).where(
        Registration.person_id == person.id, Registration.status.in_(ACTIVE_STATUSES)
    )
    return {registration.seminar_id: registration for registration in session.scalars(statement)}


def list_siblings_with_tokens(
    session: Session, registration: Registration, now: datetime
) -> list[tuple[Seminar, str | None]]:
    """Return the other announced seminars of the activity that are not over or that the person is registered for.

    With each comes the token of the person's active registration for it, or None. They are ordered by their start. The same
    query loads the sessions of the registration's own seminar.
    """
    values = {
        "activity_id": registration.seminar.activity_id,
        "seminar_id": registration.seminar_id,
        "person_id": registration.person_id,
        "now": now,
    }
    rows = session.execute(build_siblings_query(), values).unique()
    siblings = [
        (seminar, token) for seminar, token in rows if seminar.id != registration.seminar_id and seminar.sessions
    ]
    return sorted(siblings, key=lambda sibling: sibling[0].sessions[0].starts_at)


@cache
def build_siblings_query() -> Select[Seminar, str]:
    """Build the query for seminars of one activity with the tokens of a person's registrations, and for one seminar."""
    own = and_(
        Registration.seminar_id == Seminar.id,
        Registration.person_id == bindparam("person_id"),
        Registration.status.in_(ACTIVE_STATUSES),
    )
    is_coming = Seminar.sessions.any(SeminarSession.ends_at > bindparam("now"))
    is_sibling = and_(Seminar.opened_at.is_not(None), or_(Registration.id.is_not(None), is_coming))
    query = select(Seminar, Registration.token).outerjoin(Registration, own)
    query = query.where(
        Seminar.activity_id == bindparam("activity_id"), or_(Seminar.id == bindparam("seminar_id"), is_sibling)
    )
    return query.options(joinedload(Seminar.sessions))


def list_registrations_by_id(session: Session, seminar: Seminar, ids: Collection[int]) -> list[Registration]:
    """Return the registrations of a seminar with these ids, the earliest first; unknown ids are left out."""
    statement = select(Registration).where(Registration.seminar_id == seminar.id, Registration.id.in_(ids))
    return list(session.scalars(statement.options(joinedload(Registration.person)).order_by(Registration.id)))

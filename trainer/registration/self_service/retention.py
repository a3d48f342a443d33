"""The day on which the data that had to be kept after an erasure may go, and the people whose data wait for it.

Lists of participants prove to the grant giver that a seminar took place. The consent promises that they are kept until the
report of the project is accepted (`Project.retention_end`); the day after, what was left of the person is erased.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import ScalarSelect, distinct, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_seminar_ids


@dataclass(frozen=True)
class ErasureRequest:
    """A request whose rest waits: the person's latest registration, and the day from which the rest may be erased."""

    registration: Registration
    due_on: date

    @property
    def person(self) -> Person:
        """Return the person who asked."""
        return self.registration.person


def compute_erasure_day(registrations: Iterable[Registration]) -> date:
    """Return the first day on which nothing of these registrations, one at least, has to be kept any more.

    A seminar after the presumed end of its project's report is not over before its last day.
    """
    seminars = [registration.seminar for registration in registrations]
    days = [day for seminar in seminars for day in (seminar.project.retention_end, *seminar.days)]
    return max(days) + timedelta(days=1)


def list_erasure_requests(session: Session, project_ids: Collection[int] | None = None) -> list[ErasureRequest]:
    """Return the requests for erasure of which a rest is left, in the order in which they are due; of some projects or of all."""
    project = (
        joinedload(Registration.seminar).joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    )
    sessions = joinedload(Registration.seminar).selectinload(Seminar.sessions)
    statement = (
        select(Registration)
        .join(Registration.person)
        .where(Person.erasure_requested_at.is_not(None), Person.erased_at.is_(None))
        .options(joinedload(Registration.person), project, sessions)
        .order_by(Registration.person_id, Registration.id)
    )
    if project_ids is not None:
        own = select(Registration.person_id).where(Registration.seminar_id.in_(select_seminar_ids(*project_ids)))
        statement = statement.where(Registration.person_id.in_(own))
    people = groupby(session.scalars(statement), lambda registration: registration.person_id)
    requests = []
    for registrations in (list(group) for _person_id, group in people):
        shown = [each for each in registrations if project_ids is None or each.seminar.project.id in project_ids]
        requests.append(ErasureRequest(shown[-1], compute_erasure_day(registrations)))
    return sorted(requests, key=lambda request: (request.due_on, request.registration.id))


def select_erasure_request_count(project_id: int) -> ScalarSelect[int]:
    """Return a SELECT of the number of requests for erasure in a project of which a rest is left."""
    query = select(func.count(distinct(Person.id))).join(Registration, Registration.person_id == Person.id)
    own = Registration.seminar_id.in_(select_seminar_ids(project_id))
    return query.where(own, Person.erasure_requested_at.is_not(None), Person.erased_at.is_(None)).scalar_subquery()


def list_due_erasures(session: Session, now: datetime) -> list[ErasureRequest]:
    """Return the requests whose rest may be erased today, in the time zone of the project."""
    return [
        request
        for request in list_erasure_requests(session)
        if now.astimezone(request.registration.seminar.zone).date() >= request.due_on
    ]

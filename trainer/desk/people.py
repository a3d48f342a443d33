"""The people of a project: who they are, what they registered for, what they agreed to, and their certificates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import Session, joinedload

from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.issuing.register import list_certificates_of_registrations
from trainer.people.models import Person
from trainer.projects.models import Activity, Project, Task
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.desk.search import (
    build_search_conditions,
    build_search_rank,
    find_similar_names,
    parse_search_query,
)
from trainer.registration.models import ACTIVE_STATUSES, UNLISTED_STATUSES, ConsentPurpose, Registration
from trainer.registration.seats.duplicates import build_undecided_clause
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_seminar_ids
from trainer.web.paging import Portion, count_pages


class PeopleFilter(StrEnum):
    """Which people are listed: those with a registration about which this is to be settled."""

    DUPLICATES = "duplicates"
    WITHOUT_CONSENT = "no-consent"
    WITHOUT_PHOTOS = "no-photos"


@dataclass(frozen=True)
class PersonRow:
    """A person with their registrations, the latest first, and their certificates in force by registration id."""

    person: Person
    registrations: Sequence[Registration]
    certificates: dict[int, IssuedCertificate]
    has_consent: bool
    agrees_to_photos: bool
    is_likely_duplicate: bool


@dataclass(frozen=True)
class PeoplePage:
    """One page of people. `are_similar` if nobody has what was searched for: then they have similar names."""

    portion: Portion[PersonRow]
    are_similar: bool = False


def build_listed_clause(projects: Sequence[Project]) -> ColumnElement[bool]:
    """Return the condition that a registration belongs to one of these projects and stands on the organizer's list."""
    seminar_ids = select_seminar_ids(*(project.id for project in projects))
    return Registration.seminar_id.in_(seminar_ids) & Registration.status.not_in(UNLISTED_STATUSES)


def build_filter_clause(filter_: PeopleFilter | None) -> list[ColumnElement[bool]]:
    """Return the conditions on a registration under a filter."""
    is_active = Registration.status.in_(ACTIVE_STATUSES)
    clauses = {
        PeopleFilter.DUPLICATES: [build_undecided_clause()],
        PeopleFilter.WITHOUT_CONSENT: [is_active, not_(build_given_consent_clause(ConsentPurpose.PERSONAL_DATA))],
        PeopleFilter.WITHOUT_PHOTOS: [is_active, not_(build_given_consent_clause(ConsentPurpose.PHOTO))],
    }
    return clauses[filter_] if filter_ else []


def select_people(projects: Sequence[Project], filter_: PeopleFilter | None, query: str) -> Select[Person]:
    """Return a SELECT of the people of these projects under a filter in whom everything that is searched for occurs."""
    registrations = select(Registration.person_id).where(build_listed_clause(projects), *build_filter_clause(filter_))
    return select(Person).where(Person.id.in_(registrations), *build_search_conditions(parse_search_query(query)))


def count_people(session: Session, projects: Sequence[Project]) -> dict[PeopleFilter | None, int]:
    """Return the number of people of these projects, and under each filter, by one query."""
    filters: list[PeopleFilter | None] = [None, *PeopleFilter]
    counts = [
        select(func.count()).select_from(select_people(projects, filter_, "").subquery()).scalar_subquery()
        for filter_ in filters
    ]
    return dict(zip(filters, session.execute(select(*counts)).one(), strict=True))


def load_people_page(
    session: Session, projects: Sequence[Project], filter_: PeopleFilter | None, query: str, page: int, size: int
) -> PeoplePage:
    """Return one page of people, those with the words as typed first, then by name; a page beyond the last gives the last."""
    selected = select_people(projects, filter_, query)
    total = session.scalar(select(func.count()).select_from(selected.subquery())) or 0
    if not total and query:
        similar = list_similar_people(session, projects, filter_, query)
        return PeoplePage(Portion(build_person_rows(session, projects, similar), len(similar), 1, 1), bool(similar))
    pages = count_pages(total, size)
    page = min(page, pages)
    rank = [build_search_rank(parse_search_query(query))] if query else []
    ordered = selected.order_by(*rank, Person.sort_key, Person.id).offset((page - 1) * size).limit(size)
    people = session.scalars(ordered).all()
    return PeoplePage(Portion(build_person_rows(session, projects, people), total, page, pages))


def list_similar_people(
    session: Session, projects: Sequence[Project], filter_: PeopleFilter | None, query: str
) -> list[Person]:
    """Return the people with nearly the names that are searched for, the nearest first."""
    conditions = [build_listed_clause(projects), *build_filter_clause(filter_)]
    edits = find_similar_names(session, conditions, parse_search_query(query))
    registrations = session.scalars(
        select(Registration).where(Registration.id.in_(edits)).options(joinedload(Registration.person))
    )
    nearest = sorted(registrations, key=lambda each: (edits[each.id], each.person.sort_key))
    return list({registration.person_id: registration.person for registration in nearest}.values())


def build_person_rows(session: Session, projects: Sequence[Project], people: Sequence[Person]) -> list[PersonRow]:
    """Return the rows of these people by three queries."""
    statement = (
        select(
            Registration,
            build_given_consent_clause(ConsentPurpose.PERSONAL_DATA),
            build_given_consent_clause(ConsentPurpose.PHOTO),
            build_undecided_clause(),
        )
        .where(Registration.person_id.in_([person.id for person in people]), build_listed_clause(projects))
        .order_by(Registration.created_at.desc(), Registration.id.desc())
        .options(
            joinedload(Registration.seminar).selectinload(Seminar.sessions),
            joinedload(Registration.seminar)
            .joinedload(Seminar.activity)
            .joinedload(Activity.task)
            .joinedload(Task.project),
        )
    )
    answers: dict[int, list[tuple[Registration, bool, bool, bool]]] = defaultdict(list)
    for registration, has_consent, agrees, is_duplicate in session.execute(statement) if people else ():
        answers[registration.person_id].append((registration, has_consent, agrees, is_duplicate))
    issued = list_certificates_of_registrations(session, [row[0] for rows in answers.values() for row in rows])
    certificates = {
        each.registration_id: each
        for each in issued
        if each.status == CertificateStatus.VALID and each.registration_id is not None
    }
    return [build_person_row(person, answers[person.id], certificates) for person in people]


def build_person_row(
    person: Person,
    registrations: Sequence[tuple[Registration, bool, bool, bool]],
    certificates: dict[int, IssuedCertificate],
) -> PersonRow:
    """Return the row of a person; consents count as given when they are given for all registrations in force."""
    active = [row for row in registrations if row[0].status in ACTIVE_STATUSES] or registrations
    return PersonRow(
        person,
        [row[0] for row in registrations],
        {row[0].id: certificates[row[0].id] for row in registrations if row[0].id in certificates},
        has_consent=all(row[1] for row in active),
        agrees_to_photos=all(row[2] for row in active),
        is_likely_duplicate=any(row[3] for row in registrations),
    )

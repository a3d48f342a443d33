"""The rows and pages of the organizer's list, filtered and ordered in the database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from trainer.people.models import Person
from trainer.people.names import join_names
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.desk.filters import ListOrder, RegistrationFilter
from trainer.registration.desk.search import (
    build_search_conditions,
    build_search_rank,
    find_registration_ids,
    find_similar_names,
    parse_search_query,
)
from trainer.registration.models import (
    UNLISTED_STATUSES,
    ConsentPurpose,
    Registration,
    RegistrationStatus,
)
from trainer.registration.seats.duplicates import build_undecided_clause
from trainer.seminars.models import Seminar
from trainer.web.paging import SearchedPortion, count_pages, paginate_found

Row = TypeVar("Row")
PAGE_SIZE = 100
FETCHED_ROWS = 500
"""How many rows of an export are in memory at once."""


@dataclass(frozen=True)
class RegistrationRow:
    """A registration with its person, as one row of the list and of its exports."""

    id: int
    token: str
    status: str
    created_at: datetime
    offer_expires_at: datetime | None
    surname: str
    given_name: str
    patronymic: str
    phone: str
    email: str
    language: str
    workplace: str
    position: str
    has_confirmed_name: bool
    has_consent: bool
    agrees_to_photos: bool
    is_likely_duplicate: bool
    queue_position: int | None
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Return surname, given name and patronymic."""
        return join_names(self.surname, self.given_name, self.patronymic)


@dataclass(frozen=True)
class RegistrationPage:
    """The rows of one page of the list, and the number of all rows and pages; or the people with similar names."""

    rows: list[RegistrationRow]
    total: int
    page: int
    pages: int
    are_similar: bool = False
    """Nobody has what was searched for; the rows have similar names."""


@dataclass(frozen=True)
class RegistrationCounts:
    """The number of registrations by status, in the order of the enumeration, without zeros; and of undecided duplicates."""

    by_status: dict[RegistrationStatus, int]
    likely_duplicates: int


def count_registrations(session: Session, seminar: Seminar) -> RegistrationCounts:
    """Count the registrations of a seminar."""
    undecided = func.sum(case((build_undecided_clause(), 1), else_=0))
    statement = (
        select(Registration.status, func.count(), undecided)
        .where(Registration.seminar_id == seminar.id)
        .group_by(Registration.status)
    )
    rows = {row[0]: (row[1], row[2]) for row in session.execute(statement)}
    by_status = {status: rows[status][0] for status in RegistrationStatus if status in rows}
    return RegistrationCounts(by_status, sum(row[1] for row in rows.values()))


def get_registration_page(session: Session, seminar: Seminar, filters: RegistrationFilter) -> RegistrationPage:
    """Return one page of the list; a page number beyond the last gives the last page."""
    total = count_filtered_rows(session, seminar, filters)
    if not total:
        similar_rows = list_similar_rows(session, seminar, filters)
        return RegistrationPage(similar_rows, len(similar_rows), 1, 1, are_similar=bool(similar_rows))
    pages = count_pages(total, PAGE_SIZE)
    page = min(filters.page, pages)
    rows = list_registration_rows(session, seminar, filters, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return RegistrationPage(rows, total, page, pages)


def list_registration_rows(
    session: Session, seminar: Seminar, filters: RegistrationFilter, limit: int | None = None, offset: int = 0
) -> list[RegistrationRow]:
    """Return the filtered rows in their order, by one query."""
    statement = build_rows_query(seminar, filters, limit, offset)
    return [RegistrationRow(*row) for row in session.execute(statement)]


def build_rows_query(
    seminar: Seminar, filters: RegistrationFilter, limit: int | None = None, offset: int = 0
) -> Select[Any]:
    """Build the query for the filtered rows in their order.

    Ids are selected first, so that consents and positions are looked up for the returned rows only.
    """
    order = build_list_ordering(filters)
    ids = (
        select(Registration.id)
        .join(Registration.person)
        .where(*build_filter_conditions(seminar, filters))
        .order_by(*order)
    )
    page_ids = ids.limit(limit).offset(offset).subquery()
    statement = select(*build_row_columns()).join(Registration.person).join(page_ids, page_ids.c.id == Registration.id)
    return statement.order_by(*order)


def count_filtered_rows(session: Session, seminar: Seminar, filters: RegistrationFilter) -> int:
    """Return the number of rows of all pages of the list."""
    conditions = build_filter_conditions(seminar, filters)
    statement = select(func.count()).select_from(Registration).join(Registration.person).where(*conditions)
    return session.scalar(statement) or 0


def open_shown_rows(
    session: Session, seminar: Seminar, filters: RegistrationFilter
) -> tuple[int, Iterable[RegistrationRow]]:
    """Return the number of the rows of `list_shown_rows`, and the rows, which are read while they are iterated."""
    count = count_filtered_rows(session, seminar, filters)
    if not count:
        similar_rows = list_similar_rows(session, seminar, filters)
        return len(similar_rows), similar_rows
    statement = build_rows_query(seminar, filters).execution_options(yield_per=FETCHED_ROWS)
    return count, (RegistrationRow(*row) for row in session.execute(statement))


def list_similar_rows(session: Session, seminar: Seminar, filters: RegistrationFilter) -> list[RegistrationRow]:
    """Return the rows that meet the other filters and have nearly the names that are searched for, the nearest first."""
    conditions = build_filter_conditions(seminar, replace(filters, query=""))
    edits = find_similar_names(session, conditions, parse_search_query(filters.query))
    statement = select(*build_row_columns()).join(Registration.person).where(Registration.id.in_(edits))
    rows = [RegistrationRow(*row) for row in session.execute(statement.order_by(Person.sort_key))] if edits else []
    return sorted(rows, key=lambda row: edits[row.id])


def paginate_people(
    session: Session,
    seminar: Seminar,
    registration_ids: Sequence[int],
    load: Callable[[Session, Sequence[int]], Sequence[Row]],
) -> SearchedPortion[Row]:
    """Return the page of the request among people of a seminar, found as in the list of registrations.

    The ids of their registrations are given in order; `load` returns what is shown of those of the page.
    """

    def find(query: str) -> list[int]:
        found_ids = find_registration_ids(session, seminar, query)
        return [registration_id for registration_id in registration_ids if registration_id in found_ids]

    return paginate_found(registration_ids, find, lambda ids: load(session, ids))


def list_shown_rows(session: Session, seminar: Seminar, filters: RegistrationFilter) -> list[RegistrationRow]:
    """Return the rows of all pages of the list, or those with similar names where nobody has what is searched for."""
    return list_registration_rows(session, seminar, filters) or list_similar_rows(session, seminar, filters)


def build_row_columns() -> tuple[Any, ...]:
    """Return the columns of a `RegistrationRow` in the order of its fields."""
    return (
        *(
            Registration.id,
            Registration.token,
            Registration.status,
            Registration.created_at,
            Registration.offer_expires_at,
        ),
        *(Person.surname, Person.given_name, Person.patronymic, Person.phone, Person.email, Person.language),
        *(Person.workplace, Person.position, Person.name_confirmed_at.is_not(None)),
        *(build_given_consent_clause(ConsentPurpose.PERSONAL_DATA), build_given_consent_clause(ConsentPurpose.PHOTO)),
        build_undecided_clause(),
        *(
            case((Registration.status == RegistrationStatus.WAITING, build_queue_position_column())),
            Registration.answers,
        ),
    )


def build_queue_position_column() -> Any:
    """Return a subquery for the position of a registration on the waiting list; the first is 1."""
    other = aliased(Registration)
    statement = select(func.count()).where(
        other.seminar_id == Registration.seminar_id, other.status == RegistrationStatus.WAITING
    )
    return statement.where(other.queue_number <= Registration.queue_number).correlate(Registration).scalar_subquery()


def build_filter_conditions(seminar: Seminar, filters: RegistrationFilter) -> list[ColumnElement[bool]]:
    """Return the conditions that the registrations of a seminar must meet."""
    by_status = Registration.status == filters.state if filters.state else Registration.status.not_in(UNLISTED_STATUSES)
    yes_no_filters: list[tuple[bool | None, ColumnElement[bool]]] = [
        (filters.photo, build_given_consent_clause(ConsentPurpose.PHOTO)),
        (filters.consent, build_given_consent_clause(ConsentPurpose.PERSONAL_DATA)),
        (filters.email, Person.email != ""),
        (filters.confirmed, Person.name_confirmed_at.is_not(None)),
    ]
    by_yes_no = [
        condition if expected else ~condition for expected, condition in yes_no_filters if expected is not None
    ]
    by_query = build_search_conditions(parse_search_query(filters.query))
    return [Registration.seminar_id == seminar.id, by_status, *by_yes_no, *by_query]


def build_list_ordering(filters: RegistrationFilter) -> tuple[Any, ...]:
    """Return the ORDER BY columns of the list; the id makes the order unambiguous.

    Unless an order is chosen, people with the words that are searched for as typed come before those with other spellings.
    """
    columns: dict[ListOrder, tuple[Any, ...]] = {
        ListOrder.NAME: (Person.sort_key,),
        ListOrder.TIME: (Registration.created_at.desc(), Registration.id.desc()),
        ListOrder.QUEUE: (Registration.queue_number.is_(None), Registration.queue_number),
    }
    rank = [] if filters.order or not filters.query else [build_search_rank(parse_search_query(filters.query))]
    return (*rank, *columns[filters.effective_order], Registration.id)

"""Who is on the organizer's list: those with a place for other rooms, and the list that is searched, filtered and turned page by page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from trainer.people.models import Person
from trainer.registration.desk.search import build_search_conditions
from trainer.registration.models import (
    SEAT_HOLDING_STATUSES,
    STATUSES_WITHOUT_PAGE,
    Consent,
    ConsentPurpose,
    ConsentText,
    Registration,
    RegistrationStatus,
)
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_project_seminar_ids

PAGE_SIZE = 100


class ListOrder(StrEnum):
    """How the list is sorted."""

    NAME = "name"
    TIME = "time"
    QUEUE = "queue"


@dataclass(frozen=True)
class RegistrationFilter:
    """Whom the organizer wants to see; what is empty or None does not matter. Without a state: all but likely duplicates."""

    query: str = ""
    state: RegistrationStatus | None = None
    photo: bool | None = None
    email: bool | None = None
    confirmed: bool | None = None
    consent: bool | None = None
    order: ListOrder | None = None
    page: int = 1

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> "RegistrationFilter":
        """Read an address; what it says wrongly is as if it said nothing."""
        page = arguments.get("page", "")
        return cls(
            query=" ".join(arguments.get("query", "").replace("\x00", " ").split())[:100],
            state=RegistrationStatus(arguments["state"])
            if arguments.get("state") in tuple(RegistrationStatus)
            else None,
            order=ListOrder(arguments["order"]) if arguments.get("order") in tuple(ListOrder) else None,
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            **{name: YES_NO.get(arguments.get(name, "")) for name in ("photo", "email", "confirmed", "consent")},
        )

    def to_arguments(self, **changes: Any) -> dict[str, Any]:
        """Give the arguments of an address that says this, or this with changes."""
        values = asdict(replace(self, **changes))
        words = {name: format_argument(value) for name, value in values.items() if value not in (None, "")}
        return {name: word for name, word in words.items() if (name, word) != ("page", "1")}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the state narrows the list or sorts it otherwise."""
        return any(each is not None for each in (self.photo, self.email, self.confirmed, self.consent, self.order))

    @property
    def effective_order(self) -> ListOrder:
        """The order: as asked for, else the waiting list in its own and everything else by name."""
        return self.order or (ListOrder.QUEUE if self.state == RegistrationStatus.WAITING else ListOrder.NAME)


YES_NO = {"yes": True, "no": False}


def format_argument(value: Any) -> str:
    """Write a value of an address."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


@dataclass(frozen=True)
class RegistrationRow:
    """A line of the list: a person, and what the organizer needs to know of the registration."""

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
    queue_position: int | None
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


@dataclass(frozen=True)
class RegistrationPage:
    """A page of the list."""

    rows: list[RegistrationRow]
    total: int
    page_number: int
    page_count: int


def list_participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Everybody who has a place, in the order of the Kazakh alphabet."""
    return list(session.scalars(select_participants().where(Registration.seminar_id == seminar.id)))


def list_project_participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Everybody who has a place in any seminar of the same project, in the order of the Kazakh alphabet."""
    sessions = joinedload(Registration.seminar).selectinload(Seminar.sessions)
    return list(
        session.scalars(
            select_participants()
            .where(Registration.seminar_id.in_(select_project_seminar_ids(seminar)))
            .options(sessions)
        )
    )


def select_participants() -> Select[Registration]:
    """Select those who have a place, with their person and consents, in the order of the Kazakh alphabet."""
    wanted = select(Registration).join(Registration.person).where(Registration.status == RegistrationStatus.REGISTERED)
    loading = (joinedload(Registration.person), selectinload(Registration.consents).joinedload(Consent.text))
    return wanted.order_by(Person.sort_key, Registration.id).options(*loading)


def count_registrations_by_status(session: Session, seminar: Seminar) -> dict[RegistrationStatus, int]:
    """How many registrations stand in each state, in the order of the states; those in which nobody is are left out."""
    counted = (
        select(Registration.status, func.count())
        .where(Registration.seminar_id == seminar.id)
        .group_by(Registration.status)
    )
    numbers = {row[0]: row[1] for row in session.execute(counted)}
    return {state: numbers[state] for state in RegistrationStatus if state in numbers}


def subtract_taken_seats(seminar: Seminar, counts: dict[RegistrationStatus, int]) -> int:
    """The places that are free, from what was counted already; never below zero."""
    return max(0, seminar.capacity - sum(counts.get(each, 0) for each in SEAT_HOLDING_STATUSES))


def get_registration_page(session: Session, seminar: Seminar, filters: RegistrationFilter) -> RegistrationPage:
    """Give one page of the list; a page beyond the last is the last."""
    conditions = build_filter_conditions(seminar, filters)
    counted = select(func.count()).select_from(Registration).join(Registration.person).where(*conditions)
    found = session.scalar(counted) or 0
    pages = max(1, -(-found // PAGE_SIZE))
    page = min(filters.page, pages)
    return RegistrationPage(
        list_registration_rows(session, seminar, filters, PAGE_SIZE, (page - 1) * PAGE_SIZE), found, page, pages
    )


def list_registration_rows(
    session: Session, seminar: Seminar, filters: RegistrationFilter, limit: int | None = None, offset: int = 0
) -> list[RegistrationRow]:
    """Give the lines wanted, in their order, by one query: what a line says is looked up for those that are given only."""
    order = build_list_ordering(filters.effective_order)
    picked = (
        select(Registration.id)
        .join(Registration.person)
        .where(*build_filter_conditions(seminar, filters))
        .order_by(*order)
    )
    chosen = picked.limit(limit).offset(offset).subquery()
    query = select(*build_row_columns()).join(Registration.person).join(chosen, chosen.c.id == Registration.id)
    return [RegistrationRow(*row) for row in session.execute(query.order_by(*order))]


def build_row_columns() -> tuple[Any, ...]:
    """Select what a line says, in its order."""
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
        *(build_consent_condition(ConsentPurpose.PERSONAL_DATA), build_consent_condition(ConsentPurpose.PHOTO)),
        *(
            case((Registration.status == RegistrationStatus.WAITING, build_queue_position_column())),
            Registration.answers,
        ),
    )


def build_queue_position_column() -> Any:
    """Count who stands before somebody on the waiting list, and themselves."""
    other = aliased(Registration)
    before = select(func.count()).where(
        other.seminar_id == Registration.seminar_id, other.status == RegistrationStatus.WAITING
    )
    return before.where(other.queue_number <= Registration.queue_number).correlate(Registration).scalar_subquery()


def build_filter_conditions(seminar: Seminar, filters: RegistrationFilter) -> list[ColumnElement[bool]]:
    """Say which registrations are wanted."""
    stands = (
        Registration.status == filters.state if filters.state else Registration.status.not_in(STATUSES_WITHOUT_PAGE)
    )
    asked: list[tuple[bool | None, ColumnElement[bool]]] = [
        (filters.photo, build_consent_condition(ConsentPurpose.PHOTO)),
        (filters.consent, build_consent_condition(ConsentPurpose.PERSONAL_DATA)),
        (filters.email, Person.email != ""),
        (filters.confirmed, Person.name_confirmed_at.is_not(None)),
    ]
    chosen = [condition if yes else ~condition for yes, condition in asked if yes is not None]
    return [Registration.seminar_id == seminar.id, stands, *chosen, *build_search_conditions(filters.query)]


def build_consent_condition(purpose: ConsentPurpose) -> ColumnElement[bool]:
    """Whether somebody gave a consent and has not withdrawn it."""
    return (
        select(Consent.id)
        .join(Consent.text)
        .where(Consent.registration_id == Registration.id, ConsentText.purpose == purpose)
        .where(Consent.withdrawn_at.is_(None))
        .exists()
    )


def build_list_ordering(order: ListOrder) -> tuple[Any, ...]:
    """Say how to sort."""
    ways: dict[ListOrder, tuple[Any, ...]] = {
        ListOrder.NAME: (Person.sort_key,),
        ListOrder.TIME: (Registration.created_at.desc(), Registration.id.desc()),
        ListOrder.QUEUE: (Registration.queue_number.is_(None), Registration.queue_number),
    }
    return (*ways[order], Registration.id)

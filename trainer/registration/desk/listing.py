"""Who is on the organizer's list: those with a place for other rooms, and the list that is searched, filtered and turned page by page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from trainer.people.models import Person
from trainer.registration.desk.search import matching
from trainer.registration.models import HIDDEN, HOLDING, Consent, ConsentText, Purpose, Registration, State
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import seminars_of_project

PAGE = 100


class Order(StrEnum):
    """How the list is sorted."""

    NAME = "name"
    TIME = "time"
    QUEUE = "queue"


@dataclass(frozen=True)
class Wanted:
    """Whom the organizer wants to see; what is empty or None does not matter. Without a state: all but likely duplicates."""

    query: str = ""
    state: State | None = None
    photo: bool | None = None
    email: bool | None = None
    confirmed: bool | None = None
    consent: bool | None = None
    order: Order | None = None
    page: int = 1

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "Wanted":
        """Read an address; what it says wrongly is as if it said nothing."""
        page = arguments.get("page", "")
        return cls(
            query=" ".join(arguments.get("query", "").replace("\x00", " ").split())[:100],
            state=State(arguments["state"]) if arguments.get("state") in tuple(State) else None,
            order=Order(arguments["order"]) if arguments.get("order") in tuple(Order) else None,
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            **{name: YES_NO.get(arguments.get(name, "")) for name in ("photo", "email", "confirmed", "consent")},
        )

    def written(self, **changes: Any) -> dict[str, Any]:
        """Give the arguments of an address that says this, or this with changes."""
        values = asdict(replace(self, **changes))
        words = {name: word_of(value) for name, value in values.items() if value not in (None, "")}
        return {name: word for name, word in words.items() if (name, word) != ("page", "1")}

    @property
    def filtered(self) -> bool:
        """Whether anything beside the state narrows the list or sorts it otherwise."""
        return any(each is not None for each in (self.photo, self.email, self.confirmed, self.consent, self.order))

    @property
    def sorting(self) -> Order:
        """The order: as asked for, else the waiting list in its own and everything else by name."""
        return self.order or (Order.QUEUE if self.state == State.WAITING else Order.NAME)


YES_NO = {"yes": True, "no": False}


def word_of(value: Any) -> str:
    """Write a value of an address."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


@dataclass(frozen=True)
class Line:
    """A line of the list: a person, and what the organizer needs to know of the registration."""

    id: int
    token: str
    state: str
    created_at: datetime
    offer_until: datetime | None
    surname: str
    given_name: str
    patronymic: str
    phone: str
    email: str
    language: str
    workplace: str
    position: str
    confirmed: bool
    consent: bool
    photo: bool
    queue_place: int | None
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


@dataclass(frozen=True)
class Listing:
    """A page of the list."""

    lines: list[Line]
    found: int
    page: int
    pages: int


def participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Everybody who has a place, in the order of the Kazakh alphabet."""
    return list(session.scalars(holding().where(Registration.seminar_id == seminar.id)))


def participants_of_project(session: Session, seminar: Seminar) -> list[Registration]:
    """Everybody who has a place in any seminar of the same project, in the order of the Kazakh alphabet."""
    sessions = joinedload(Registration.seminar).selectinload(Seminar.sessions)
    return list(
        session.scalars(holding().where(Registration.seminar_id.in_(seminars_of_project(seminar))).options(sessions))
    )


def holding() -> Select[Registration]:
    """Select those who have a place, with their person and consents, in the order of the Kazakh alphabet."""
    wanted = select(Registration).join(Registration.person).where(Registration.state == State.REGISTERED)
    loading = (joinedload(Registration.person), selectinload(Registration.consents).joinedload(Consent.text))
    return wanted.order_by(Person.sort_key, Registration.id).options(*loading)


def counts_by_state(session: Session, seminar: Seminar) -> dict[State, int]:
    """How many registrations stand in each state, in the order of the states; those in which nobody is are left out."""
    counted = (
        select(Registration.state, func.count())
        .where(Registration.seminar_id == seminar.id)
        .group_by(Registration.state)
    )
    numbers = {row[0]: row[1] for row in session.execute(counted)}
    return {state: numbers[state] for state in State if state in numbers}


def places_left(seminar: Seminar, counts: dict[State, int]) -> int:
    """The places that are free, from what was counted already; never below zero."""
    return max(0, seminar.capacity - sum(counts.get(each, 0) for each in HOLDING))


def page_of(session: Session, seminar: Seminar, wanted: Wanted) -> Listing:
    """Give one page of the list; a page beyond the last is the last."""
    conditions = conditions_of(seminar, wanted)
    counted = select(func.count()).select_from(Registration).join(Registration.person).where(*conditions)
    found = session.scalar(counted) or 0
    pages = max(1, -(-found // PAGE))
    page = min(wanted.page, pages)
    return Listing(lines(session, seminar, wanted, PAGE, (page - 1) * PAGE), found, page, pages)


def lines(session: Session, seminar: Seminar, wanted: Wanted, limit: int | None = None, start: int = 0) -> list[Line]:
    """Give the lines wanted, in their order, by one query: what a line says is looked up for those that are given only."""
    order = ordering(wanted.sorting)
    picked = select(Registration.id).join(Registration.person).where(*conditions_of(seminar, wanted)).order_by(*order)
    chosen = picked.limit(limit).offset(start).subquery()
    query = select(*columns()).join(Registration.person).join(chosen, chosen.c.id == Registration.id)
    return [Line(*row) for row in session.execute(query.order_by(*order))]


def columns() -> tuple[Any, ...]:
    """Select what a line says, in its order."""
    return (
        *(Registration.id, Registration.token, Registration.state, Registration.created_at, Registration.offer_until),
        *(Person.surname, Person.given_name, Person.patronymic, Person.phone, Person.email, Person.language),
        *(Person.workplace, Person.position, Person.name_confirmed_at.is_not(None)),
        *(has_consent(Purpose.PERSONAL_DATA), has_consent(Purpose.PHOTO)),
        *(case((Registration.state == State.WAITING, queue_place())), Registration.answers),
    )


def queue_place() -> Any:
    """Count who stands before somebody on the waiting list, and themselves."""
    other = aliased(Registration)
    before = select(func.count()).where(other.seminar_id == Registration.seminar_id, other.state == State.WAITING)
    return before.where(other.queue_number <= Registration.queue_number).correlate(Registration).scalar_subquery()


def conditions_of(seminar: Seminar, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Say which registrations are wanted."""
    stands = Registration.state == wanted.state if wanted.state else Registration.state.not_in(HIDDEN)
    asked: list[tuple[bool | None, ColumnElement[bool]]] = [
        (wanted.photo, has_consent(Purpose.PHOTO)),
        (wanted.consent, has_consent(Purpose.PERSONAL_DATA)),
        (wanted.email, Person.email != ""),
        (wanted.confirmed, Person.name_confirmed_at.is_not(None)),
    ]
    chosen = [condition if yes else ~condition for yes, condition in asked if yes is not None]
    return [Registration.seminar_id == seminar.id, stands, *chosen, *matching(wanted.query)]


def has_consent(purpose: Purpose) -> ColumnElement[bool]:
    """Whether somebody gave a consent and has not withdrawn it."""
    return (
        select(Consent.id)
        .join(Consent.text)
        .where(Consent.registration_id == Registration.id, ConsentText.purpose == purpose)
        .where(Consent.withdrawn_at.is_(None))
        .exists()
    )


def ordering(order: Order) -> tuple[Any, ...]:
    """Say how to sort."""
    ways: dict[Order, tuple[Any, ...]] = {
        Order.NAME: (Person.sort_key,),
        Order.TIME: (Registration.created_at.desc(), Registration.id.desc()),
        Order.QUEUE: (Registration.queue_number.is_(None), Registration.queue_number),
    }
    return (*ways[order], Registration.id)

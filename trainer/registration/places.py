"""Who gets a place: registering, the same form sent twice, the same person once more, and the last place."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.language.names import fold_name
from trainer.people.models import Person
from trainer.registration.models import Consent, Registration, State
from trainer.seminars.models import Seminar
from trainer.seminars.opening import is_open


class RegistrationClosed(Exception):
    """Nobody can register for this seminar now."""


class SeminarFull(RegistrationClosed):
    """All places are taken."""


@dataclass(frozen=True)
class Applicant:
    """What somebody typed into the form."""

    surname: str
    given_name: str
    patronymic: str
    phone: str
    email: str
    workplace: str
    position: str
    language: str


def new_token() -> str:
    """Make an unguessable text of 256 bits for an address or a form."""
    return secrets.token_urlsafe(32)


def take_place(session: Session, seminar: Seminar, applicant: Applicant, nonce: str, now: datetime) -> Registration:
    """Register the applicant, or give the registration that the same form made before.

    A likely duplicate (same phone, or a name that folds to the same) is kept for the organizer in the state `duplicate` and takes no place.
    Raises RegistrationClosed and SeminarFull.
    """
    repeated = registration_of_form(session, seminar, nonce)
    if repeated is not None:
        return repeated
    lock(session, seminar)
    repeated = registration_of_form(session, seminar, nonce)  # the other of two taps may have come first
    if repeated is not None:
        return repeated
    if not is_open(seminar, now):
        raise RegistrationClosed
    same = likely_same(session, seminar, applicant)
    if same is None and places_left(session, seminar) <= 0:
        raise SeminarFull
    registration = Registration(
        person=person_of(applicant, now),
        seminar=seminar,
        token=new_token(),
        nonce=nonce,
        created_at=now,
        state=State.REGISTERED if same is None else State.DUPLICATE,
        likely_same_as=same,
    )
    session.add(registration)
    session.flush()
    return registration


def take_further_place(session: Session, person: Person, seminar: Seminar, now: datetime) -> Registration:
    """Register a person whom we know by the personal page, with nothing typed again; twice gives the same registration."""
    lock(session, seminar)
    there = registrations_of(session, person).get(seminar.id)
    if there is not None:
        return there
    if not is_open(seminar, now):
        raise RegistrationClosed
    if places_left(session, seminar) <= 0:
        raise SeminarFull
    registration = Registration(
        person=person, seminar=seminar, token=new_token(), nonce=new_token(), created_at=now, state=State.REGISTERED
    )
    session.add(registration)
    session.flush()
    return registration


def lock(session: Session, seminar: Seminar) -> None:
    """Let one at a time count the seminar's places (SQLite's writing transactions stand in a row anyway)."""
    session.execute(select(Seminar.id).where(Seminar.id == seminar.id).with_for_update())


def person_of(applicant: Applicant, now: datetime) -> Person:
    """Make the person whom the form describes."""
    return Person(
        surname=applicant.surname,
        given_name=applicant.given_name,
        patronymic=applicant.patronymic,
        phone=applicant.phone,
        email=applicant.email,
        workplace=applicant.workplace,
        position=applicant.position,
        language=applicant.language,
        created_at=now,
    )


def registration_of_form(session: Session, seminar: Seminar, nonce: str) -> Registration | None:
    """Find what this very form made before."""
    return session.scalar(
        select(Registration).where(Registration.nonce == nonce, Registration.seminar_id == seminar.id)
    )


def likely_same(session: Session, seminar: Seminar, applicant: Applicant) -> Registration | None:
    """Find a registration for this seminar that likely is the same person's: same phone, or a name that folds to the same."""
    folded = fold_name(applicant.surname, applicant.given_name)
    return session.scalar(
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.state == State.REGISTERED)
        .where(or_(Person.phone == applicant.phone, Person.folded_name == folded))
        .order_by(Registration.id)
        .limit(1)
    )


def places_taken(session: Session, seminar: Seminar) -> int:
    """Count the places taken."""
    counted = select(func.count()).where(Registration.seminar_id == seminar.id, Registration.state == State.REGISTERED)
    return session.scalar(counted) or 0


def places_left(session: Session, seminar: Seminar) -> int:
    """Count the places that are free; never below zero."""
    return max(0, seminar.capacity - places_taken(session, seminar))


def find_registration(session: Session, token: str) -> Registration | None:
    """Find the registration of a personal page; likely duplicates and cancelled ones have none."""
    wanted = select(Registration).where(Registration.token == token, Registration.state == State.REGISTERED)
    return session.scalar(wanted.options(joinedload(Registration.person), joinedload(Registration.seminar)))


def participants(session: Session, seminar: Seminar) -> list[Registration]:
    """Everybody who has a place, in the order of the Kazakh alphabet."""
    return listed(session, seminar, State.REGISTERED)


def likely_duplicates(session: Session, seminar: Seminar) -> list[Registration]:
    """Registrations that wait for the organizer to say whether they are somebody else."""
    return listed(session, seminar, State.DUPLICATE)


def listed(session: Session, seminar: Seminar, state: State) -> list[Registration]:
    """The registrations in a state, sorted by name."""
    wanted = (
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.state == state)
    )
    loading = (joinedload(Registration.person), selectinload(Registration.consents).joinedload(Consent.text))
    return list(session.scalars(wanted.order_by(Person.sort_key, Registration.id).options(*loading)))


def settle_duplicate(session: Session, registration: Registration, is_other: bool) -> None:
    """Give a likely duplicate its own place because it is somebody else, or cancel it. Raises SeminarFull."""
    lock(session, registration.seminar)
    if registration.state != State.DUPLICATE:
        return
    if is_other and places_left(session, registration.seminar) <= 0:
        raise SeminarFull
    registration.state = State.REGISTERED if is_other else State.CANCELLED


def counts(session: Session) -> dict[int, int]:
    """Places taken by seminar, for lists."""
    rows = session.execute(
        select(Registration.seminar_id, func.count())
        .where(Registration.state == State.REGISTERED)
        .group_by(Registration.seminar_id)
    )
    return {row[0]: row[1] for row in rows}


def registrations_of(session: Session, person: Person) -> dict[int, Registration]:
    """A person's registrations by seminar."""
    wanted = select(Registration).where(Registration.person_id == person.id, Registration.state == State.REGISTERED)
    return {each.seminar_id: each for each in session.scalars(wanted)}

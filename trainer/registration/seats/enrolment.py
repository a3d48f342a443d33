"""Who gets a place: registering, the same form sent twice, the last place, approval, cancelling, coming back."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.registration.models import HIDDEN, LIVE, Registration, State
from trainer.registration.seats.duplicates import certainly_same, likely_same
from trainer.registration.seats.waiting_list import (
    StateChanged,
    lapse_offers,
    lock,
    locked,
    move,
    next_queue_number,
    offer_places,
    overdue,
    places_left,
    waiting_people,
)
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_open


class RegistrationClosed(Exception):
    """Nobody can register for this seminar now."""


class SeminarFull(RegistrationClosed):
    """All places are taken, and there is no waiting list."""


class TooLate(Exception):
    """The time in which trainees change or cancel by themselves is over."""


class Prospect(StrEnum):
    """What somebody who registers now may expect."""

    PLACE = "place"
    APPROVAL = "approval"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    CLOSED = "closed"


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


def new_pass_code() -> str:
    """Make the code of a pass: 128 random bits in base32."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def take_place(
    session: Session,
    seminar: Seminar,
    applicant: Applicant,
    nonce: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
) -> Registration:
    """Register the applicant, or put them on the waiting list, or give the registration that the same form made before.

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
    same = likely_same(session, seminar, applicant.surname, applicant.given_name, applicant.phone)
    return enter(session, seminar, person_of(applicant, now), same, now, nonce, answers or {})


def take_further_place(session: Session, person: Person, seminar: Seminar, now: datetime) -> Registration:
    """Register a person whom we know by the personal page, with nothing typed again; twice gives the same registration.

    Somebody of the same name and the same phone who is there already is the same person, so the organizer is asked to merge.
    Raises RegistrationClosed and SeminarFull.
    """
    lock(session, seminar)
    there = registrations_of(session, person).get(seminar.id)
    if there is not None:
        return there
    if not is_open(seminar, now):
        raise RegistrationClosed
    return enter(session, seminar, person, certainly_same(session, seminar, person), now, new_token(), {})


def prospect(session: Session, seminar: Seminar, now: datetime) -> Prospect:
    """Say what somebody who registers now may expect."""
    return prospect_of(seminar, places_left(session, seminar), waiting_people(session, seminar), now)


def prospect_of(seminar: Seminar, left: int, waiting: int, now: datetime) -> Prospect:
    """Say what one may expect of a seminar with so many places left; free places are for those who wait."""
    if not is_open(seminar, now):
        return Prospect.CLOSED
    if seminar.needs_approval:
        return Prospect.APPROVAL
    if left > waiting:
        return Prospect.PLACE
    return Prospect.WAITING_LIST if seminar.has_waiting_list else Prospect.FULL


def enter(
    session: Session,
    seminar: Seminar,
    person: Person,
    same: Registration | None,
    now: datetime,
    nonce: str,
    answers: dict[str, Any],
) -> Registration:
    """Write the registration; the seminar is locked."""
    state = State.DUPLICATE if same else first_state(session, seminar, now)
    registration = made(person, seminar, same, state, now, nonce, answers)
    if registration.state == State.WAITING:
        registration.queue_number = next_queue_number(session, seminar)
    session.add(registration)
    session.flush()
    return registration


def made(
    person: Person,
    seminar: Seminar,
    same: Registration | None,
    state: State,
    now: datetime,
    nonce: str,
    answers: dict[str, Any],
) -> Registration:
    """Make a registration in a state, with its token and the code of its pass."""
    registration = Registration(
        person=person,
        seminar=seminar,
        token=new_token(),
        pass_code=new_pass_code(),
        nonce=nonce,
        answers=answers,
        created_at=now,
        likely_same_as=same,
    )
    move(registration, state, now)
    return registration


def first_state(session: Session, seminar: Seminar, now: datetime) -> State:
    """Say where a newcomer stands: who waits already goes first. Raises SeminarFull."""
    if seminar.needs_approval:
        return State.APPLIED
    return accepted_state(session, seminar, now)


def accepted_state(session: Session, seminar: Seminar, now: datetime) -> State:
    """Say where somebody whom nothing else holds back stands: in a place, or on the waiting list. Raises SeminarFull."""
    offer_places(session, seminar, now)
    if places_left(session, seminar) > 0:
        return State.REGISTERED
    if not seminar.has_waiting_list:
        raise SeminarFull
    return State.WAITING


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


def rejoin(session: Session, registration: Registration, now: datetime) -> None:
    """Come back after a lapsed offer or a cancellation: to a free place, else to the end of the waiting list.

    Raises RegistrationClosed, SeminarFull, and StateChanged for one that the organizer refused or whose person asked to be erased.
    """
    locked(session, registration)
    if overdue(registration, now):
        lapse_offers(session, registration.seminar, now)
    if registration.state in LIVE:
        return
    if (
        registration.state not in (State.LAPSED, State.CANCELLED)
        or registration.person.erasure_requested_at is not None
    ):
        raise StateChanged
    if not is_open(registration.seminar, now):
        raise RegistrationClosed
    there = registrations_of(session, registration.person).get(registration.seminar_id)
    if there is not None:
        raise StateChanged
    place(session, registration, first_state(session, registration.seminar, now), now)


def place(session: Session, registration: Registration, state: State, now: datetime) -> None:
    """Bring a registration to the state; on the waiting list it stands at the end."""
    move(registration, state, now)
    if state == State.WAITING:
        registration.queue_number = next_queue_number(session, registration.seminar)
    session.flush()


def change_until(seminar: Seminar) -> datetime | None:
    """Until when trainees change or cancel by themselves."""
    return seminar.starts_at - timedelta(hours=seminar.change_hours) if seminar.starts_at else None


def may_change(seminar: Seminar, now: datetime) -> bool:
    """Whether trainees may still change or cancel by themselves."""
    until = change_until(seminar)
    return until is None or now < until


def cancel(session: Session, registration: Registration, now: datetime) -> None:
    """Give up the place, the offer or the wish for one, as the trainee; the next is asked. Raises TooLate."""
    locked(session, registration)
    if registration.state not in LIVE:
        return
    if not may_change(registration.seminar, now):
        raise TooLate
    leave(session, registration, State.CANCELLED, now)


def leave(session: Session, registration: Registration, state: State, now: datetime) -> None:
    """Bring a registration to a state without a place and ask the next on the waiting list; the seminar is locked."""
    move(registration, state, now)
    session.flush()
    offer_places(session, registration.seminar, now)


def approve(session: Session, registration: Registration, now: datetime) -> None:
    """Accept somebody, as the organizer: into a place, else onto the waiting list. Raises SeminarFull."""
    locked(session, registration)
    if registration.state in (State.REGISTERED, State.WAITING, State.OFFERED):
        return
    place(session, registration, accepted_state(session, registration.seminar, now), now)


def refuse(session: Session, registration: Registration, now: datetime) -> None:
    """Turn somebody down, as the organizer."""
    locked(session, registration)
    leave(session, registration, State.REFUSED, now)


def find_registration(session: Session, token: str) -> Registration | None:
    """Find the registration of a personal page; likely duplicates have none."""
    wanted = select(Registration).where(Registration.token == token, Registration.state.not_in(HIDDEN))
    return session.scalar(wanted.options(joinedload(Registration.person), joinedload(Registration.seminar)))


def counts(session: Session) -> dict[int, int]:
    """Places taken by seminar, for lists."""
    rows = session.execute(
        select(Registration.seminar_id, func.count())
        .where(Registration.state == State.REGISTERED)
        .group_by(Registration.seminar_id)
    )
    return {row[0]: row[1] for row in rows}


def registrations_of(session: Session, person: Person) -> dict[int, Registration]:
    """A person's live registrations by seminar."""
    wanted = select(Registration).where(Registration.person_id == person.id, Registration.state.in_(LIVE))
    return {each.seminar_id: each for each in session.scalars(wanted)}


def settle_as_other(session: Session, registration: Registration, now: datetime) -> None:
    """Treat a likely duplicate as a person of its own; who came without registering stands in the hall and has a place.

    Raises SeminarFull, and StateChanged when somebody decided before.
    """
    locked(session, registration)
    if registration.state != State.DUPLICATE:
        raise StateChanged
    came = registration.walk_in_id is not None
    place(session, registration, State.REGISTERED if came else first_state(session, registration.seminar, now), now)


def merge(session: Session, registration: Registration, kept: Registration, now: datetime) -> None:
    """Say that a registration is the same person's as another one of the seminar; its place, if it held one, is free again.

    Raises StateChanged when either is no longer what the organizer saw.
    """
    locked(session, registration)
    session.refresh(kept)
    mergeable = registration.state in (State.DUPLICATE, *LIVE) and kept.state in LIVE
    if not mergeable or kept.seminar_id != registration.seminar_id or kept is registration:
        raise StateChanged
    move(registration, State.MERGED, now)
    registration.merged_into = kept
    session.flush()
    offer_places(session, registration.seminar, now)


def unmerge(session: Session, registration: Registration, now: datetime) -> None:
    """Take a merge back: the registration is a likely duplicate again, to decide on anew."""
    locked(session, registration)
    if registration.state != State.MERGED:
        raise StateChanged
    registration.likely_same_as = registration.merged_into
    move(registration, State.DUPLICATE, now)
    session.flush()

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
from trainer.registration.models import ACTIVE_STATUSES, STATUSES_WITHOUT_PAGE, Registration, RegistrationStatus
from trainer.registration.seats.duplicates import find_certain_duplicate, find_likely_duplicate
from trainer.registration.seats.waiting_list import (
    count_free_seats,
    count_waiting_people,
    expire_offers,
    get_next_queue_number,
    is_offer_expired,
    lock_registration,
    offer_free_seats,
    set_registration_status,
)
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open


class RegistrationClosed(Exception):
    """Nobody can register for this seminar now."""


class SeminarFull(RegistrationClosed):
    """All places are taken, and there is no waiting list."""


class ChangeDeadlinePassed(Exception):
    """The time in which trainees change or cancel by themselves is over."""


class RegistrationOutcome(StrEnum):
    """What somebody who registers now may expect."""

    SEAT = "place"
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


def generate_token() -> str:
    """Make an unguessable text of 256 bits for an address or a form."""
    return secrets.token_urlsafe(32)


def generate_pass_code() -> str:
    """Make the code of a pass: 128 random bits in base32."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def register_applicant(
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
    repeated = find_registration_by_nonce(session, seminar, nonce)
    if repeated is not None:
        return repeated
    lock_seminar(session, seminar)
    repeated = find_registration_by_nonce(session, seminar, nonce)  # the other of two taps may have come first
    if repeated is not None:
        return repeated
    if not is_registration_open(seminar, now):
        raise RegistrationClosed
    same = find_likely_duplicate(session, seminar, applicant.surname, applicant.given_name, applicant.phone)
    return create_registration(session, seminar, build_person(applicant, now), same, now, nonce, answers or {})


def register_known_person(session: Session, person: Person, seminar: Seminar, now: datetime) -> Registration:
    """Register a person whom we know by the personal page, with nothing typed again; twice gives the same registration.

    Somebody of the same name and the same phone who is there already is the same person, so the organizer is asked to merge.
    Raises RegistrationClosed and SeminarFull.
    """
    lock_seminar(session, seminar)
    there = map_active_registrations(session, person).get(seminar.id)
    if there is not None:
        return there
    if not is_registration_open(seminar, now):
        raise RegistrationClosed
    return create_registration(
        session, seminar, person, find_certain_duplicate(session, seminar, person), now, generate_token(), {}
    )


def predict_outcome(session: Session, seminar: Seminar, now: datetime) -> RegistrationOutcome:
    """Say what somebody who registers now may expect."""
    return derive_outcome(seminar, count_free_seats(session, seminar), count_waiting_people(session, seminar), now)


def derive_outcome(seminar: Seminar, free_seats: int, waiting_count: int, now: datetime) -> RegistrationOutcome:
    """Say what one may expect of a seminar with so many places left; free places are for those who wait."""
    if not is_registration_open(seminar, now):
        return RegistrationOutcome.CLOSED
    if seminar.needs_approval:
        return RegistrationOutcome.APPROVAL
    if free_seats > waiting_count:
        return RegistrationOutcome.SEAT
    return RegistrationOutcome.WAITING_LIST if seminar.has_waiting_list else RegistrationOutcome.FULL


def create_registration(
    session: Session,
    seminar: Seminar,
    person: Person,
    duplicate_of: Registration | None,
    now: datetime,
    nonce: str,
    answers: dict[str, Any],
) -> Registration:
    """Write the registration; the seminar is locked."""
    state = RegistrationStatus.DUPLICATE if duplicate_of else determine_initial_status(session, seminar, now)
    registration = build_registration(person, seminar, duplicate_of, state, now, nonce, answers)
    if registration.status == RegistrationStatus.WAITING:
        registration.queue_number = get_next_queue_number(session, seminar)
    session.add(registration)
    session.flush()
    return registration


def build_registration(
    person: Person,
    seminar: Seminar,
    duplicate_of: Registration | None,
    status: RegistrationStatus,
    now: datetime,
    nonce: str,
    answers: dict[str, Any],
) -> Registration:
    """Make a registration in a state, with its token and the code of its pass."""
    registration = Registration(
        person=person,
        seminar=seminar,
        token=generate_token(),
        pass_code=generate_pass_code(),
        nonce=nonce,
        answers=answers,
        created_at=now,
        likely_duplicate_of=duplicate_of,
    )
    set_registration_status(registration, status, now)
    return registration


def determine_initial_status(session: Session, seminar: Seminar, now: datetime) -> RegistrationStatus:
    """Say where a newcomer stands: who waits already goes first. Raises SeminarFull."""
    if seminar.needs_approval:
        return RegistrationStatus.APPLIED
    return determine_accepted_status(session, seminar, now)


def determine_accepted_status(session: Session, seminar: Seminar, now: datetime) -> RegistrationStatus:
    """Say where somebody whom nothing else holds back stands: in a place, or on the waiting list. Raises SeminarFull."""
    offer_free_seats(session, seminar, now)
    if count_free_seats(session, seminar) > 0:
        return RegistrationStatus.REGISTERED
    if not seminar.has_waiting_list:
        raise SeminarFull
    return RegistrationStatus.WAITING


def build_person(applicant: Applicant, now: datetime) -> Person:
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


def find_registration_by_nonce(session: Session, seminar: Seminar, nonce: str) -> Registration | None:
    """Find what this very form made before."""
    return session.scalar(
        select(Registration).where(Registration.nonce == nonce, Registration.seminar_id == seminar.id)
    )


def rejoin_seminar(session: Session, registration: Registration, now: datetime) -> None:
    """Come back after a lapsed offer or a cancellation: to a free place, else to the end of the waiting list.

    Raises RegistrationClosed, SeminarFull, and StatusChanged for one that the organizer refused or whose person asked to be erased.
    """
    lock_registration(session, registration)
    if is_offer_expired(registration, now):
        expire_offers(session, registration.seminar, now)
    if registration.status in ACTIVE_STATUSES:
        return
    if (
        registration.status not in (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.CANCELLED)
        or registration.person.erasure_requested_at is not None
    ):
        raise StatusChanged
    if not is_registration_open(registration.seminar, now):
        raise RegistrationClosed
    there = map_active_registrations(session, registration.person).get(registration.seminar_id)
    if there is not None:
        raise StatusChanged
    set_status_and_queue_number(
        session, registration, determine_initial_status(session, registration.seminar, now), now
    )


def set_status_and_queue_number(
    session: Session, registration: Registration, status: RegistrationStatus, now: datetime
) -> None:
    """Bring a registration to the state; on the waiting list it stands at the end."""
    set_registration_status(registration, status, now)
    if status == RegistrationStatus.WAITING:
        registration.queue_number = get_next_queue_number(session, registration.seminar)
    session.flush()


def find_change_deadline(seminar: Seminar) -> datetime | None:
    """Until when trainees change or cancel by themselves."""
    return seminar.starts_at - timedelta(hours=seminar.change_hours) if seminar.starts_at else None


def can_trainee_change(seminar: Seminar, now: datetime) -> bool:
    """Whether trainees may still change or cancel by themselves."""
    until = find_change_deadline(seminar)
    return until is None or now < until


def cancel_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Give up the place, the offer or the wish for one, as the trainee; the next is asked. Raises ChangeDeadlinePassed."""
    lock_registration(session, registration)
    if registration.status not in ACTIVE_STATUSES:
        return
    if not can_trainee_change(registration.seminar, now):
        raise ChangeDeadlinePassed
    release_seat(session, registration, RegistrationStatus.CANCELLED, now)


def release_seat(session: Session, registration: Registration, status: RegistrationStatus, now: datetime) -> None:
    """Bring a registration to a state without a place and ask the next on the waiting list; the seminar is locked."""
    set_registration_status(registration, status, now)
    session.flush()
    offer_free_seats(session, registration.seminar, now)


def approve_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Accept somebody, as the organizer: into a place, else onto the waiting list. Raises SeminarFull."""
    lock_registration(session, registration)
    if registration.status in (RegistrationStatus.REGISTERED, RegistrationStatus.WAITING, RegistrationStatus.OFFERED):
        return
    set_status_and_queue_number(
        session, registration, determine_accepted_status(session, registration.seminar, now), now
    )


def refuse_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Turn somebody down, as the organizer."""
    lock_registration(session, registration)
    release_seat(session, registration, RegistrationStatus.REFUSED, now)


def find_registration_by_token(session: Session, token: str) -> Registration | None:
    """Find the registration of a personal page; likely duplicates have none."""
    wanted = select(Registration).where(Registration.token == token, Registration.status.not_in(STATUSES_WITHOUT_PAGE))
    return session.scalar(wanted.options(joinedload(Registration.person), joinedload(Registration.seminar)))


def count_registered_by_seminar(session: Session) -> dict[int, int]:
    """Places taken by seminar, for lists."""
    rows = session.execute(
        select(Registration.seminar_id, func.count())
        .where(Registration.status == RegistrationStatus.REGISTERED)
        .group_by(Registration.seminar_id)
    )
    return {row[0]: row[1] for row in rows}


def map_active_registrations(session: Session, person: Person) -> dict[int, Registration]:
    """A person's live registrations by seminar."""
    wanted = select(Registration).where(Registration.person_id == person.id, Registration.status.in_(ACTIVE_STATUSES))
    return {each.seminar_id: each for each in session.scalars(wanted)}


def confirm_separate_person(session: Session, registration: Registration, now: datetime) -> None:
    """Treat a likely duplicate as a person of its own; who came without registering stands in the hall and has a place.

    Raises SeminarFull, and StatusChanged when somebody decided before.
    """
    lock_registration(session, registration)
    if registration.status != RegistrationStatus.DUPLICATE:
        raise StatusChanged
    came = registration.walk_in_id is not None
    set_status_and_queue_number(
        session,
        registration,
        RegistrationStatus.REGISTERED if came else determine_initial_status(session, registration.seminar, now),
        now,
    )


def merge_registration(session: Session, registration: Registration, surviving: Registration, now: datetime) -> None:
    """Say that a registration is the same person's as another one of the seminar; its place, if it held one, is free again.

    Raises StatusChanged when either is no longer what the organizer saw.
    """
    lock_registration(session, registration)
    session.refresh(surviving)
    mergeable = (
        registration.status in (RegistrationStatus.DUPLICATE, *ACTIVE_STATUSES) and surviving.status in ACTIVE_STATUSES
    )
    if not mergeable or surviving.seminar_id != registration.seminar_id or surviving is registration:
        raise StatusChanged
    set_registration_status(registration, RegistrationStatus.MERGED, now)
    registration.merged_into = surviving
    session.flush()
    offer_free_seats(session, registration.seminar, now)


def unmerge_registration(session: Session, registration: Registration, now: datetime) -> None:
    """Take a merge back: the registration is a likely duplicate again, to decide on anew."""
    lock_registration(session, registration)
    if registration.status != RegistrationStatus.MERGED:
        raise StatusChanged
    registration.likely_duplicate_of = registration.merged_into
    set_registration_status(registration, RegistrationStatus.DUPLICATE, now)
    session.flush()

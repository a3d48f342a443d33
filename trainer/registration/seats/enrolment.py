"""Registering people for a seminar: one by the public form, one who is known, or a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.registration.seats.allocation import RegistrationClosed, SeatCounter
from trainer.registration.seats.applicant import Applicant, build_person
from trainer.registration.seats.duplicates import (
    RegistrationIndex,
    find_certain_duplicate,
    find_likely_duplicate,
    fold_person_name,
)
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.seats.submission import (
    Submission,
    SubmissionResult,
    apply_submission,
    find_submitted_registration,
    list_ended_registrations,
    supersede_registrations,
)
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open


@dataclass(frozen=True)
class EnrolmentResult:
    """The registration of one person of a list, and whether it existed before."""

    applicant: Applicant
    registration: Registration
    was_listed: bool


def register_applicant(
    session: Session,
    seminar: Seminar,
    applicant: Applicant,
    nonce: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
) -> Registration:
    """Register somebody by the public form and return the registration; see `accept_submission`."""
    return accept_submission(session, seminar, nonce, Submission(applicant, answers or {}), now).registration


def accept_submission(
    session: Session, seminar: Seminar, nonce: str, submission: Submission, now: datetime
) -> SubmissionResult:
    """Register somebody by the public form, or correct what the same form (nonce) created.

    Somebody who is likely registered already is registered like everybody else (see `seats.submission`).
    Raises RegistrationClosed and SeminarFull.
    """
    lock_seminar(session, seminar)
    known, nonce = find_submitted_registration(session, seminar, nonce, submission)
    if known is not None:
        return apply_submission(session, known, submission)
    if not is_registration_open(seminar, now):
        raise RegistrationClosed
    applicant = submission.applicant
    duplicate_of = find_likely_duplicate_of_applicant(session, seminar, applicant)
    ended = list_ended_registrations(session, seminar, applicant)
    seats, person = SeatCounter(session, seminar, now), build_person(applicant, now)
    registration = create_registration(seats, person, duplicate_of, nonce, submission.answers)
    registration.content_fingerprint = submission.fingerprint
    registration.is_alert_due = registration.is_likely_duplicate
    supersede_registrations(ended, registration, now)
    session.flush()
    return SubmissionResult(registration, is_changed=True)


def find_likely_duplicate_of_applicant(session: Session, seminar: Seminar, applicant: Applicant) -> Registration | None:
    """Return the first active registration for the seminar that is likely the applicant's."""
    return find_likely_duplicate(
        session,
        seminar,
        applicant.surname,
        applicant.given_name,
        applicant.phone,
        applicant.patronymic,
        applicant.email,
    )


def register_known_person(session: Session, person: Person, seminar: Seminar, now: datetime) -> Registration:
    """Register a person for another seminar without a form; an active registration for it is returned as it is.

    Only an active registration of the same person, by phone and name, makes it a likely duplicate.
    Raises RegistrationClosed and SeminarFull.
    """
    lock_seminar(session, seminar)
    active = map_active_registrations(session, person).get(seminar.id)
    if active is not None:
        return active
    if not is_registration_open(seminar, now):
        raise RegistrationClosed
    duplicate_of = find_certain_duplicate(session, seminar, person)
    registration = create_registration(SeatCounter(session, seminar, now), person, duplicate_of, generate_token())
    registration.is_alert_due = registration.is_likely_duplicate
    session.flush()
    return registration


def register_people(
    session: Session, seminar: Seminar, applicants: Sequence[Applicant], now: datetime
) -> list[EnrolmentResult]:
    """Register a list of people as the organizer, also while registration is closed; results are in the list's order.

    Somebody with the phone and the name of an existing registration keeps that one. Raises SeminarFull as soon as somebody
    gets no seat; the caller then rolls back, so that nobody of the list is registered.
    """
    people = [build_person(applicant, now) for applicant in applicants]  # before the lock: it takes the longest
    lock_seminar(session, seminar)
    results = plan_enrolment(session, seminar, applicants, people, now)
    session.flush()
    return results


def plan_enrolment(
    session: Session, seminar: Seminar, applicants: Sequence[Applicant], people: Sequence[Person], now: datetime
) -> list[EnrolmentResult]:
    """Add the registrations of a list to the session, as `register_people` does, without writing them.

    `people` are new persons for the applicants, in their order; those who were listed before are not used. A caller
    that only shows the results needs no lock; it must prevent flushing and roll back.
    """
    folded_names = [fold_person_name(applicant.surname, applicant.given_name) for applicant in applicants]
    phones, emails = ({getattr(applicant, name) for applicant in applicants} for name in ("phone", "email"))
    index = RegistrationIndex(session, seminar, phones, set(folded_names), emails)
    seats = SeatCounter(session, seminar, now)
    results = []
    for applicant, person, folded_name in zip(applicants, people, folded_names, strict=True):
        existing = index.find_same_person(applicant.phone, folded_name, applicant.patronymic)
        if existing is None:
            described = (applicant.phone, folded_name, applicant.patronymic, applicant.email)
            registration = create_registration(seats, person, index.find_likely_duplicate(*described), generate_token())
            index.add_registration(registration, *described)
            results.append(EnrolmentResult(applicant, registration, was_listed=False))
        else:
            results.append(EnrolmentResult(applicant, existing, was_listed=True))
    return results


def create_registration(
    seats: SeatCounter,
    person: Person,
    duplicate_of: Registration | None,
    nonce: str,
    answers: dict[str, Any] | None = None,
) -> Registration:
    """Add a registration with its token and pass code to the session; the seminar must be locked. Raises SeminarFull."""
    status = seats.determine_initial_status()
    registration = Registration(
        person=person,
        seminar=seats.seminar,
        token=generate_token(),
        pass_code=generate_pass_code(),
        nonce=nonce,
        answers=answers or {},
        created_at=seats.now,
        likely_duplicate_of=duplicate_of,
        is_likely_duplicate=duplicate_of is not None,
    )
    seats.assign_status(registration, status)
    seats.session.add(registration)
    return registration

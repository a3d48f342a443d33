"""Registering people for a seminar: one by the public form, one who is known, or a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.people.models import Person
from trainer.raw_queries import assign_new_ids, insert_objects
from trainer.registration.models import Registration, RegistrationStatus
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
    find_ended_registration,
    find_revived_registration,
    find_submitted_registration,
    revive_registration,
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
    """Register somebody by the public form, correct what the same form (nonce) created, or revive a cancelled registration.

    Somebody who is likely registered already gets the status DUPLICATE, which holds no seat, until the organizer decides.
    Raises RegistrationClosed and SeminarFull.
    """
    lock_seminar(session, seminar)
    known, nonce = find_submitted_registration(session, seminar, nonce, submission)
    if known is not None:
        return apply_submission(session, known, submission)
    if not is_registration_open(seminar, now):
        raise RegistrationClosed
    applicant = submission.applicant
    duplicate_of = find_likely_duplicate(
        session, seminar, applicant.surname, applicant.given_name, applicant.phone, applicant.patronymic
    )
    revived = find_revived_registration(duplicate_of, nonce, submission)
    if revived is not None:
        return revived
    ended = find_ended_registration(session, seminar, applicant)
    if ended is not None:
        return revive_registration(session, ended, nonce, submission, now)
    person = build_person(applicant, now)
    seats = SeatCounter(session, seminar, now)
    registration = create_registration(seats, person, duplicate_of, nonce, submission.answers)
    registration.content_fingerprint = submission.fingerprint
    session.flush()
    return SubmissionResult(registration, is_changed=True)


def register_known_person(session: Session, person: Person, seminar: Seminar, now: datetime) -> Registration:
    """Register a person for another seminar without a form; an active registration for it is returned as it is.

    Only an active registration with both the same phone and the same name makes it a DUPLICATE.
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
    session.flush()
    return registration


def register_people(
    session: Session, seminar: Seminar, applicants: Sequence[Applicant], now: datetime
) -> list[EnrolmentResult]:
    """Register a list of people as the organizer, also while registration is closed; results are in the list's order.

    Somebody with the phone and the name of an existing registration keeps that one. A new registration has its id and status,
    but is not part of the session. Raises SeminarFull as soon as somebody gets no seat; the caller then rolls back, so that
    nobody of the list is registered.

    Other registrations wait while the seminar is locked, on SQLite every writer does. So people and registrations are built
    before the first statement, and under the lock only statuses are decided and all rows inserted at once.
    """
    people = [build_person(applicant, now) for applicant in applicants]
    registrations = build_new_registrations(len(people), now)
    lock_seminar(session, seminar)
    results = plan_enrolment(session, seminar, applicants, registrations, now)
    insert_new_registrations(session, people, results)
    return results


def build_new_registrations(count: int, now: datetime) -> list[Registration]:
    """Return new registrations without person, seminar and status, not yet added to a session."""
    return [
        Registration(
            token=generate_token(),
            pass_code=generate_pass_code(),
            nonce=generate_token(),
            created_at=now,
            notified_status="",
            likely_duplicate_of_id=None,
            queue_number=None,
            calendar_version=0,
        )
        for _number in range(count)
    ]


def plan_enrolment(
    session: Session,
    seminar: Seminar,
    applicants: Sequence[Applicant],
    registrations: Sequence[Registration],
    now: datetime,
) -> list[EnrolmentResult]:
    """Decide the status of each person of a list, as `register_people` does, without writing anything.

    `registrations` are new ones for the applicants, in their order; those of people who were listed before are not used.
    A caller that only shows the results needs no lock.
    """
    folded_names = [fold_person_name(applicant.surname, applicant.given_name) for applicant in applicants]
    index = RegistrationIndex(session, seminar, {applicant.phone for applicant in applicants}, set(folded_names))
    seats = SeatCounter(session, seminar, now)
    results = []
    for applicant, registration, folded_name in zip(applicants, registrations, folded_names, strict=True):
        existing = index.find_same_person(applicant.phone, folded_name, applicant.patronymic)
        if existing is None:
            duplicate_of = index.find_likely_duplicate(applicant.phone, folded_name, applicant.patronymic)
            registration.seminar_id = seminar.id
            seats.assign_status(registration, determine_new_status(seats, duplicate_of))
            if duplicate_of is not None:
                registration.likely_duplicate_of = duplicate_of
                registration.notified_status = registration.status  # nobody did anything of which to tell the other one
            index.add_registration(registration, applicant.phone, folded_name, applicant.patronymic)
            results.append(EnrolmentResult(applicant, registration, was_listed=False))
        else:
            results.append(EnrolmentResult(applicant, existing, was_listed=True))
    return results


def insert_new_registrations(session: Session, people: Sequence[Person], results: Sequence[EnrolmentResult]) -> None:
    """Insert the new registrations of a planned list and their people, without making them part of the session."""
    new = [
        (person, result.registration) for person, result in zip(people, results, strict=True) if not result.was_listed
    ]
    registrations = [registration for _person, registration in new]
    assign_new_ids(session, [person for person, _registration in new])
    assign_new_ids(session, registrations)
    for person, registration in new:
        registration.person_id = person.id
        if registration.likely_duplicate_of is not None:  # possibly of somebody of the same list
            registration.likely_duplicate_of_id = registration.likely_duplicate_of.id
    insert_objects(session, [person for person, _registration in new])
    insert_objects(session, registrations)


def create_registration(
    seats: SeatCounter,
    person: Person,
    duplicate_of: Registration | None,
    nonce: str,
    answers: dict[str, Any] | None = None,
) -> Registration:
    """Add a registration with its token and pass code to the session; the seminar must be locked. Raises SeminarFull."""
    registration = Registration(
        person=person,
        seminar=seats.seminar,
        token=generate_token(),
        pass_code=generate_pass_code(),
        nonce=nonce,
        answers=answers or {},
        created_at=seats.now,
        likely_duplicate_of=duplicate_of,
    )
    seats.assign_status(registration, determine_new_status(seats, duplicate_of))
    seats.session.add(registration)
    return registration


def determine_new_status(seats: SeatCounter, duplicate_of: Registration | None) -> RegistrationStatus:
    """Return the status of a new registration: a likely duplicate holds no seat. Raises SeminarFull."""
    return RegistrationStatus.DUPLICATE if duplicate_of else seats.determine_initial_status()

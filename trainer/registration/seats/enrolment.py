"""Registering people for a seminar: one by the public form, one who is known, or a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer import audit
from trainer.people.models import Person
from trainer.people.spelling import fold_name
from trainer.raw_queries import assign_new_ids, insert_objects
from trainer.registration.models import Registration
from trainer.registration.seats.allocation import RegistrationClosed, SeatCounter
from trainer.registration.seats.applicant import Applicant, build_person
from trainer.registration.seats.duplicates import (
    RegistrationIndex,
    find_certain_duplicate,
    find_likely_duplicate,
)
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.seats.status import record_seen_schedule
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
    duplicate_of = find_likely_duplicate(session, seminar, applicant)
    ended = list_ended_registrations(session, seminar, applicant)
    seats, person = SeatCounter(session, seminar, now), build_person(applicant, now)
    registration = create_registration(seats, person, duplicate_of, nonce, submission.answers)
    registration.content_fingerprint = submission.fingerprint
    registration.is_alert_due = registration.is_likely_duplicate
    record_seen_schedule(registration)
    supersede_registrations(ended, registration, now)
    session.flush()
    return SubmissionResult(registration, is_changed=True)


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
    record_seen_schedule(registration)
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
    insert_new_registrations(session, seminar, people, results)
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
            is_likely_duplicate=False,
            is_alert_due=False,
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
    names = [fold_name(applicant) for applicant in applicants]
    phones, emails = ({getattr(applicant, part) for applicant in applicants} for part in ("phone", "email"))
    index = RegistrationIndex(session, seminar, phones, names, emails)
    seats = SeatCounter(session, seminar, now)
    results = []
    for applicant, registration, name in zip(applicants, registrations, names, strict=True):
        existing = index.find_same_person(applicant.phone, name)
        if existing is None:
            described = (applicant.phone, name, applicant.email)
            duplicate_of = index.find_likely_duplicate(*described)
            registration.seminar_id = seminar.id
            seats.assign_status(registration, seats.determine_initial_status())
            if duplicate_of is not None:
                registration.likely_duplicate_of, registration.is_likely_duplicate = duplicate_of, True
            index.add_registration(registration, *described)
            results.append(EnrolmentResult(applicant, registration, was_listed=False))
        else:
            results.append(EnrolmentResult(applicant, existing, was_listed=True))
    return results


def insert_new_registrations(
    session: Session, seminar: Seminar, people: Sequence[Person], results: Sequence[EnrolmentResult]
) -> None:
    """Insert and record the new registrations of a planned list and their people, without making them part of the session."""
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
    for registration in registrations:
        audit.record(session, "created", registration, {}, {"status": registration.status}, within=seminar)


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

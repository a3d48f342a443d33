"""Registering again after a cancellation: the earlier registration is revived.

Somebody whose registration was cancelled, or whose offer expired, and who registers again with the same name and phone keeps
that registration with its link, pass, e-mail address and answers. The link goes only to the stored contacts, and these stay as
they are: whoever knows a name and a phone must get neither the page nor the messages of that person. So a form with another
e-mail address makes a registration of its own.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from trainer.fingerprint import compute_fingerprint
from trainer.people.models import Person
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.duplicates import differ_patronymics, find_certain_duplicate, fold_person_name
from trainer.registration.seats.submission import Submission, SubmissionResult
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number

REVIVABLE_STATUSES = (RegistrationStatus.CANCELLED, RegistrationStatus.OFFER_EXPIRED)


def find_ended_registration(session: Session, seminar: Seminar, applicant: Applicant) -> Registration | None:
    """Return the latest registration of the same person that was cancelled or whose offer expired; None if one is active."""
    if not is_phone_number(applicant.phone):
        return None
    name = fold_person_name(applicant.surname, applicant.given_name)
    ended_registrations = session.scalars(
        select(Registration)
        .join(Registration.person)
        .where(Registration.seminar_id == seminar.id, Registration.status.in_(REVIVABLE_STATUSES))
        .where(Person.phone == applicant.phone, Person.folded_name == name, Person.erasure_requested_at.is_(None))
        .options(contains_eager(Registration.person))
        .order_by(Registration.id.desc())
    )
    ended = next((found for found in ended_registrations if is_same_applicant(found.person, applicant)), None)
    return None if ended is None or find_certain_duplicate(session, seminar, ended.person) else ended


def is_same_applicant(person: Person, applicant: Applicant) -> bool:
    """Return whether patronymic and e-mail address of a person don't differ from those of an applicant."""
    is_same_email = applicant.email in ("", person.email)
    return is_same_email and not differ_patronymics(person.patronymic, applicant.patronymic)


def take_missing_details(registration: Registration, applicant: Applicant) -> None:
    """Fill in patronymic, workplace and position where none is stored, and take the language."""
    person = registration.person
    for name in ("patronymic", "workplace", "position"):
        if not getattr(person, name):
            setattr(person, name, getattr(applicant, name))
    person.language = applicant.language


def revive_registration(
    session: Session, registration: Registration, nonce: str, submission: Submission, now: datetime
) -> SubmissionResult:
    """Reactivate a registration with the status that a newcomer gets, and notify its person. Raises SeminarFull."""
    seats = SeatCounter(session, registration.seminar, now)
    seats.assign_status(registration, seats.determine_initial_status())
    take_missing_details(registration, submission.applicant)
    registration.answers = {**registration.answers, **submission.answers}
    registration.content_fingerprint = compute_revival_fingerprint(nonce, submission)
    registration.notified_status = ""
    session.flush()
    return SubmissionResult(registration, is_changed=True, is_known=True, is_own=False)


def find_revived_registration(
    duplicate_of: Registration | None, nonce: str, submission: Submission
) -> SubmissionResult | None:
    """Return the result for a form that was sent twice and revived a registration the first time, or None."""
    is_revived = duplicate_of is not None and duplicate_of.content_fingerprint == compute_revival_fingerprint(
        nonce, submission
    )
    return (
        SubmissionResult(duplicate_of, is_changed=False, is_known=True, is_own=False)
        if is_revived and duplicate_of
        else None
    )


def compute_revival_fingerprint(nonce: str, submission: Submission) -> str:
    """Return a fingerprint of form and content: unlike a nonce, it opens no page."""
    return compute_fingerprint([nonce, submission.fingerprint])

"""What a submitted registration form is: a new registration, one that is known, or a correction of one.

A form carries a nonce. A browser sends the same nonce again after a double tap, a reload or its Back button, and the content
decides what that means:

- the same content: the registration that the form created, as it is now;
- the same name and other content (a corrected phone or email address): that registration takes what was typed last;
- another name: another person, so a registration of its own, as from a fresh form.

Names are compared folded, so that a corrected letter does not make two people. The first registration of a form stores its
nonce, further ones a digest of nonce and name. Whoever holds the nonce filled in the form, so a correction reveals nothing
to a stranger.

A form from elsewhere revives the registration of somebody who cancelled, or whose offer expired, and who registers again with
the same name and phone: it keeps its link, pass, e-mail address and answers. Its link goes only to the stored contacts, and these
stay as they are: whoever knows a name and a phone must get neither the page nor the messages of that person. So a form with
another e-mail address makes a registration of its own.
"""

import base64
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from trainer.fingerprint import compute_fingerprint
from trainer.language.collation import fold_name, fold_text
from trainer.messages.recipient import readdress_queued_messages
from trainer.people.models import Person
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.duplicates import differ_patronymics, find_certain_duplicate, fold_person_name
from trainer.registration.seats.lookup import find_registration_by_nonce
from trainer.registration.seats.status import record_seen_schedule
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number

REVIVABLE_STATUSES = (RegistrationStatus.CANCELLED, RegistrationStatus.OFFER_EXPIRED)


@dataclass(frozen=True)
class Submission:
    """What a person sent: their details, their answers by question id, and whether they agreed to photographs."""

    applicant: Applicant
    answers: dict[str, Any]
    has_photo_consent: bool = False

    @property
    def fingerprint(self) -> str:
        """Return a fingerprint of everything that was typed and ticked."""
        return compute_fingerprint([asdict(self.applicant), self.answers, self.has_photo_consent])


@dataclass(frozen=True)
class SubmissionResult:
    """The registration that a form led to, whether it took anything from the form, and whether it existed before.

    `is_own` means that whoever sent the form may open its page.
    """

    registration: Registration
    is_changed: bool
    is_known: bool = False
    is_own: bool = True


def fold_full_name(person: Person | Applicant) -> str:
    """Return the folded name with the folded patronymic."""
    return f"{fold_name(person.surname, person.given_name)}\n{fold_text(person.patronymic)}"


def compute_further_nonce(nonce: str, applicant: Applicant) -> str:
    """Return the SHA-256 of a used nonce and a name as 43 URL-safe characters."""
    digest = hashlib.sha256(f"{nonce}\n{fold_full_name(applicant)}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def find_submitted_registration(
    session: Session, seminar: Seminar, nonce: str, submission: Submission
) -> tuple[Registration | None, str]:
    """Return the registration that the same form created for this person, or None, and the nonce for a new one."""
    first = find_registration_by_nonce(session, seminar, nonce)
    if first is None:
        return None, nonce
    if is_submission_of(first, submission):
        return check_correctable(first, submission, nonce)
    further_nonce = compute_further_nonce(nonce, submission.applicant)
    further = find_registration_by_nonce(session, seminar, further_nonce)
    return (None, further_nonce) if further is None else check_correctable(further, submission, further_nonce)


def is_submission_of(registration: Registration, submission: Submission) -> bool:
    """Return whether a registration has the content or the name of a submission."""
    is_repeated = registration.content_fingerprint == submission.fingerprint
    return is_repeated or fold_full_name(registration.person) == fold_full_name(submission.applicant)


def check_correctable(
    registration: Registration, submission: Submission, nonce: str
) -> tuple[Registration | None, str]:
    """Return the registration and its nonce; None and a new nonce where a correction would restore data to be erased."""
    is_repeated = registration.content_fingerprint == submission.fingerprint
    if registration.person.erasure_requested_at is not None and not is_repeated:
        return None, generate_token()
    return registration, nonce


def apply_submission(session: Session, registration: Registration, submission: Submission) -> SubmissionResult:
    """Update a known registration and its queued messages to the submitted content; the same content changes nothing."""
    if registration.content_fingerprint == submission.fingerprint:
        return SubmissionResult(registration, is_changed=False, is_known=True)
    for name, value in asdict(submission.applicant).items():
        setattr(registration.person, name, value)
    registration.answers = submission.answers
    registration.content_fingerprint = submission.fingerprint
    readdress_queued_messages(session, registration.person)
    return SubmissionResult(registration, is_changed=True, is_known=True)


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
    record_seen_schedule(registration)
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

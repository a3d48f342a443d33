"""What a submitted registration form is: a new registration, one that is known, or a correction of one.

A form carries a nonce. A browser sends the same nonce again after a double tap, a reload or its Back button, and the content
decides what that means:

- the same content: the registration that the form created, as it is now;
- the same name and other content (a corrected phone or email address): that registration takes what was typed last;
- another name: another person, so a registration of its own, as from a fresh form.

Names are compared folded, so that a corrected letter does not make two people. The first registration of a form stores its
nonce, further ones a digest of nonce and name. Whoever holds the nonce filled in the form, so a correction reveals nothing
to a stranger.

A form from elsewhere is always a registration of its own, with a seat by the ordinary rule, messages to the contacts that were
typed, and a personal page, to which the form leads. So the answer is the same whether the typed phone, email address or name is
known or not, and so is everything that can be seen afterwards: seats, positions, messages. Nothing of a stored registration is
shown, changed or copied. What a known phone, address or name means is settled where no stranger looks: see `seats.duplicates`.

Who cancelled, or let an offer expire, and registers again with the same name and phone, has a new registration too. Every
earlier one that had ended is superseded by it: its page remains and says so, and the organizer's list shows the person once. The
new registration takes nothing over, not even the pass code: somebody with several registrations could see whose it was.
"""

import base64
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from trainer.fingerprint import compute_fingerprint
from trainer.messages.recipient import readdress_queued_messages
from trainer.people.models import Person
from trainer.people.spelling import fold_name
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.duplicates import find_certain_duplicate, review_likely_duplicate
from trainer.registration.seats.lookup import find_registration_by_nonce
from trainer.registration.seats.status import set_registration_status
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar
from trainer.web.phones import is_phone_number

ENDED_STATUSES = (RegistrationStatus.CANCELLED, RegistrationStatus.OFFER_EXPIRED)


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
    """The registration that a form led to, whether it took anything from the form, and whether it existed before."""

    registration: Registration
    is_changed: bool
    is_known: bool = False


def is_same_spelling(person: Person, applicant: Applicant) -> bool:
    """Return whether two names and patronymics differ at most in letters that are typed for one another."""
    return fold_name(person).usual_spelling == fold_name(applicant).usual_spelling


def compute_further_nonce(nonce: str, applicant: Applicant) -> str:
    """Return the SHA-256 of a used nonce and a name as 43 URL-safe characters."""
    digest = hashlib.sha256(f"{nonce}\n{fold_name(applicant).usual_spelling}".encode()).digest()
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
    return is_repeated or is_same_spelling(registration.person, submission.applicant)


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
    person, identity = registration.person, describe_identity(registration.person)
    for name, value in asdict(submission.applicant).items():
        setattr(person, name, value)
    registration.answers = submission.answers
    registration.content_fingerprint = submission.fingerprint
    readdress_queued_messages(session, person)
    if describe_identity(person) != identity:
        review_likely_duplicate(session, registration)
    return SubmissionResult(registration, is_changed=True, is_known=True)


def describe_identity(person: Person) -> tuple[str, str, str]:
    """Return what decides whether somebody is likely a duplicate: folded full name, phone, email address."""
    return fold_name(person).usual_spelling, person.phone, person.email


def list_ended_registrations(session: Session, seminar: Seminar, applicant: Applicant) -> list[Registration]:
    """Return the registrations of the same person that were cancelled or whose offer expired, the latest first."""
    if not is_phone_number(applicant.phone):
        return []
    name = fold_name(applicant)
    values = {"seminar_id": seminar.id, "phone": applicant.phone, "name": name.key}
    ended_registrations = session.scalars(build_ended_query(), values)
    return [found for found in ended_registrations if fold_name(found.person).is_same_as(name)]


@cache
def build_ended_query() -> Select[Registration]:
    """Build the query for the ended registrations of people with a phone and a folded name, the latest first."""
    is_alike = (Person.phone == bindparam("phone")) & (Person.folded_name == bindparam("name"))
    is_own = Registration.seminar_id == bindparam("seminar_id")
    query = select(Registration).join(Registration.person).where(is_own, Registration.status.in_(ENDED_STATUSES))
    query = query.where(is_alike, Person.erasure_requested_at.is_(None))
    return query.options(contains_eager(Registration.person)).order_by(Registration.id.desc())


def find_ended_registration(session: Session, seminar: Seminar, applicant: Applicant) -> Registration | None:
    """Return the latest registration of the same person that had ended; None if one is active."""
    ended = next(iter(list_ended_registrations(session, seminar, applicant)), None)
    return None if ended is None or find_certain_duplicate(session, seminar, ended.person) else ended


def supersede_registrations(ended: list[Registration], registration: Registration, now: datetime) -> None:
    """Replace the ended registrations of a person by the new one, and mark that the stored contacts must be told."""
    for earlier in ended:
        set_registration_status(earlier, RegistrationStatus.SUPERSEDED, now)
        earlier.merged_into, earlier.notified_status = registration, RegistrationStatus.SUPERSEDED
        registration.is_alert_due = True

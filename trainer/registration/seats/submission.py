"""What a submitted registration form is: a new registration, one that is known, or a correction of one.

A form carries a nonce. A browser sends the same nonce again after a double tap, a reload or its Back button, and the content
decides what that means:

- the same content: the registration that the form created, as it is now;
- the same name and other content (a corrected phone or email address): that registration takes what was typed last;
- another name: another person, so a registration of its own, as from a fresh form.

Names are compared folded, so that a corrected letter does not make two people. The first registration of a form stores its
nonce, further ones a digest of nonce and name. Whoever holds the nonce filled in the form, so a correction reveals nothing
to a stranger.
"""

import base64
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.language.collation import fold_name, fold_text
from trainer.messages.recipient import readdress_queued_messages
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.lookup import find_registration_by_nonce
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar


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
    """Let a known registration and its queued messages take what was submitted last; nothing changes for the same content."""
    if registration.content_fingerprint == submission.fingerprint:
        return SubmissionResult(registration, is_changed=False, is_known=True)
    for name, value in asdict(submission.applicant).items():
        setattr(registration.person, name, value)
    registration.answers = submission.answers
    registration.content_fingerprint = submission.fingerprint
    readdress_queued_messages(session, registration.person)
    return SubmissionResult(registration, is_changed=True, is_known=True)

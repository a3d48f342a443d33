"""Details that trainees change themselves until the change deadline."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.messages.recipient import readdress_queued_messages
from trainer.registration.form.questions import list_retired_questions
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.seats.cancellation import ChangeDeadlinePassed, can_trainee_change
from trainer.registration.seats.duplicates import review_likely_duplicate
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.seats.status import lock_registration
from trainer.registration.seats.submission import describe_identity
from trainer.seminars.locking import StatusChanged


@dataclass(frozen=True)
class TraineeDetails:
    """Contacts, workplace, language, and answers to the questions of one seminar."""

    phone: str
    email: str
    workplace: str
    position: str
    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    """Answers to the current questions; answers to retired questions are not among them and stay stored."""


def update_trainee_details(
    session: Session, registration: Registration, details: TraineeDetails, now: datetime
) -> None:
    """Change the details of a person, which all registrations of the person share, and the addresses of queued messages.

    Details of somebody else are taken as typed, because a refusal would tell who is registered; the organizer decides, and the
    other person is alarmed. Raises ChangeDeadlinePassed, and StatusChanged for an inactive registration or after a request for erasure.
    """
    lock_registration(session, registration)
    person, identity = registration.person, describe_identity(registration.person)
    if registration.status not in ACTIVE_STATUSES or person.erasure_requested_at is not None:
        raise StatusChanged
    if not can_trainee_change(registration.seminar, now):
        raise ChangeDeadlinePassed
    person.phone, person.email = details.phone, details.email
    person.workplace, person.position = details.workplace, details.position
    person.language = details.language
    registration.answers = {**get_answers_to_retired_questions(session, registration), **details.answers}
    readdress_queued_messages(session, person)
    if describe_identity(person) != identity:
        for active in map_active_registrations(session, person).values():
            review_likely_duplicate(session, active)


def get_answers_to_retired_questions(session: Session, registration: Registration) -> dict[str, Any]:
    """Return the answers to questions that are no longer on the form, by question id."""
    retired_ids = {str(question.id) for question in list_retired_questions(session, registration.seminar)}
    return {key: value for key, value in registration.answers.items() if key in retired_ids}

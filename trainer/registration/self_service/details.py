"""What trainees change of their details by themselves, until the cut-off."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.messages.recipient import readdress_queued_messages
from trainer.registration.form.questions import list_retired_questions
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.seats.cancellation import ChangeDeadlinePassed, can_trainee_change
from trainer.registration.seats.status import lock_registration
from trainer.seminars.locking import StatusChanged


@dataclass(frozen=True)
class TraineeDetails:
    """How to reach a person, where the person works, in which language; the answers to what one seminar asks."""

    phone: str
    email: str
    workplace: str
    position: str
    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    """To the questions that are asked now; what was answered to questions that were taken off stays."""


def update_trainee_details(
    session: Session, registration: Registration, details: TraineeDetails, now: datetime
) -> None:
    """Change the person, and with it all of the person's registrations; letters on their way follow.

    Raises ChangeDeadlinePassed, and StatusChanged for a registration that is over or whose person asked to be erased.
    """
    lock_registration(session, registration)
    person = registration.person
    if registration.status not in ACTIVE_STATUSES or person.erasure_requested_at is not None:
        raise StatusChanged
    if not can_trainee_change(registration.seminar, now):
        raise ChangeDeadlinePassed
    person.phone, person.email = details.phone, details.email
    person.workplace, person.position = details.workplace, details.position
    person.language = details.language
    registration.answers = {**get_answers_to_retired_questions(session, registration), **details.answers}
    readdress_queued_messages(session, person)


def get_answers_to_retired_questions(session: Session, registration: Registration) -> dict[str, Any]:
    """What somebody answered to questions that the form asks no more."""
    gone = {str(each.id) for each in list_retired_questions(session, registration.seminar)}
    return {key: value for key, value in registration.answers.items() if key in gone}

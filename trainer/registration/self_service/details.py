"""What trainees change of their details by themselves, until the cut-off."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.messages.recipient import readdress
from trainer.registration.form.questions import taken_off
from trainer.registration.models import LIVE, Registration
from trainer.registration.seats.enrolment import TooLate, may_change
from trainer.registration.seats.waiting_list import StateChanged, locked


@dataclass(frozen=True)
class Details:
    """How to reach a person, where the person works, in which language; the answers to what one seminar asks."""

    phone: str
    email: str
    workplace: str
    position: str
    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    """To the questions that are asked now; what was answered to questions that were taken off stays."""


def change_details(session: Session, registration: Registration, details: Details, now: datetime) -> None:
    """Change the person, and with it all of the person's registrations; letters on their way follow.

    Raises TooLate, and StateChanged for a registration that is over or whose person asked to be erased.
    """
    locked(session, registration)
    person = registration.person
    if registration.state not in LIVE or person.erasure_requested_at is not None:
        raise StateChanged
    if not may_change(registration.seminar, now):
        raise TooLate
    person.phone, person.email = details.phone, details.email
    person.workplace, person.position = details.workplace, details.position
    person.language = details.language
    registration.answers = {**answers_taken_off(session, registration), **details.answers}
    readdress(session, person)


def answers_taken_off(session: Session, registration: Registration) -> dict[str, Any]:
    """What somebody answered to questions that the form asks no more."""
    gone = {str(each.id) for each in taken_off(session, registration.seminar)}
    return {key: value for key, value in registration.answers.items() if key in gone}

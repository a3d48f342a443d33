"""Actions on a personal page, including buttons that it does not show, and registrations with a given status."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.page import Page
from tests.visitor import Visitor
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar


def submit_button(visitor: Visitor, address: str, status: int = 303, **fields: str) -> Page:
    """Post a form with a valid CSRF token."""
    token = visitor.get("/lost").read_form()[1]["csrf_token"]
    return visitor.post(address, {"csrf_token": token, **fields}, status=status)


def set_registration_status(
    session: Session, registration: Registration, state: RegistrationStatus, offer_ends_after: timedelta | None = None
) -> Registration:
    """Set the status of a registration directly, without the rules.

    An offer expires `offer_ends_after` noon, by default after a day.
    """
    offered = state == RegistrationStatus.OFFERED
    registration.status, registration.status_since = state, NOON
    registration.offer_expires_at = NOON + (offer_ends_after or timedelta(days=1)) if offered else None
    registration.queue_number = 1
    session.commit()
    return registration


def get_registration_status(session: Session, registration: Registration) -> str:
    """Return the stored status of a registration."""
    session.commit()
    session.refresh(registration)
    return registration.status


def submit_join_button(visitor: Visitor, registration: Registration, seminar: Seminar, status: int = 303) -> Page:
    """Press the button, also when the page does not show it."""
    fields = visitor.get("/desk/sign-in").read_form()[1]
    address = f"/r/{registration.token}/join/{seminar.id}"
    return visitor.post(address, {"csrf_token": fields["csrf_token"]}, status=status)

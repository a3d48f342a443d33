"""Pressing the buttons of a personal page, also those that the page does not show; registrations in a state of choice."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import NOON, Visitor
from tests.page import Page
from trainer.registration.models import Registration, State


def press(visitor: Visitor, address: str, status: int = 303, **fields: str) -> Page:
    """Send a form with a valid token against forgery."""
    token = visitor.get("/lost").form()[1]["csrf_token"]
    return visitor.post(address, {"csrf_token": token, **fields}, status)


def put(session: Session, registration: Registration, state: State, until: timedelta | None = None) -> Registration:
    """Bring a registration to a state, past every rule; an offer ends `until` after noon, by default in a day."""
    offered = state == State.OFFERED
    registration.state, registration.state_since = state, NOON
    registration.offer_until = NOON + (until or timedelta(days=1)) if offered else None
    registration.queue_number = 1
    session.commit()
    return registration


def state_of(session: Session, registration: Registration) -> str:
    """The state of a registration now."""
    session.commit()
    session.refresh(registration)
    return registration.state

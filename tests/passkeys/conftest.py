"""An organizer who has a passkey."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.passkeys.authenticator import Authenticator
from tests.passkeys.steps import add_passkey, create_user
from tests.visitor import Visitor
from trainer.accounts.models import User


@pytest.fixture
def saule(app: Flask, session: Session, clock: time_machine.Traveller) -> User:
    """Return an organizer with a password."""
    return create_user(app, session, "saule@example.org", "Сәуле")


@pytest.fixture
def phone() -> Authenticator:
    """Return the organizer's phone."""
    return Authenticator()


@pytest.fixture
def owner(app: Flask, session: Session, saule: User, phone: Authenticator) -> Visitor:
    """Return the browser of the organizer, who has added a passkey with the phone."""
    return add_passkey(app, session, saule, phone)

"""Fixtures of tests of sign-in sheets."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def registrations(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return three registrations of the past seminar, in alphabetical order."""
    registrations = [register_person(session, past_seminar, details) for details in (YERLAN, AIGUL, MARINA)]
    session.commit()
    return registrations

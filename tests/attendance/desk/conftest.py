"""Fixtures for the organizer's pages of attendance."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, register_person
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration of the past seminar."""
    registration = register_person(session, past_seminar, AIGUL)
    session.commit()
    return registration

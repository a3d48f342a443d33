"""Fixtures of the organizer's list."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person
from trainer.registration.models import (
    Registration,
)
from trainer.seminars.models import Seminar


@pytest.fixture
def three_registrations(session: Session, seminar: Seminar) -> list[Registration]:
    """Register Aigul, Yerlan and Marina."""
    return [register_person(session, seminar, applicant) for applicant in (AIGUL, YERLAN, MARINA)]


@pytest.fixture
def four_people(session: Session, seminar: Seminar) -> list[Registration]:
    """Register four people for two seats: Aigul and Yerlan have one, Marina and then Kim wait."""
    seminar.capacity = 2
    registrations = [register_person(session, seminar, applicant) for applicant in (AIGUL, YERLAN, MARINA)]
    return [
        *registrations,
        register_person(session, seminar, MARINA, surname="Ким", given_name="Лев", phone="+77055550199"),
    ]

"""Fixtures of tablet tests."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import Tablet, create_paired_tablet
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def tablet(app: Flask, session: Session, past_seminar: Seminar, registrations: list[Registration]) -> Tablet:
    """Return a paired tablet of the past seminar."""
    return create_paired_tablet(app, session, past_seminar)

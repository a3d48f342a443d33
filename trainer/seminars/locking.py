"""Locking a seminar, so that its seats and marks are counted by one transaction at a time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.seminars.models import Seminar


class StatusChanged(Exception):
    """The registration has another state meanwhile; what was asked for no longer applies."""


def lock_seminar(session: Session, seminar: Seminar) -> None:
    """Let one at a time count the seminar's places (SQLite's writing transactions stand in a row anyway)."""
    session.execute(select(Seminar.id).where(Seminar.id == seminar.id).with_for_update())

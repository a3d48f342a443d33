"""Erasure of accessibility needs after the seminar, as the consent promises."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.form.answers import ACCESS_NEEDS_KEY
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession


def list_expired_access_needs(session: Session, now: datetime) -> list[Registration]:
    """Return the registrations of finished seminars that still hold accessibility needs."""
    finished_seminars = (
        select(SeminarSession.seminar_id)
        .group_by(SeminarSession.seminar_id)
        .having(func.max(SeminarSession.ends_at) < now)
    )
    statement = select(Registration).where(
        Registration.seminar_id.in_(finished_seminars), Registration.answers[ACCESS_NEEDS_KEY].as_string().is_not(None)
    )
    return list(session.scalars(statement.order_by(Registration.id)))


def erase_access_needs(session: Session, registration: Registration, _now: datetime) -> None:
    """Remove the accessibility needs from the answers of a registration."""
    registration.answers = {key: value for key, value in registration.answers.items() if key != ACCESS_NEEDS_KEY}
    session.flush()

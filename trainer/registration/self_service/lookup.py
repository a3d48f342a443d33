"""Finding registrations by the contact that somebody remembers, for a link that was lost."""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.seminars.models import SeminarSession

LINK_REQUEST_PERIOD = timedelta(days=365)
"""How long after a seminar its link can be asked for: certificates are wanted months later."""


def list_registrations_by_contact(session: Session, contact: str, now: datetime) -> list[Registration]:
    """Find the live registrations, of seminars to come and recent ones, of those who left this phone or e-mail."""
    held = exists().where(
        SeminarSession.seminar_id == Registration.seminar_id, SeminarSession.ends_at > now - LINK_REQUEST_PERIOD
    )
    wanted = (
        select(Registration)
        .join(Registration.person)
        .where(or_(Person.phone == contact, Person.email == contact), Registration.status.in_(ACTIVE_STATUSES), held)
        .order_by(Registration.id)
        .options(joinedload(Registration.person), joinedload(Registration.seminar))
    )
    return list(session.scalars(wanted))

"""Finding registrations by phone or e-mail, for people who lost the link of their page."""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.people.models import Person
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.seminars.models import SeminarSession

LINK_REQUEST_PERIOD = timedelta(days=365)
"""How long after a seminar its link can be requested: some people want their certificate months later."""


def list_registrations_by_contact(session: Session, contact: str, now: datetime) -> list[Registration]:
    """Return the active registrations of people with this phone (E.164) or e-mail address.

    Seminars whose sessions all ended longer ago than LINK_REQUEST_PERIOD are left out.
    """
    is_recent = exists().where(
        SeminarSession.seminar_id == Registration.seminar_id, SeminarSession.ends_at > now - LINK_REQUEST_PERIOD
    )
    statement = (
        select(Registration)
        .join(Registration.person)
        .where(
            or_(Person.phone == contact, Person.email == contact), Registration.status.in_(ACTIVE_STATUSES), is_recent
        )
        .order_by(Registration.id)
        .options(joinedload(Registration.person), joinedload(Registration.seminar))
    )
    return list(session.scalars(statement))

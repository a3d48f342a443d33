"""Changing the status of a registration while its seminar is locked."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar


def lock_registration(session: Session, registration: Registration) -> Registration:
    """Lock the seminar of a registration until the transaction ends, then reload the registration and return it."""
    lock_seminar(session, registration.seminar)
    session.refresh(registration)
    return registration


def get_highest_calendar_version(session: Session, seminar: Seminar) -> int:
    """Return the highest calendar version of the registrations for a seminar, 0 without any.

    A first seat begins above it: the events of all registrations for a seminar have the same UIDs, and calendars ignore a
    lower SEQUENCE, also that of somebody who cancelled and registered again. It says nothing about any one person.
    """
    statement = select(func.max(Registration.calendar_version)).where(Registration.seminar_id == seminar.id)
    return session.scalar(statement) or 0


def set_registration_status(registration: Registration, status: RegistrationStatus, now: datetime) -> None:
    """Set the status and its time; an offer's expiry and a merge target belong to the earlier status and are cleared."""
    if RegistrationStatus.REGISTERED in (status, registration.status) and status != registration.status:
        registration.calendar_version = (registration.calendar_version or 0) + 1
    registration.status = status
    registration.status_since = now
    registration.offer_expires_at = None
    registration.merged_into_id = None


def record_seen_schedule(registration: Registration) -> None:
    """Record that the person saw when and where the seminar is held, because they registered on a page that says so."""
    registration.seen_version = registration.seminar.calendar_version

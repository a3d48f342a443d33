"""Changing the status of a registration while its seminar is locked."""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import lock_seminar


def lock_registration(session: Session, registration: Registration) -> Registration:
    """Lock the seminar of a registration until the transaction ends, then reload the registration and return it."""
    lock_seminar(session, registration.seminar)
    session.refresh(registration)
    return registration


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

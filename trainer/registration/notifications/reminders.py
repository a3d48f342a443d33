"""Reminders of seminars that start soon."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.messages.models import Message
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.queueing import queue_message
from trainer.registration.notifications.texts import REMINDER_KIND
from trainer.seminars.models import Seminar, SeminarSession

REMINDER_LEAD_TIME = timedelta(hours=24)


def list_registrations_to_remind(session: Session, now: datetime) -> list[Registration]:
    """Return the registered people of seminars that start within REMINDER_LEAD_TIME and that they were not reminded of.

    Nobody is reminded who was registered within that time.
    """
    starts_at = func.min(SeminarSession.starts_at)
    starting_seminars = (
        select(SeminarSession.seminar_id)
        .group_by(SeminarSession.seminar_id)
        .having(starts_at > now)
        .having(starts_at <= now + REMINDER_LEAD_TIME)
    )
    statement = select_seat_holders(starting_seminars).where(
        Registration.notified_status == RegistrationStatus.REGISTERED
    )
    queued_keys = set(
        session.scalars(
            select(Message.key).where(Message.kind == REMINDER_KIND, Message.created_at > now - 2 * REMINDER_LEAD_TIME)
        )
    )
    return [
        registration
        for registration in session.scalars(statement)
        if build_reminder_key(registration) not in queued_keys
        and registration.status_since <= get_seminar_start(registration.seminar) - REMINDER_LEAD_TIME
    ]


def select_seat_holders(seminar_ids: Select[int]) -> Select[Registration]:
    """Return a query for the registered people of seminars."""
    statement = select(Registration).where(Registration.seminar_id.in_(seminar_ids))
    return statement.where(Registration.status == RegistrationStatus.REGISTERED).order_by(Registration.id)


def get_seminar_start(seminar: Seminar) -> datetime:
    """Return the start of a seminar that has sessions."""
    return seminar.sessions[0].starts_at


def build_reminder_key(registration: Registration) -> str:
    """Return the outbox key of a reminder; it holds the date, so that a seminar moved to another day gets a new reminder."""
    day = get_seminar_start(registration.seminar).astimezone(registration.seminar.zone).date()
    return f"reminder-{registration.id}-{day.isoformat()}"


def queue_reminder(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the reminder of a seminar."""
    queue_message(session, registration, REMINDER_KIND, build_reminder_key(registration), now)

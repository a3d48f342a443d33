"""Reminders of seminars that start soon."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageStatus
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import list_outdated_people
from trainer.registration.notifications.letters import CHANGE_KIND, REMINDER_KIND
from trainer.registration.notifications.queueing import parse_registration_id, queue_message
from trainer.seminars.models import Seminar, SeminarSession

REMINDER_LEAD_TIME = timedelta(hours=24)


def list_registrations_to_remind(session: Session, now: datetime) -> list[Registration]:
    """Return the registered people of seminars that start within REMINDER_LEAD_TIME and that they were not reminded of.

    Nobody is reminded who was registered, or told of a change, within that time; nor before the organizer has decided
    whether people are told of a change.
    """
    starts_at = func.min(SeminarSession.starts_at)
    starting_seminars = (
        select(SeminarSession.seminar_id)
        .where(SeminarSession.seminar.has(Seminar.cancelled_at.is_(None)))
        .group_by(SeminarSession.seminar_id)
        .having(starts_at > now)
        .having(starts_at <= now + REMINDER_LEAD_TIME)
    )
    statement = select_seat_holders(starting_seminars).where(
        Registration.notified_status == RegistrationStatus.REGISTERED
    )
    reminded = {parse_reminder(key) for key, _created_at in list_recent_keys(session, REMINDER_KIND, now)}
    told_at = {parse_registration_id(key): at for key, at in list_recent_keys(session, CHANGE_KIND, now)}
    registrations = session.scalars(statement).all()
    unanswered_ids = list_unanswered_ids(session, {registration.seminar for registration in registrations}, now)
    return [
        registration
        for registration in registrations
        if (registration.id, get_start_day(registration.seminar)) not in reminded
        and max(registration.status_since, told_at.get(registration.id, registration.status_since))
        <= get_seminar_start(registration.seminar) - REMINDER_LEAD_TIME
        and registration.id not in unanswered_ids
    ]


def list_recent_keys(session: Session, kind: str, now: datetime) -> list[tuple[str, datetime]]:
    """Return keys and times of the messages of a kind from the last days that were not recalled, in their order."""
    recent = select(Message.key, Message.created_at).where(
        Message.kind == kind,
        Message.created_at > now - 2 * REMINDER_LEAD_TIME,
        Message.status != MessageStatus.RECALLED,
    )
    return [(key, created_at) for key, created_at in session.execute(recent.order_by(Message.id))]


def list_unanswered_ids(session: Session, seminars: Iterable[Seminar], now: datetime) -> set[int]:
    """Return the ids of registrations whose people may be told of a change, of which the organizer has yet to decide.

    A reminder would tell them of it.
    """
    unanswered = (seminar for seminar in seminars if seminar.has_open_change)
    return {known.registration.id for seminar in unanswered for known in list_outdated_people(session, seminar, now)}


def select_seat_holders(seminar_ids: Select[int]) -> Select[Registration]:
    """Return a query for the registered people of seminars."""
    statement = select(Registration).where(Registration.seminar_id.in_(seminar_ids))
    return statement.where(Registration.status == RegistrationStatus.REGISTERED).order_by(Registration.id)


def get_seminar_start(seminar: Seminar) -> datetime:
    """Return the start of a seminar that has sessions."""
    return seminar.sessions[0].starts_at


def get_start_day(seminar: Seminar) -> str:
    """Return the local date on which a seminar that has sessions begins, as ISO 8601."""
    return get_seminar_start(seminar).astimezone(seminar.zone).date().isoformat()


def build_reminder_key(registration: Registration) -> str:
    """Return the outbox key of a reminder.

    It holds the date, so that a seminar moved to another day gets a new reminder, and the version, so that a reminder which
    was recalled can be queued again once the seminar is moved back.
    """
    version = registration.seminar.calendar_version + registration.calendar_version
    return f"{REMINDER_KIND}-{registration.id}-{get_start_day(registration.seminar)}-{version}"


def parse_reminder(key: str) -> tuple[int, str]:
    """Return the registration id and the date in the key of a reminder."""
    _kind, registration_id, year, month, day, *_version = key.split("-")
    return int(registration_id), f"{year}-{month}-{day}"


def queue_reminder(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the reminder of a seminar."""
    queue_message(session, registration, REMINDER_KIND, build_reminder_key(registration), now)

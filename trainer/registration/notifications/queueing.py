"""Queueing notifications: one for each status change, reminders, links to the personal page, and recalling outdated ones."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message, MessageStatus
from trainer.messages.outbox import OutgoingMessage
from trainer.registration.models import STATUSES_WITHOUT_PAGE, Registration, RegistrationStatus
from trainer.registration.notifications.letters import (
    NOTIFIED_STATUSES,
    build_link_message,
    build_reminder_message,
    build_status_message,
    get_message_topic,
)
from trainer.registration.seats.status import lock_registration
from trainer.registration.seats.waiting_list import get_queue_position
from trainer.seminars.models import Seminar, SeminarSession

NOTIFICATION_DELAY = timedelta(seconds=20)
"""How old a status must be before anybody is notified, so that an action undone at once notifies nobody."""
REMINDER_LEAD_TIME = timedelta(hours=24)
LINK_MIN_INTERVAL, DUPLICATE_LINK_MIN_INTERVAL = timedelta(hours=1), timedelta(days=1)
NOTIFICATION_BATCH_SIZE = 200


def list_unnotified_registrations(session: Session, now: datetime) -> list[Registration]:
    """Return registrations whose person was not notified of the status yet, the longest waiting first, one batch at most."""
    unnotified = select(Registration).where(Registration.notified_status != Registration.status)
    settled = unnotified.where(Registration.status_since <= now - NOTIFICATION_DELAY)
    return list(
        session.scalars(settled.order_by(Registration.status_since, Registration.id).limit(NOTIFICATION_BATCH_SIZE))
    )


def queue_status_notification(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the notification of a status, if it has one, and record that the person was notified of it."""
    lock_registration(session, registration)
    if registration.notified_status == registration.status or registration.status_since > now - NOTIFICATION_DELAY:
        return
    registration.notified_status = registration.status
    if registration.status == RegistrationStatus.DUPLICATE and registration.likely_duplicate_of is not None:
        send_page_link(session, registration.likely_duplicate_of, now, DUPLICATE_LINK_MIN_INTERVAL)
    if registration.status in NOTIFIED_STATUSES and not registration.seminar.is_over(now):
        position = get_queue_position(session, registration) if registration.status == RegistrationStatus.WAITING else 0
        queue_message(
            session,
            registration,
            build_status_message(registration, build_status_key(registration), position, now),
            now,
        )


def queue_message(
    session: Session, registration: Registration, message: OutgoingMessage, now: datetime
) -> Message | None:
    """Queue a message to the person of a registration, or return None where the outbox has it already.

    In the example project it is a manual message, because the addresses are invented.
    """
    is_manual = registration.seminar.project.is_example
    return outbox.queue_outgoing_message(session, registration.person, message, now, is_manual=is_manual)


def build_status_key(registration: Registration) -> str:
    """Return the outbox key of a status notification: one for each time that the registration got the status."""
    return f"{registration.status}-{registration.id}-{registration.status_since:%Y%m%dT%H%M%S%f}"


def send_page_link(
    session: Session, registration: Registration, now: datetime, min_interval: timedelta = LINK_MIN_INTERVAL
) -> Message | None:
    """Queue the address of the personal page, at most once in `min_interval`; return None where nothing was queued."""
    if registration.status in STATUSES_WITHOUT_PAGE:
        return None
    recent_links = select(Message.id).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.key.startswith(f"link-{registration.id}-"),
        Message.created_at > now - min_interval,
    )
    if session.scalar(recent_links.limit(1)) is not None:
        return None
    return queue_message(
        session, registration, build_link_message(registration, f"link-{registration.id}-{now:%Y%m%dT%H}"), now
    )


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
            select(Message.key).where(Message.kind == "reminder", Message.created_at > now - 2 * REMINDER_LEAD_TIME)
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
    queue_message(
        session, registration, build_reminder_message(registration, build_reminder_key(registration), now), now
    )


def list_outdated_notifications(session: Session, now: datetime) -> list[Message]:
    """Return the queued status notifications and reminders that are no longer true."""
    messages = outbox.list_queued_messages(session, (*NOTIFIED_STATUSES, "reminder"))
    registrations = load_registrations_by_id(session, {parse_registration_id(message) for message in messages})
    return [
        message
        for message in messages
        if not is_notification_current(message, registrations.get(parse_registration_id(message)), now)
    ]


def load_registrations_by_id(session: Session, ids: set[int]) -> dict[int, Registration]:
    """Return registrations by id."""
    return {
        registration.id: registration
        for registration in session.scalars(select(Registration).where(Registration.id.in_(ids)))
    }


def parse_registration_id(message: Message) -> int:
    """Return the registration id in the key of a status notification or reminder."""
    return int(message.key.split("-")[1])


def is_notification_current(message: Message, registration: Registration | None, now: datetime) -> bool:
    """Return whether a queued status notification or reminder is still true and the seminar is not over."""
    if registration is None or registration.seminar.is_over(now):
        return False
    if message.kind != "reminder":
        return message.key == build_status_key(registration)
    seminar = registration.seminar
    is_upcoming = bool(seminar.sessions) and now < get_seminar_start(seminar)
    return (
        is_upcoming
        and registration.status == RegistrationStatus.REGISTERED
        and message.key == build_reminder_key(registration)
    )


def recall_notification(session: Session, message: Message, now: datetime) -> None:
    """Recall a queued notification that is no longer true.

    The person's notified status goes back to the one of the last notification that was sent.
    """
    registration = session.get(Registration, parse_registration_id(message))
    if registration is not None:
        lock_registration(session, registration)
    if is_notification_current(message, registration, now) or not outbox.recall_message(session, message, now):
        return
    if registration is not None and message.kind == registration.notified_status:
        registration.notified_status = find_last_notified_status(session, registration)


def find_last_notified_status(session: Session, registration: Registration) -> str:
    """Return the status in the last notification that was sent, or an empty string."""
    statement = select(Message.kind).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.kind.in_(NOTIFIED_STATUSES),
        Message.key.like(f"%-{registration.id}-%"),
        Message.status == MessageStatus.SENT,
    )
    return session.scalar(statement.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1)) or ""

"""Which queued notifications are still true, their texts, and recalling the others."""

from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message, get_event_key
from trainer.messages.rendering import MessageText
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.letters import LINK_KIND, NOTIFIED_STATUSES, REMINDER_KIND
from trainer.registration.notifications.queueing import (
    RegistrationAtPresent,
    build_status_key,
    find_last_notified_status,
    parse_registration_id,
)
from trainer.registration.notifications.reminders import (
    get_seminar_start,
    get_start_day,
    list_unanswered_ids,
    parse_reminder,
)
from trainer.registration.notifications.texts import (
    build_link_message,
    build_reminder_message,
    build_status_message,
)
from trainer.registration.seats.status import lock_registration
from trainer.registration.seats.waiting_list import get_queue_position
from trainer.seminars.models import Seminar

REGISTRATION_MESSAGE_KINDS = (*NOTIFIED_STATUSES, REMINDER_KIND, LINK_KIND)


def list_outdated_notifications(session: Session, now: datetime) -> list[Message]:
    """Return the queued status notifications, reminders and links that are no longer true."""
    messages = outbox.list_queued_rows(session, REGISTRATION_MESSAGE_KINDS)
    registrations = map_registration_statuses(session, {parse_registration_id(message.key) for message in messages})
    outdated = [
        message.id
        for message in messages
        if not is_notification_current(message, registrations.get(parse_registration_id(message.key)), now)
    ]
    return outbox.load_messages(session, outdated)


def map_registration_statuses(session: Session, ids: set[int]) -> dict[int, RegistrationAtPresent]:
    """Return what decides whether notifications about registrations are true, by registration id.

    Thousands may wait to be sent by hand, so no objects are loaded for them.
    """
    query = select(Registration.id, Registration.status, Registration.status_since, Registration.seminar_id)
    rows = session.execute(query.where(Registration.id.in_(ids))).all()
    seminar_ids = {row.seminar_id for row in rows}
    seminars = {seminar.id: seminar for seminar in session.scalars(select(Seminar).where(Seminar.id.in_(seminar_ids)))}
    return {
        row.id: RegistrationAtPresent(row.id, row.status, row.status_since, seminars[row.seminar_id]) for row in rows
    }


def is_notification_current(
    message: Message | Row[int, str, str], registration: Registration | RegistrationAtPresent | None, now: datetime
) -> bool:
    """Return whether a queued message is still true: a link leads to a page, others are about a seminar not yet over."""
    if registration is None:
        return False
    if message.kind == LINK_KIND:
        return registration.status != RegistrationStatus.MERGED
    if registration.seminar.is_over(now):
        return False
    if message.kind != REMINDER_KIND:
        return get_event_key(message.key) == build_status_key(registration)
    seminar = registration.seminar
    is_upcoming = bool(seminar.sessions) and now < get_seminar_start(seminar)
    return (
        is_upcoming
        and registration.status == RegistrationStatus.REGISTERED
        and parse_reminder(get_event_key(message.key)) == (registration.id, get_start_day(seminar))
    )


def render_registration_message(session: Session, message: Message, now: datetime) -> MessageText | None:
    """Return the text of a status notification, reminder or link; None if it is no longer true, or is held back."""
    registration = session.get(Registration, parse_registration_id(message.key))
    if registration is None or not is_notification_current(message, registration, now):
        return None
    if message.kind == LINK_KIND:
        return build_link_message(session, registration)
    if is_held_back(session, message, registration, now):
        return None
    if message.kind == REMINDER_KIND:
        return build_reminder_message(session, registration, now)
    position = get_queue_position(session, registration) if message.kind == RegistrationStatus.WAITING else 0
    return build_status_message(session, registration, position, now)


def is_held_back(session: Session, message: Message, registration: Registration, now: datetime) -> bool:
    """Return whether a message has to wait.

    While the seminar is cancelled, because it may be reinstated; and a reminder that would tell of a change before the
    organizer has decided on it.
    """
    if registration.seminar.is_cancelled:
        return True
    return message.kind == REMINDER_KIND and registration.id in list_unanswered_ids(
        session, [registration.seminar], now
    )


def recall_notification(session: Session, message: Message, now: datetime) -> None:
    """Recall a queued notification that is no longer true.

    The person's notified status goes back to the one of the last notification that was sent.
    """
    registration = session.get(Registration, parse_registration_id(message.key))
    if registration is not None:
        lock_registration(session, registration)
    if is_notification_current(message, registration, now) or not outbox.recall_message(session, message, now):
        return
    if registration is not None and message.kind == registration.notified_status:
        registration.notified_status = find_last_notified_status(session, registration)

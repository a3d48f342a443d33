"""Letters that follow the state: who is to be told of what, once; reminders; links to the personal page; what no longer holds."""

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
"""How long a state stands before anybody is told, so that what is undone at once tells nobody."""
REMINDER_LEAD_TIME = timedelta(hours=24)
LINK_MIN_INTERVAL, DUPLICATE_LINK_MIN_INTERVAL = timedelta(hours=1), timedelta(days=1)
NOTIFICATION_BATCH_SIZE = 200


def list_unnotified_registrations(session: Session, now: datetime) -> list[Registration]:
    """Find the registrations whose person does not know of the state yet, the oldest news first."""
    wanted = select(Registration).where(Registration.notified_status != Registration.status)
    settled = wanted.where(Registration.status_since <= now - NOTIFICATION_DELAY)
    return list(
        session.scalars(settled.order_by(Registration.status_since, Registration.id).limit(NOTIFICATION_BATCH_SIZE))
    )


def queue_status_notification(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the letter about the state where there is one, and note that it was told."""
    lock_registration(session, registration)
    if registration.notified_status == registration.status or registration.status_since > now - NOTIFICATION_DELAY:
        return
    registration.notified_status = registration.status
    if registration.status == RegistrationStatus.DUPLICATE and registration.likely_duplicate_of is not None:
        send_page_link(session, registration.likely_duplicate_of, now, DUPLICATE_LINK_MIN_INTERVAL)
    if registration.status in NOTIFIED_STATUSES and not registration.seminar.is_over(now):
        place = get_queue_position(session, registration) if registration.status == RegistrationStatus.WAITING else 0
        queue_message(
            session, registration, build_status_message(registration, build_status_key(registration), place, now), now
        )


def queue_message(
    session: Session, registration: Registration, letter: OutgoingMessage, now: datetime
) -> Message | None:
    """Queue a letter to the person of a registration; the addresses of the example are invented."""
    by_hand = registration.seminar.project.is_example
    return outbox.queue_outgoing_message(session, registration.person, letter, now, is_manual=by_hand)


def build_status_key(registration: Registration) -> str:
    """Name the letter about the present state: one for each time that it was entered."""
    return f"{registration.status}-{registration.id}-{registration.status_since:%Y%m%dT%H%M%S%f}"


def send_page_link(
    session: Session, registration: Registration, now: datetime, min_interval: timedelta = LINK_MIN_INTERVAL
) -> Message | None:
    """Send the address of the personal page to the contact that is stored, at most once in the pause; None where it was not sent."""
    if registration.status in STATUSES_WITHOUT_PAGE:
        return None
    lately = select(Message.id).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.key.startswith(f"link-{registration.id}-"),
        Message.created_at > now - min_interval,
    )
    if session.scalar(lately.limit(1)) is not None:
        return None
    return queue_message(
        session, registration, build_link_message(registration, f"link-{registration.id}-{now:%Y%m%dT%H}"), now
    )


def list_registrations_to_remind(session: Session, now: datetime) -> list[Registration]:
    """Find who has a place in a seminar that begins within a day, and was not reminded of that day.

    Whoever heard of the place within this day needs no reminder.
    """
    begins = func.min(SeminarSession.starts_at)
    soon = (
        select(SeminarSession.seminar_id)
        .group_by(SeminarSession.seminar_id)
        .having(begins > now)
        .having(begins <= now + REMINDER_LEAD_TIME)
    )
    wanted = select_seat_holders(soon).where(Registration.notified_status == RegistrationStatus.REGISTERED)
    reminded = set(
        session.scalars(
            select(Message.key).where(Message.kind == "reminder", Message.created_at > now - 2 * REMINDER_LEAD_TIME)
        )
    )
    return [
        each
        for each in session.scalars(wanted)
        if build_reminder_key(each) not in reminded
        and each.status_since <= get_seminar_start(each.seminar) - REMINDER_LEAD_TIME
    ]


def select_seat_holders(seminars: Select[int]) -> Select[Registration]:
    """Who has a place in some seminars."""
    wanted = select(Registration).where(Registration.seminar_id.in_(seminars))
    return wanted.where(Registration.status == RegistrationStatus.REGISTERED).order_by(Registration.id)


def get_seminar_start(seminar: Seminar) -> datetime:
    """When a seminar begins that has sessions."""
    return seminar.sessions[0].starts_at


def build_reminder_key(registration: Registration) -> str:
    """Name the reminder of the day on which the seminar begins now; moved to another day, it is another reminder."""
    day = get_seminar_start(registration.seminar).astimezone(registration.seminar.zone).date()
    return f"reminder-{registration.id}-{day.isoformat()}"


def queue_reminder(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the reminder."""
    queue_message(
        session, registration, build_reminder_message(registration, build_reminder_key(registration), now), now
    )


def list_outdated_notifications(session: Session, now: datetime) -> list[Message]:
    """Find the letters that have not left yet and tell of something that no longer holds."""
    waiting = outbox.list_queued_messages(session, (*NOTIFIED_STATUSES, "reminder"))
    people = load_registrations_by_id(session, {parse_registration_id(each) for each in waiting})
    return [each for each in waiting if not is_notification_current(each, people.get(parse_registration_id(each)), now)]


def load_registrations_by_id(session: Session, ids: set[int]) -> dict[int, Registration]:
    """Registrations by their number."""
    return {each.id: each for each in session.scalars(select(Registration).where(Registration.id.in_(ids)))}


def parse_registration_id(message: Message) -> int:
    """The registration that a letter about a state, or a reminder, is about."""
    return int(message.key.split("-")[1])


def is_notification_current(message: Message, registration: Registration | None, now: datetime) -> bool:
    """Whether what a letter says is still so."""
    if registration is None or registration.seminar.is_over(now):
        return False
    if message.kind != "reminder":
        return message.key == build_status_key(registration)
    seminar = registration.seminar
    coming = bool(seminar.sessions) and now < get_seminar_start(seminar)
    return (
        coming
        and registration.status == RegistrationStatus.REGISTERED
        and message.key == build_reminder_key(registration)
    )


def recall_notification(session: Session, message: Message, now: datetime) -> None:
    """Take back a letter that has not left and no longer holds; the person was then told only of what the last letter that left says."""
    registration = session.get(Registration, parse_registration_id(message))
    if registration is not None:
        lock_registration(session, registration)
    if is_notification_current(message, registration, now) or not outbox.recall_message(session, message, now):
        return
    if registration is not None and message.kind == registration.notified_status:
        registration.notified_status = find_last_notified_status(session, registration)


def find_last_notified_status(session: Session, registration: Registration) -> str:
    """The state that the last letter tells of that has left; empty where none has."""
    wanted = select(Message.kind).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.kind.in_(NOTIFIED_STATUSES),
        Message.key.like(f"%-{registration.id}-%"),
        Message.status == MessageStatus.SENT,
    )
    return session.scalar(wanted.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1)) or ""

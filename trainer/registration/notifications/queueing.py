"""Queueing one notification for each status change, and links to the personal page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.messages import outbox
from trainer.messages.models import Message, MessageStatus
from trainer.messages.outbox import OutgoingMessage
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.registration.notifications.letters import LINK_KIND, NOTIFIED_STATUSES
from trainer.registration.seats.duplicates import list_registrations_with_same_details
from trainer.registration.seats.status import lock_registration
from trainer.seminars.models import Seminar

NOTIFICATION_DELAY = timedelta(seconds=20)
"""How old a status must be before anybody is notified, so that an action undone at once notifies nobody."""
LINK_MIN_INTERVAL, DUPLICATE_LINK_MIN_INTERVAL = timedelta(hours=1), timedelta(days=1)
NOTIFICATION_BATCH_SIZE = 200


@dataclass(frozen=True)
class RegistrationAtPresent:
    """What of a registration decides whether a notification about it is true."""

    id: int
    status: str
    status_since: datetime
    seminar: Seminar


def list_unnotified_registrations(session: Session, now: datetime) -> list[Registration]:
    """Return registrations whose person was not notified of the status yet, the longest waiting first, one batch at most.

    No status means anything while the seminar is cancelled; once it is reinstated, people are notified.
    """
    unnotified = select(Registration).where(
        Registration.notified_status != Registration.status, Registration.seminar.has(Seminar.cancelled_at.is_(None))
    )
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
    if is_status_news(session, registration) and not registration.seminar.is_over(now):
        queue_message(session, registration, registration.status, build_status_key(registration), now)


def is_status_news(session: Session, registration: Registration) -> bool:
    """Return whether a notification of the status would say something that the person was not told last.

    A merge notifies nobody, so whoever is registered again after it was undone knows that already. A position on the waiting
    list and the end of an offer are other ones than before.
    """
    has_other_facts = registration.status in (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
    return registration.status in NOTIFIED_STATUSES and (
        has_other_facts or find_last_notified_status(session, registration) != registration.status
    )


def find_last_notified_status(session: Session, registration: Registration) -> str:
    """Return the status in the last notification that was sent, or an empty string."""
    statement = select(Message.kind).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.kind.in_(NOTIFIED_STATUSES),
        Message.key.like(f"%-{registration.id}-%"),
        Message.status == MessageStatus.SENT,
    )
    return session.scalar(statement.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1)) or ""


def list_alarming_registrations(session: Session, _now: datetime) -> list[Registration]:
    """Return registrations with the details of somebody else who is still to be told, one batch at most."""
    alarming = select(Registration).where(Registration.is_alert_due).order_by(Registration.id)
    return list(session.scalars(alarming.limit(NOTIFICATION_BATCH_SIZE)))


def alarm_stored_contacts(session: Session, registration: Registration, now: datetime) -> None:
    """Send the people whose details a registration repeats the links of their own pages, and record that they were told.

    They are the active registrations with the same phone, email address or name, and the ones that it superseded.
    """
    lock_registration(session, registration)
    superseded = select(Registration).where(
        Registration.merged_into_id == registration.id, Registration.status == RegistrationStatus.SUPERSEDED
    )
    if registration.is_alert_due and registration.status in ACTIVE_STATUSES:
        repeated = list_registrations_with_same_details(session, registration)
        for other in (*repeated, *session.scalars(superseded)):
            send_page_link(session, other, now, DUPLICATE_LINK_MIN_INTERVAL)
    registration.is_alert_due = False


def queue_message(session: Session, registration: Registration, kind: str, key: str, now: datetime) -> Message | None:
    """Queue a message to the person of a registration, or return None where the outbox has the key already.

    In the example project it is a manual message, because the addresses are invented.
    """
    is_manual = registration.seminar.project.is_example
    outgoing = OutgoingMessage(kind, key, get_message_topic(registration.seminar))
    return outbox.queue_outgoing_message(session, registration.person, outgoing, now, is_manual=is_manual)


def parse_registration_id(key: str) -> int:
    """Return the registration id in the key of a message about a registration."""
    return int(key.split("-")[1])


def load_registrations_by_id(session: Session, ids: set[int]) -> dict[int, Registration]:
    """Return registrations by id, with their persons."""
    statement = select(Registration).where(Registration.id.in_(ids)).options(joinedload(Registration.person))
    return {registration.id: registration for registration in session.scalars(statement)}


def build_status_key(registration: Registration | RegistrationAtPresent) -> str:
    """Return the outbox key of a status notification: one for each time that the registration got the status."""
    return f"{registration.status}-{registration.id}-{registration.status_since:%Y%m%dT%H%M%S%f}"


def send_page_link(
    session: Session, registration: Registration, now: datetime, min_interval: timedelta = LINK_MIN_INTERVAL
) -> Message | None:
    """Queue the address of the personal page, at most once in `min_interval`; return None where nothing was queued."""
    if registration.status == RegistrationStatus.MERGED:
        return None
    recent_links = select(Message.id).where(
        Message.topic == get_message_topic(registration.seminar),
        Message.key.startswith(f"link-{registration.id}-"),
        Message.created_at > now - min_interval,
    )
    if session.scalar(recent_links.limit(1)) is not None:
        return None
    return queue_message(session, registration, LINK_KIND, f"link-{registration.id}-{now:%Y%m%dT%H}", now)

"""Sending announcements: queueing their messages once, rendering them, recalling those that no longer apply."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message, MessageStatus
from trainer.messages.rendering import MessageText
from trainer.people.models import Person
from trainer.registration.announcements.models import Announcement, AnnouncementStatus
from trainer.registration.announcements.recipients import Recipient, can_be_told, list_audience
from trainer.registration.announcements.segments import get_segment
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.registration.notifications.texts import fill_letter
from trainer.seminars.models import Seminar
from trainer.sqlite_transactions import read_only

ANNOUNCEMENT_KIND = "announcement"
PORTION_SIZE = 500
"""How many messages are queued in one transaction, which other writers wait for."""


class AnnouncementStatusChanged(Exception):
    """The announcement no longer has the status that the organizer saw."""


class NobodyToTell(Exception):
    """Nobody is in the segment, or nobody there can be reached."""


def lock_announcement(session: Session, announcement: Announcement, *statuses: AnnouncementStatus) -> None:
    """Reload and lock an announcement. Raises AnnouncementStatusChanged unless it has one of the statuses."""
    session.refresh(announcement, with_for_update=True)
    if announcement.status not in statuses:
        raise AnnouncementStatusChanged


def schedule_announcement(session: Session, announcement: Announcement, now: datetime) -> None:
    """Schedule an announcement for its time, or for now if it has none; a job sends it. Raises AnnouncementStatusChanged, NobodyToTell.

    At a later time there may be more people, so nobody is needed yet.
    """
    lock_announcement(session, announcement, AnnouncementStatus.DRAFT)
    is_later = announcement.send_at is not None and announcement.send_at > now
    if not is_later and not list_audience(session, announcement, now).recipients:
        raise NobodyToTell
    announcement.status = AnnouncementStatus.SCHEDULED
    announcement.send_at = announcement.send_at if is_later else now


def unschedule_announcement(session: Session, announcement: Announcement) -> None:
    """Make an announcement that has not been sent a draft again. Raises AnnouncementStatusChanged."""
    lock_announcement(session, announcement, AnnouncementStatus.SCHEDULED)
    announcement.status = AnnouncementStatus.DRAFT


def stop_announcement(session: Session, announcement: Announcement) -> int:
    """Recall the messages of an announcement that are still queued and return their number. Raises AnnouncementStatusChanged."""
    lock_announcement(session, announcement, AnnouncementStatus.SENT)
    queued = update(Message).where(Message.batch == announcement.batch, Message.status == MessageStatus.QUEUED)
    recalled = session.execute(queued.values(status=MessageStatus.RECALLED).returning(Message.id)).all()
    announcement.status = AnnouncementStatus.STOPPED
    if announcement.recipient_count is None:
        announcement.recipient_count = count_batch_messages(session, announcement)
    return len(recalled)


def list_due_announcements(session: Session, now: datetime) -> list[Announcement]:
    """Return the announcements whose time has come, and those of which a worker that was stopped has queued a part."""
    is_due = (Announcement.status == AnnouncementStatus.SCHEDULED) & (Announcement.send_at <= now)
    is_unfinished = (Announcement.status == AnnouncementStatus.SENT) & Announcement.recipient_count.is_(None)
    statement = select(Announcement).where(is_due | is_unfinished)
    return list(session.scalars(statement.order_by(Announcement.send_at, Announcement.id)))


def send_announcement(session: Session, announcement: Announcement, now: datetime) -> None:
    """Queue one message to everybody who is in the segment now.

    The messages are queued in portions, each in a transaction of its own, so that nobody waits long for the database. Nobody gets
    two: a portion leaves out whom another worker, or this one before it was stopped, has told already.
    """
    if not begin_sending(session, announcement, now):
        return
    with read_only(session):
        recipients = list_audience(session, announcement, now).recipients
    for first in range(0, len(recipients), PORTION_SIZE):
        if not lock_unfinished(session, announcement):
            return
        queue_portion(session, announcement, recipients[first : first + PORTION_SIZE], now)
        session.commit()
    if lock_unfinished(session, announcement):
        announcement.recipient_count = count_batch_messages(session, announcement)
        session.commit()


def begin_sending(session: Session, announcement: Announcement, now: datetime) -> bool:
    """Mark an announcement whose time has come as sent, and return whether messages are to be queued."""
    session.refresh(announcement, with_for_update=True)
    is_due = announcement.send_at is not None and announcement.send_at <= now
    if announcement.status == AnnouncementStatus.SCHEDULED and is_due:
        announcement.status, announcement.sent_at = AnnouncementStatus.SENT, now
    is_begun = announcement.is_being_queued
    session.commit()
    return is_begun


def lock_unfinished(session: Session, announcement: Announcement) -> bool:
    """Lock an announcement, and return whether it has been neither finished nor stopped meanwhile."""
    session.refresh(announcement, with_for_update=True)
    if announcement.is_being_queued:
        return True
    session.commit()
    return False


def queue_portion(session: Session, announcement: Announcement, portion: Sequence[Recipient], now: datetime) -> None:
    """Queue the messages to some recipients, without those who have one, under whichever registration."""
    told = (
        select(Message.person_id, Person.folded_name, Person.phone, Person.email)
        .join(Message.person)
        .where(
            Message.batch == announcement.batch,
            Person.id.in_([one.person_id for one in portion])
            | Person.folded_name.in_([one.identity[0] for one in portion]),
        )
    )
    people, identities = set(), set()
    for person_id, *identity in session.execute(told):
        people.add(person_id)
        identities.add(tuple(identity))
    rows = [
        build_message_row(announcement, one, now)
        for one in portion
        if one.person_id not in people and one.identity not in identities
    ]
    if rows:
        session.execute(insert(Message), rows)


def count_batch_messages(session: Session, announcement: Announcement) -> int:
    """Count the messages of an announcement."""
    return session.scalar(select(func.count()).where(Message.batch == announcement.batch)) or 0


def build_message_row(announcement: Announcement, recipient: Recipient, now: datetime) -> dict[str, object]:
    """Return the columns of a recipient's message; its text is rendered when it is sent."""
    return {
        "key": f"{ANNOUNCEMENT_KIND}-{recipient.registration_id}-{announcement.id}",
        "kind": ANNOUNCEMENT_KIND,
        "topic": get_message_topic(Seminar(id=recipient.seminar_id)),
        "batch": announcement.batch,
        "person_id": recipient.person_id,
        "channel": recipient.channel,
        "address": recipient.address,
        "language": recipient.language,
        "subject": "",
        "body": "",
        "status": MessageStatus.QUEUED,
        "created_at": now,
        "due_at": now,
    }


def parse_announcement_key(key: str) -> tuple[int, int]:
    """Return the ids of registration and announcement in the key of a message."""
    _kind, registration_id, announcement_id = key.split("-")
    return int(registration_id), int(announcement_id)


def list_announcements_of(session: Session, messages: Iterable[Message]) -> list[Announcement]:
    """Return the announcements that some messages send, by one query."""
    own = [message for message in messages if message.kind == ANNOUNCEMENT_KIND]
    ids = {parse_announcement_key(message.event_key)[1] for message in own}
    return list(session.scalars(select(Announcement).where(Announcement.id.in_(ids)))) if ids else []


def render_announcement_message(session: Session, message: Message, _now: datetime) -> MessageText | None:
    """Return the text of a message to somebody; None if it was stopped, or the person has left in the meantime."""
    registration_id, announcement_id = parse_announcement_key(message.event_key)
    announcement = session.get(Announcement, announcement_id)
    registration = session.get(Registration, registration_id)
    if announcement is None or announcement.status == AnnouncementStatus.STOPPED or registration is None:
        return None
    has_left = registration.status not in ACTIVE_STATUSES or registration.person.erasure_requested_at is not None
    return None if has_left or registration.person.erased_at else render_announcement(announcement, registration)


def render_announcement(announcement: Announcement, registration: Registration) -> MessageText:
    """Return the text of an announcement to the person of a registration."""
    language = announcement.choose_language(registration.person.language)
    return fill_letter(announcement.get_letter(language), registration, language)


def list_outdated_announcement_messages(session: Session, now: datetime) -> list[Message]:
    """Return the queued messages of announcements whose people have left, or are no longer in the segment."""
    by_announcement: dict[int, list[Message]] = defaultdict(list)
    for message in outbox.list_queued_messages(session, [ANNOUNCEMENT_KIND]):
        by_announcement[parse_announcement_key(message.event_key)[1]].append(message)
    return [
        message
        for announcement_id, messages in by_announcement.items()
        for message in list_messages_to_recall(session, session.get(Announcement, announcement_id), messages, now)
    ]


def list_messages_to_recall(
    session: Session, announcement: Announcement | None, messages: Iterable[Message], now: datetime
) -> list[Message]:
    """Return which queued messages of an announcement no longer apply."""
    if announcement is None or announcement.status == AnnouncementStatus.STOPPED:
        return list(messages)
    seminar_ids = [seminar.id for seminar in announcement.seminars]
    told = select(Registration.id).join(Registration.person)
    told_ids = set(session.scalars(told.where(Registration.seminar_id.in_(seminar_ids), can_be_told())))
    told_ids &= get_segment(announcement.segment).list_registration_ids(session, announcement.seminars, now)
    return [message for message in messages if parse_announcement_key(message.event_key)[0] not in told_ids]

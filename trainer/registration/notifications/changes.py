"""Telling people of a change of their seminar, after the organizer has decided so.

The key of a message holds what its reader knew: several changes are told as one difference, from there to what is true when
the message is sent.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.outbox import OutgoingMessage
from trainer.messages.rendering import MessageText
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.notifications.calendars import build_letter_calendars
from trainer.registration.notifications.knowledge import (
    KnownSchedule,
    describe_news,
    get_message_topic,
    list_outdated_people,
)
from trainer.registration.notifications.letters import CHANGE_KIND
from trainer.registration.notifications.queueing import load_registrations_by_id, parse_registration_id
from trainer.registration.notifications.texts import build_change_message
from trainer.seminars.changes import ScheduleHistory, decide_changes, load_histories
from trainer.seminars.difference import Difference
from trainer.seminars.locking import lock_and_reload_seminar
from trainer.seminars.models import ChangeDecision, Seminar

NOTHING_KNOWN = "none"


class ChangeDecided(Exception):
    """There is nothing to decide: somebody else has done so."""


class ChangedAgain(Exception):
    """The seminar has changed since the preview was shown."""


def tell_people(
    session: Session, seminar: Seminar, shown_version: int, user_id: int | None, now: datetime
) -> list[Message]:
    """Queue a message to everybody whose schedule is outdated. Raises ChangeDecided and ChangedAgain.

    `shown_version` is the version of the seminar in the preview.
    """
    lock_open_change(session, seminar, shown_version)
    outdated = list_outdated_people(session, seminar, now)
    decide_changes(session, seminar, ChangeDecision.TOLD, user_id, now)
    topic, is_example = get_message_topic(seminar), seminar.project.is_example  # whose addresses are invented
    news = {
        known.registration.person: OutgoingMessage(CHANGE_KIND, build_change_key(known, shown_version), topic)
        for known in outdated
    }
    return outbox.queue_new_messages(session, news, now, is_manual=is_example)


def tell_nobody(session: Session, seminar: Seminar, shown_version: int, user_id: int | None, now: datetime) -> None:
    """Decide that nobody is told of the change. Raises ChangeDecided and ChangedAgain."""
    lock_open_change(session, seminar, shown_version)
    decide_changes(session, seminar, ChangeDecision.NOT_TOLD, user_id, now)


def lock_open_change(session: Session, seminar: Seminar, shown_version: int) -> None:
    """Lock a seminar whose change is to be decided. Raises ChangeDecided and ChangedAgain."""
    lock_and_reload_seminar(session, seminar)
    if not seminar.has_open_change:
        raise ChangeDecided
    if seminar.calendar_version != shown_version:
        raise ChangedAgain


def build_change_key(known: KnownSchedule, told_version: int) -> str:
    """Return the outbox key of the message to somebody: what they know, and the version of which they are told."""
    version = NOTHING_KNOWN if known.version is None else known.version
    return f"{CHANGE_KIND}-{known.registration.id}-{version}-{told_version}"


def find_untold_difference(
    history: ScheduleHistory, message: Message, registration: Registration, now: datetime
) -> Difference | None:
    """Return what a queued message has to tell; None if it need not be sent, or a later one tells it."""
    _kind, _registration_id, known, told = message.event_key.split("-")
    is_news = registration.status in ACTIVE_STATUSES and not history.seminar.is_over(now)
    if not is_news or int(told) < (history.last_told_version or 0):
        return None
    return describe_news(history, None if known == NOTHING_KNOWN else int(known), registration.person.language)


def render_change_message(session: Session, message: Message, now: datetime) -> MessageText | None:
    """Return the text of a message about a change; None if there is nothing to tell any more."""
    registration = session.get_one(Registration, parse_registration_id(message.key))
    history = load_histories(session, [registration.seminar])[registration.seminar_id]
    difference = find_untold_difference(history, message, registration, now)
    if difference is None:
        return None
    return build_change_message(
        session, registration, difference, now, build_letter_calendars(session, registration, now)
    )


def list_outdated_change_messages(session: Session, now: datetime) -> list[Message]:
    """Return the queued messages about changes of which there is nothing to tell any more."""
    messages = outbox.list_queued_messages(session, [CHANGE_KIND])
    registrations = load_registrations_by_id(session, {parse_registration_id(message.key) for message in messages})
    histories = load_histories(session, {registration.seminar for registration in registrations.values()})
    addressed = [(message, registrations[parse_registration_id(message.key)]) for message in messages]
    return [
        message
        for message, registration in addressed
        if find_untold_difference(histories[registration.seminar_id], message, registration, now) is None
    ]

"""Letters that follow the state: who is to be told of what, once; reminders; links to the personal page; what no longer holds."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.messages import outbox
from trainer.messages.models import Message, MessageState
from trainer.messages.outbox import Letter
from trainer.registration.models import HIDDEN, Registration, State
from trainer.registration.notifications.letters import TOLD, link_letter, reminder_letter, state_letter, topic_of
from trainer.registration.seats.waiting_list import locked, position
from trainer.seminars.models import Seminar, SeminarSession

SETTLE = timedelta(seconds=20)
"""How long a state stands before anybody is told, so that what is undone at once tells nobody."""
DAY_BEFORE = timedelta(hours=24)
LINK_PAUSE, DUPLICATE_PAUSE = timedelta(hours=1), timedelta(days=1)
AT_ONCE = 200


def untold(session: Session, now: datetime) -> list[Registration]:
    """Find the registrations whose person does not know of the state yet, the oldest news first."""
    wanted = select(Registration).where(Registration.told != Registration.state)
    settled = wanted.where(Registration.state_since <= now - SETTLE)
    return list(session.scalars(settled.order_by(Registration.state_since, Registration.id).limit(AT_ONCE)))


def tell(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the letter about the state where there is one, and note that it was told."""
    locked(session, registration)
    if registration.told == registration.state or registration.state_since > now - SETTLE:
        return
    registration.told = registration.state
    if registration.state == State.DUPLICATE and registration.likely_same_as is not None:
        send_link(session, registration.likely_same_as, now, DUPLICATE_PAUSE)
    if registration.state in TOLD and not is_over(registration.seminar, now):
        place = position(session, registration) if registration.state == State.WAITING else 0
        queue(session, registration, state_letter(registration, state_key(registration), place, now), now)


def queue(session: Session, registration: Registration, letter: Letter, now: datetime) -> Message | None:
    """Queue a letter to the person of a registration; the addresses of the example are invented."""
    by_hand = registration.seminar.project.is_example
    return outbox.put(session, registration.person, letter, now, by_hand=by_hand)


def state_key(registration: Registration) -> str:
    """Name the letter about the present state: one for each time that it was entered."""
    return f"{registration.state}-{registration.id}-{registration.state_since:%Y%m%dT%H%M%S%f}"


def is_over(seminar: Seminar, now: datetime) -> bool:
    """Whether the last session has ended, after which nobody needs to know."""
    return seminar.ends_at is not None and seminar.ends_at <= now


def send_link(
    session: Session, registration: Registration, now: datetime, pause: timedelta = LINK_PAUSE
) -> Message | None:
    """Send the address of the personal page to the contact that is stored, at most once in the pause; None where it was not sent."""
    if registration.state in HIDDEN:
        return None
    lately = select(Message.id).where(
        Message.topic == topic_of(registration.seminar),
        Message.key.startswith(f"link-{registration.id}-"),
        Message.created_at > now - pause,
    )
    if session.scalar(lately.limit(1)) is not None:
        return None
    return queue(session, registration, link_letter(registration, f"link-{registration.id}-{now:%Y%m%dT%H}"), now)


def to_remind(session: Session, now: datetime) -> list[Registration]:
    """Find who has a place in a seminar that begins within a day, and was not reminded of that day.

    Whoever heard of the place within this day needs no reminder.
    """
    begins = func.min(SeminarSession.starts_at)
    soon = (
        select(SeminarSession.seminar_id)
        .group_by(SeminarSession.seminar_id)
        .having(begins > now)
        .having(begins <= now + DAY_BEFORE)
    )
    wanted = holding_places(soon).where(Registration.told == State.REGISTERED)
    reminded = set(
        session.scalars(
            select(Message.key).where(Message.kind == "reminder", Message.created_at > now - 2 * DAY_BEFORE)
        )
    )
    return [
        each
        for each in session.scalars(wanted)
        if reminder_key(each) not in reminded and each.state_since <= begins_at(each.seminar) - DAY_BEFORE
    ]


def holding_places(seminars: Select[int]) -> Select[Registration]:
    """Who has a place in some seminars."""
    wanted = select(Registration).where(Registration.seminar_id.in_(seminars))
    return wanted.where(Registration.state == State.REGISTERED).order_by(Registration.id)


def begins_at(seminar: Seminar) -> datetime:
    """When a seminar begins that has sessions."""
    return seminar.sessions[0].starts_at


def reminder_key(registration: Registration) -> str:
    """Name the reminder of the day on which the seminar begins now; moved to another day, it is another reminder."""
    day = begins_at(registration.seminar).astimezone(registration.seminar.zone).date()
    return f"reminder-{registration.id}-{day.isoformat()}"


def remind(session: Session, registration: Registration, now: datetime) -> None:
    """Queue the reminder."""
    queue(session, registration, reminder_letter(registration, reminder_key(registration), now), now)


def outdated(session: Session, now: datetime) -> list[Message]:
    """Find the letters that have not left yet and tell of something that no longer holds."""
    waiting = outbox.waiting(session, (*TOLD, "reminder"))
    people = registrations_by_id(session, {registration_id(each) for each in waiting})
    return [each for each in waiting if not holds(each, people.get(registration_id(each)), now)]


def registrations_by_id(session: Session, ids: set[int]) -> dict[int, Registration]:
    """Registrations by their number."""
    return {each.id: each for each in session.scalars(select(Registration).where(Registration.id.in_(ids)))}


def registration_id(message: Message) -> int:
    """The registration that a letter about a state, or a reminder, is about."""
    return int(message.key.split("-")[1])


def holds(message: Message, registration: Registration | None, now: datetime) -> bool:
    """Whether what a letter says is still so."""
    if registration is None or is_over(registration.seminar, now):
        return False
    if message.kind != "reminder":
        return message.key == state_key(registration)
    seminar = registration.seminar
    coming = bool(seminar.sessions) and now < begins_at(seminar)
    return coming and registration.state == State.REGISTERED and message.key == reminder_key(registration)


def recall(session: Session, message: Message, now: datetime) -> None:
    """Take back a letter that has not left and no longer holds; the person was then told only of what the last letter that left says."""
    registration = session.get(Registration, registration_id(message))
    if registration is not None:
        locked(session, registration)
    if holds(message, registration, now) or not outbox.recall(session, message, now):
        return
    if registration is not None and message.kind == registration.told:
        registration.told = last_told(session, registration)


def last_told(session: Session, registration: Registration) -> str:
    """The state that the last letter tells of that has left; empty where none has."""
    wanted = select(Message.kind).where(
        Message.topic == topic_of(registration.seminar),
        Message.kind.in_(TOLD),
        Message.key.like(f"%-{registration.id}-%"),
        Message.state == MessageState.SENT,
    )
    return session.scalar(wanted.order_by(Message.sent_at.desc(), Message.id.desc()).limit(1)) or ""

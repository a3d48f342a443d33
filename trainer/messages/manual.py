"""Messages that the organizer sends: links that open a messenger with the text in it, the mark «sent», its undo, a second try."""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from sqlalchemy.orm import Session

from trainer.messages.models import Channel, Message, MessageState


class Through(StrEnum):
    """By which way the organizer told somebody."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    CALL = "call"


class Settled(Exception):
    """The message is no longer what the organizer saw: somebody else has dealt with it."""


def links(message: Message) -> dict[Through, str]:
    """The addresses that open a messenger at the person's number with the text ready to send."""
    number, text = message.person.phone, quote(message.body)
    digits = number.lstrip("+")
    return {
        Through.WHATSAPP: f"https://wa.me/{digits}?text={text}",
        Through.TELEGRAM: f"https://t.me/+{digits}?text={text}",
        Through.SMS: f"sms:{number}?body={text}",
    }


def mark_sent(session: Session, message: Message, through: Through, user_id: int | None, now: datetime) -> None:
    """Note that the organizer sent the message; a second tap changes nothing. Raises Settled."""
    hold(session, message)
    if message.channel == Channel.HAND and message.state == MessageState.SENT:
        return
    expect(message, Channel.HAND, MessageState.QUEUED)
    message.state, message.sent_at = MessageState.SENT, now
    message.sent_through, message.sent_by_id = through, user_id
    message.attempts += 1


def take_mark_back(session: Session, message: Message) -> None:
    """Note that the message was not sent by hand after all. Raises Settled."""
    hold(session, message)
    expect(message, Channel.HAND, MessageState.SENT)
    message.state, message.sent_at, message.sent_through, message.sent_by_id = MessageState.QUEUED, None, "", None


def send_again(session: Session, message: Message, now: datetime) -> None:
    """Try a failed message once more, at the address that the person has now. Raises Settled."""
    hold(session, message)
    expect(message, Channel.EMAIL, MessageState.FAILED)
    queue(message, Channel.EMAIL if message.person.email else Channel.HAND, now)


def by_hand(session: Session, message: Message, now: datetime) -> None:
    """Leave an e-mail that failed, or still waits, to the organizer. Raises Settled."""
    hold(session, message)
    expect(message, Channel.EMAIL, MessageState.FAILED, MessageState.QUEUED)
    queue(message, Channel.HAND, now)


def leave_to_organizer(session: Session, message: Message, now: datetime) -> None:
    """Let the organizer send an e-mail that no server will take; one that somebody else dealt with stays as it is."""
    with suppress(Settled):
        by_hand(session, message, now)


def hold(session: Session, message: Message) -> None:
    """Look at the message as it is now, and let nobody else change it meanwhile."""
    session.refresh(message, with_for_update=True)


def expect(message: Message, channel: Channel, *states: MessageState) -> None:
    """Raise Settled unless the message is on this channel and in one of these states."""
    if message.channel != channel or message.state not in states:
        raise Settled


def queue(message: Message, channel: Channel, now: datetime) -> None:
    """Put a message into the queue as if it were new."""
    message.channel, message.state = channel, MessageState.QUEUED
    message.address = message.person.email if channel == Channel.EMAIL else message.person.phone
    message.due_at, message.attempts, message.error = now, 0, ""

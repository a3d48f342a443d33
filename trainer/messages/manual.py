"""Messages that the organizer sends: links that open a messenger with the text in it, the mark «sent», its undo, a second try."""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageChannel, MessageStatus


class ManualChannel(StrEnum):
    """By which way the organizer told somebody."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    CALL = "call"


class MessageStatusChanged(Exception):
    """The message is no longer what the organizer saw: somebody else has dealt with it."""


def build_messenger_links(message: Message) -> dict[ManualChannel, str]:
    """The addresses that open a messenger at the person's number with the text ready to send."""
    number, text = message.person.phone, quote(message.body)
    digits = number.lstrip("+")
    return {
        ManualChannel.WHATSAPP: f"https://wa.me/{digits}?text={text}",
        ManualChannel.TELEGRAM: f"https://t.me/+{digits}?text={text}",
        ManualChannel.SMS: f"sms:{number}?body={text}",
    }


def record_manual_sending(
    session: Session, message: Message, manual_channel: ManualChannel, user_id: int | None, now: datetime
) -> None:
    """Note that the organizer sent the message; a second tap changes nothing. Raises Settled."""
    lock_message(session, message)
    if message.channel == MessageChannel.MANUAL and message.status == MessageStatus.SENT:
        return
    require_message_status(message, MessageChannel.MANUAL, MessageStatus.QUEUED)
    message.status, message.sent_at = MessageStatus.SENT, now
    message.sent_through, message.sent_by_id = manual_channel, user_id
    message.attempts += 1


def undo_manual_sending(session: Session, message: Message) -> None:
    """Note that the message was not sent by hand after all. Raises Settled."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.MANUAL, MessageStatus.SENT)
    message.status, message.sent_at, message.sent_through, message.sent_by_id = MessageStatus.QUEUED, None, "", None


def retry_failed_message(session: Session, message: Message, now: datetime) -> None:
    """Try a failed message once more, at the address that the person has now. Raises Settled."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.EMAIL, MessageStatus.FAILED)
    requeue_message(message, MessageChannel.EMAIL if message.person.email else MessageChannel.MANUAL, now)


def switch_to_manual(session: Session, message: Message, now: datetime) -> None:
    """Leave an e-mail that failed, or still waits, to the organizer. Raises Settled."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.EMAIL, MessageStatus.FAILED, MessageStatus.QUEUED)
    requeue_message(message, MessageChannel.MANUAL, now)


def try_switch_to_manual(session: Session, message: Message, now: datetime) -> None:
    """Let the organizer send an e-mail that no server will take; one that somebody else dealt with stays as it is."""
    with suppress(MessageStatusChanged):
        switch_to_manual(session, message, now)


def lock_message(session: Session, message: Message) -> None:
    """Look at the message as it is now, and let nobody else change it meanwhile."""
    session.refresh(message, with_for_update=True)


def require_message_status(message: Message, channel: MessageChannel, *statuses: MessageStatus) -> None:
    """Raise Settled unless the message is on this channel and in one of these states."""
    if message.channel != channel or message.status not in statuses:
        raise MessageStatusChanged


def requeue_message(message: Message, channel: MessageChannel, now: datetime) -> None:
    """Put a message into the queue as if it were new."""
    message.channel, message.status = channel, MessageStatus.QUEUED
    message.address = message.person.email if channel == MessageChannel.EMAIL else message.person.phone
    message.due_at, message.attempts, message.error = now, 0, ""

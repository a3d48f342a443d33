"""Manual messages: messenger links for the organizer, and the actions on messages in the log."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.messages.rendering import MessageText, render_message, store_message_text
from trainer.web import phones


class ManualChannel(StrEnum):
    """How the organizer sent a manual message."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    CALL = "call"
    OTHER = "other"


UNREACHABLE = "unreachable"
"""The error of a manual message whose person could not be reached."""


class MessageStatusChanged(Exception):
    """The message no longer has the status that the organizer saw: somebody else has dealt with it."""


def build_messenger_links(message: Message, body: str) -> dict[ManualChannel, str]:
    """Return one URL per messenger that opens a chat with the person's number and the text filled in; none without a number."""
    if not phones.is_phone_number(message.person.phone):
        return {}
    number, text = message.person.phone, quote(body)
    digits = number.lstrip("+")
    return {
        ManualChannel.WHATSAPP: f"https://wa.me/{digits}?text={text}",
        ManualChannel.TELEGRAM: f"https://t.me/+{digits}?text={text}",
        ManualChannel.SMS: f"sms:{number}?body={text}",
    }


def record_manual_sending(
    session: Session,
    message: Message,
    manual_channel: ManualChannel,
    user_id: int | None,
    now: datetime,
    shown_body: str = "",
    shown_version: int | None = None,
) -> None:
    """Record that the organizer sent the message with the text that was shown; without one, with the text of now.

    `shown_version` is the `told_version` of the text that was shown.
    No effect if the same user has recorded this already. Who has claimed the message is not asked: it was sent.
    Raises MessageStatusChanged if the message is not a queued manual one.
    """
    lock_message(session, message)
    is_recorded = message.channel == MessageChannel.MANUAL and message.status == MessageStatus.SENT
    if is_recorded and message.sent_by_id == user_id:
        return
    require_message_status(message, MessageChannel.MANUAL, MessageStatus.QUEUED)
    text = render_message(session, message, now) or MessageText("", "", message.language)
    if shown_body:
        text = replace(
            text, body=shown_body, told_version=text.told_version if shown_version is None else shown_version
        )
    store_message_text(message, replace(text, calendar=""))
    message.status, message.sent_at = MessageStatus.SENT, now
    message.sent_through, message.sent_by_id = manual_channel, user_id
    message.attempts, message.error = message.attempts + 1, ""
    message.claimed_by_id = message.claimed_until = None


def record_unreachable(session: Session, message: Message) -> None:
    """Record that the person of a manual message can't be reached; it has failed. Raises MessageStatusChanged."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.MANUAL, MessageStatus.QUEUED)
    message.status, message.error = MessageStatus.FAILED, UNREACHABLE
    message.claimed_by_id = message.claimed_until = None


def undo_manual_sending(session: Session, message: Message) -> None:
    """Put a manual message that was marked as sent or not reachable back into the queue. Raises MessageStatusChanged."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.MANUAL, MessageStatus.SENT, MessageStatus.FAILED)
    message.status, message.sent_at, message.sent_through, message.sent_by_id = MessageStatus.QUEUED, None, "", None
    message.error, message.told_version = "", None


def retry_failed_message(session: Session, message: Message, now: datetime) -> None:
    """Queue a failed message again, to the person's current address. Raises MessageStatusChanged."""
    lock_message(session, message)
    require_message_status(message, MessageChannel(message.channel), MessageStatus.FAILED)
    is_email = message.channel == MessageChannel.EMAIL and bool(message.person.email)
    requeue_message(message, MessageChannel.EMAIL if is_email else MessageChannel.MANUAL, now)


def switch_to_manual(session: Session, message: Message, now: datetime) -> None:
    """Turn a queued or failed e-mail into a manual message. Raises MessageStatusChanged."""
    lock_message(session, message)
    require_message_status(message, MessageChannel.EMAIL, MessageStatus.FAILED, MessageStatus.QUEUED)
    requeue_message(message, MessageChannel.MANUAL, now)


def try_switch_to_manual(session: Session, message: Message, now: datetime) -> None:
    """Turn an e-mail into a manual message, unless its status has changed in the meantime."""
    with suppress(MessageStatusChanged):
        switch_to_manual(session, message, now)


def lock_message(session: Session, message: Message) -> None:
    """Reload a message, with what was changed before, and lock its row until the end of the transaction."""
    session.flush()
    session.refresh(message, with_for_update=True)


def require_message_status(message: Message, channel: MessageChannel, *statuses: MessageStatus) -> None:
    """Raise MessageStatusChanged unless the message has this channel and one of these statuses."""
    if message.channel != channel or message.status not in statuses:
        raise MessageStatusChanged


def requeue_message(message: Message, channel: MessageChannel, now: datetime) -> None:
    """Queue a message as if it were new, addressed to the person's current contact for the channel."""
    message.channel, message.status = channel, MessageStatus.QUEUED
    message.address = message.person.email if channel == MessageChannel.EMAIL else message.person.phone
    message.due_at, message.attempts, message.error = now, 0, ""

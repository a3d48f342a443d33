"""Texts of messages, rendered when they are sent or shown.

The queue holds what happened and to whom: the kind and key of a message. Its text is rendered from what is true at the
moment of sending, so a message that waited for hours names the day, place and address of now. Each package gives a
`MessageTemplate` for every kind of message that it queues; `create_app` collects them. A message of any other kind
carries a text of its own. A message that was sent keeps the text that the person got.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from trainer.messages.models import Message, MessageStatus

MAX_SUBJECT_LENGTH = 300


@dataclass(frozen=True)
class MessageText:
    """What a person reads: subject, body, and the content of .ics attachments, empty for none.

    `told_version` is the version of the topic that the text tells (`Message.told_version`).
    """

    subject: str
    body: str
    language: str
    calendar: str = ""
    told_version: int | None = None


MessageTemplate = Callable[[Session, Message, datetime], MessageText | None]
"""Renders a message as of a time; None if it no longer applies and must not be sent."""


def render_message(session: Session, message: Message, now: datetime) -> MessageText | None:
    """Return the text of a queued message as of now, or None if it no longer applies.

    For a message that is not queued any more, return the text it was given then. Needs an application context.
    """
    templates: dict[str, MessageTemplate] = current_app.extensions["message_templates"]
    template = templates.get(message.kind)
    if template is None or message.status != MessageStatus.QUEUED:
        return MessageText(message.subject, message.body, message.language, message.calendar, message.told_version)
    return template(session, message, now)


def store_message_text(message: Message, text: MessageText) -> None:
    """Keep the text that is being sent, for the log and for the person's copy of their data."""
    message.subject, message.body = text.subject[:MAX_SUBJECT_LENGTH], text.body
    message.language, message.calendar = text.language, text.calendar
    message.told_version = text.told_version

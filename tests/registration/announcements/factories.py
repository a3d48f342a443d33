"""Announcements and manual messages as rows."""

from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.language.translated import Translated
from trainer.messages.models import Message, MessageChannel
from trainer.registration.announcements.models import Announcement
from trainer.registration.models import Registration
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.seminars.models import Seminar


def create_announcement(session: Session, *seminars: Seminar, **changes: Any) -> Announcement:
    """Create a draft to everybody who has a seat, in Kazakh and Russian."""
    attributes: dict[str, Any] = {
        "project": seminars[0].project,
        "seminars": list(seminars),
        "segment": "confirmed",
        "subject": Translated("Орын ауысты: {seminar}", "Вход изменился: {seminar}"),
        "body": Translated("Сәлеметсіз бе, {name}!\n\n{page}", "Здравствуйте, {name}!\n\n{page}"),
        "created_at": NOON,
    }
    announcement = Announcement(**{**attributes, **changes})
    session.add(announcement)
    session.flush()
    return announcement


def create_manual_message(session: Session, registration: Registration, announcement: Announcement) -> Message:
    """Create the manual message of an announcement to somebody."""
    message = Message(
        key=f"announcement-{registration.id}-{announcement.id}",
        kind="announcement",
        topic=get_message_topic(registration.seminar),
        batch=announcement.batch,
        person=registration.person,
        channel=MessageChannel.MANUAL,
        address=registration.person.phone,
        language="kk",
        subject="",
        body="",
        created_at=NOON,
        due_at=NOON,
    )
    session.add(message)
    session.flush()
    return message

"""Recipients and queued messages."""

from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.messages.models import Message
from trainer.messages.outbox import OutgoingMessage, queue_outgoing_message
from trainer.people.models import Person

BODY = "Сәлеметсіз бе, Айгүл Маратқызы!\n\nСіз тіркелдіңіз: «Күтім негіздері».\n.\nФамилия Өтегенова\n"


def create_recipient(session: Session, email: str = "aigul@example.org", number: int = 1, **more: str) -> Person:
    """Return a stored person with an e-mail address."""
    name = {"surname": "Өтегенова", "given_name": "Айгүл", "language": "kk"}
    person = Person(**{**name, "phone": f"+7701555{number:04d}", "email": email, "created_at": NOON, **more})
    session.add(person)
    session.flush()
    return person


def queue_test_message(session: Session, person: Person, key: str = "letter-1", **more: str) -> Message:
    """Return a queued message of a kind that has no template, so it carries its own text."""
    letter = {"kind": "text", "topic": "seminar-1", "subject": "Жеке бетіңіз: Күтім негіздері", "body": BODY, **more}
    message = queue_outgoing_message(session, person, OutgoingMessage(key=key, **letter), NOON)
    assert message is not None
    session.commit()
    return message

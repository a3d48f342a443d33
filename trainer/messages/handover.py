"""Handing a message over to the mail server, by a worker that may be killed at any moment.

The claim on a message is renewed for as long as its worker lives, so another worker goes on soon after a kill and never
while a slow server is being waited for. What the server has accepted is noted in the instance folder at once, because
writing it to the database takes longer, and a SIGKILL does not undo it. A worker that finds a note does not send again.

Delivery is at least once: a worker that is killed after the server has accepted a message and before its answer has come
leaves no trace, and the message is sent again, with the same Message-ID.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.messages.models import Message, MessageStatus

log = logging.getLogger(__name__)

CLAIM_LEASE = timedelta(minutes=2)
"""How long a claimed message is hidden from other workers. If its worker is killed, it becomes due again afterwards."""
HEARTBEAT_SECONDS = 20.0


@contextmanager
def keep_claim(bind: Engine | Connection, message_id: int) -> Iterator[None]:
    """Context manager: renew the claim on a message every HEARTBEAT_SECONDS, on a connection of its own."""
    done = Event()
    heartbeat = Thread(target=renew_claim, args=(bind.engine, message_id, done), daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        done.set()
        heartbeat.join()


def renew_claim(engine: Engine, message_id: int, done: Event) -> None:
    """Renew the claim on a message until the event is set. A failure is logged and tried again."""
    claimed = update(Message).where(Message.id == message_id, Message.status == MessageStatus.QUEUED)
    while not done.wait(HEARTBEAT_SECONDS):
        try:
            with Session(engine) as session:
                session.execute(claimed.values(due_at=now() + CLAIM_LEASE))
                session.commit()
        except SQLAlchemyError:
            log.warning("The claim on message %s could not be renewed.", message_id)


class AcceptanceNotes:
    """Empty files that name the messages which the mail server has accepted and the database does not yet know of."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / "mail"

    def note_acceptance(self, message_id: str) -> None:
        """Note that the server has accepted a message, given by its Message-ID."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.find_path(message_id).touch()

    def has_note(self, message_id: str) -> bool:
        """Return whether a message has been accepted, as far as is noted."""
        return self.find_path(message_id).exists()

    def remove_note(self, message_id: str) -> None:
        """Remove a note, once the database has it."""
        self.find_path(message_id).unlink(missing_ok=True)

    def find_path(self, message_id: str) -> Path:
        """Return the path of a note."""
        return self.folder / message_id.strip("<>").partition("@")[0]

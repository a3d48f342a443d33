"""Sends the letters to accounts by SMTP. Temporary errors are retried, permanent ones fail the letter."""

import logging
import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from threading import Event

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.account_mail.letter_queue import WrittenLetter, claim_due_letter, write_account_letter
from trainer.account_mail.models import AccountLetter
from trainer.clock import now
from trainer.messages.delivery import find_default_sender
from trainer.messages.smtp import (
    MailServer,
    MailServerDown,
    MessageDeferred,
    MessageRefused,
    compose_email,
    format_logged_error,
    normalise_mailbox,
    send_email,
)
from trainer.settings import Settings
from trainer.sqlite_transactions import read_only
from trainer.tasks import Job, delete_where

log = logging.getLogger(__name__)

RETRY_PAUSE = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=24)


class LetterDelivery:
    """Sends due letters to accounts."""

    def __init__(self, settings: Settings) -> None:
        self.server, self.mail_from = MailServer.from_url(settings.smtp_url), settings.mail_from
        self.host_name = settings.host_name.partition(":")[0]

    def deliver_due_letters(self, session: Session, stop: Event) -> None:
        """Send all due letters over one connection. If the server accepts none, they wait for RETRY_PAUSE."""
        if not has_due_letter(session):
            return
        try:
            sender = self.get_letter_sender(session)
            session.commit()  # hold no transaction open while the mail server responds
            with self.server.open_connection() as connection:
                while not stop.is_set() and connection.sock is not None:
                    if not self.deliver_next_letter(session, connection, sender):
                        return
        except MailServerDown as error:
            log.warning("No letter to an account can be sent: %s. They stay queued.", format_logged_error(error))
            waiting = update(AccountLetter).where(AccountLetter.due_at <= now())
            session.execute(waiting.values(due_at=now() + RETRY_PAUSE, error=format_logged_error(error)))
            session.commit()

    def deliver_next_letter(self, session: Session, connection: smtplib.SMTP, sender: str) -> bool:
        """Send the letter that is due first; return False if none is due. Raises MailServerDown.

        Uses three transactions: one claims the letter, one stores the hash of its link, the last records the result.
        """
        letter = claim_due_letter(session, now())
        session.commit()
        if letter is None:
            return False
        written = write_account_letter(session, letter, now())
        if written is None:
            session.delete(letter)
            session.commit()
            return True
        created_at, address = letter.created_at, letter.address
        session.commit()  # from here on nothing is read before the result is recorded: reading would hold the lock of SQLite
        try:
            send_email(connection, build_letter_email(address, written, sender, self.host_name))
            letter.due_at, letter.sent_at, letter.error = None, now(), ""
        except MessageRefused as error:
            letter.due_at, letter.error = None, format_logged_error(error)
        except MessageDeferred as error:
            is_given_up = created_at + GIVE_UP_AFTER <= now()
            letter.due_at, letter.error = None if is_given_up else now() + RETRY_PAUSE, format_logged_error(error)
        except MailServerDown:
            letter.due_at = now()  # postponed with all the others
            raise
        finally:
            session.commit()
        return True

    def get_letter_sender(self, session: Session) -> str:
        """Return the sender's address. Raises MailServerDown if none is configured."""
        try:
            return normalise_mailbox(self.mail_from or find_default_sender(session))
        except MessageRefused as error:
            raise MailServerDown("set MAIL_FROM, or the contact e-mail of the project") from error


def has_due_letter(session: Session) -> bool:
    """Return whether a letter is due. Looking takes no lock."""
    with read_only(session):
        return session.scalar(select(AccountLetter.id).where(AccountLetter.due_at <= now()).limit(1)) is not None


def build_letter_email(address: str, written: WrittenLetter, sender: str, host_name: str) -> EmailMessage:
    """Return a letter as an e-mail. Raises MessageRefused for an invalid address."""
    moment: datetime = now()
    email = compose_email(sender, address, written.subject, written.body)
    email["Date"] = format_datetime(moment)
    email["Message-ID"] = make_msgid("account", host_name)  # every attempt has a link of its own
    email["Content-Language"] = written.language
    return email


def build_letter_job(settings: Settings) -> Job:
    """Return the job that sends letters to accounts; without a mail server it drops those that were queued before."""
    if not settings.smtp_url:
        return Job("account letters", delete_where(AccountLetter, lambda _now: AccountLetter.due_at.is_not(None)))
    return Job("account letters", LetterDelivery(settings).deliver_due_letters)

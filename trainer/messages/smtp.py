"""E-mail: a message as an e-mail, the mail server that takes it, and what its answers mean for us."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from trainer.messages.models import Message
from trainer.web.text import showable

PATIENCE = 30.0  # seconds for each answer of the server
LONGEST_ERROR = 300


class ServerDown(Exception):
    """The mail server takes nothing from us now; no letter is to blame."""


class Refused(Exception):
    """This letter is refused for good; the text says why in the server's words."""


class PutOff(Exception):
    """This letter is not taken now, maybe later."""


@dataclass(frozen=True)
class MailServer:
    """A mail server: where it is and who we are there."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    secure: bool = False  # speaks TLS from the first byte; else STARTTLS where it is offered

    @classmethod
    def of(cls, address: str) -> "MailServer":
        """Read an address such as smtp://user:password@host:587 or smtps://host."""
        parts = urlsplit(address)
        secure = parts.scheme == "smtps"
        port = parts.port or (465 if secure else 587)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, user, password, secure)

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """Connect and sign in for as long as the block lasts. Raises ServerDown."""
        try:
            connection = self.open()
        except (OSError, ValueError) as error:  # of smtplib all are OSErrors
            raise ServerDown(words_of(error)) from error
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.quit()
            connection.close()

    def open(self) -> smtplib.SMTP:
        """Connect and sign in; raises what the network, TLS and smtplib raise."""
        if self.secure:
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            connection.ehlo_or_helo_if_needed()
            if not self.secure and connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


def send(connection: smtplib.SMTP, letter: EmailMessage) -> None:
    """Hand a letter to the server. Raises Refused, PutOff and ServerDown."""
    try:
        connection.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, words)] = refused.recipients.values()
        raise fault(code, words) from refused
    except smtplib.SMTPDataError as refused:
        raise fault(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPServerDisconnected as error:  # of this letter nobody knows whether it went
        raise PutOff(words_of(error)) from error
    except OSError as error:  # also of the sender: then every letter would be refused
        raise ServerDown(words_of(error)) from error


def fault(code: int, words: bytes | str) -> Exception:
    """Say what an answer of the server means for the letter."""
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    if code == 421:  # the server closes
        return ServerDown(said)
    return Refused(said) if code >= 500 else PutOff(said)


def words_of(error: Exception) -> str:
    """What an error says, shortly: the server's own words where it has spoken."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(fault(error.smtp_code, error.smtp_error))
    return f"{error.__class__.__name__}: {error}"


def kept_words(error: Exception) -> str:
    """What the log keeps of an error: one line that every database can hold."""
    return " ".join(showable(str(error).replace("\n", " ")).split())[:LONGEST_ERROR]


def composed(message: Message, sender: str, host: str) -> EmailMessage:
    """Write a message as an e-mail; its identifier stays the same however often it is tried. Raises Refused for an impossible address."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = mailbox(message.address)
    letter["Subject"] = " ".join(message.subject.split())  # a line break would begin another header
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = f"<message-{message.id}.{message.created_at:%Y%m%d%H%M%S}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body, cte="base64")
    if message.calendar:
        content, names = message.calendar.encode(), {"method": "PUBLISH", "charset": "utf-8"}
        letter.add_attachment(content, maintype="text", subtype="calendar", filename="seminar.ics", params=names)
    letter["Content-Language"] = message.language  # last: whatever sets the content takes its headers away
    return letter


def mailbox(address: str) -> str:
    """Give an address as every mail server understands it, its domain in Latin letters. Raises Refused."""
    try:
        written = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError as error:
        raise Refused(str(error)) from error
    if written is None:
        raise Refused(address)
    return written

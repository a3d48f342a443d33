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
from trainer.web.text import remove_unshowable_characters

RESPONSE_TIMEOUT_SECONDS = 30.0  # seconds for each answer of the server
MAX_ERROR_LENGTH = 300


class MailServerDown(Exception):
    """The mail server takes nothing from us now; no letter is to blame."""


class MessageRefused(Exception):
    """This letter is refused for good; the text says why in the server's words."""


class MessageDeferred(Exception):
    """This letter is not taken now, maybe later."""


@dataclass(frozen=True)
class MailServer:
    """A mail server: where it is and who we are there."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    uses_tls: bool = False  # speaks TLS from the first byte; else STARTTLS where it is offered

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Read an address such as smtp://user:password@host:587 or smtps://host."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        port = parts.port or (465 if secure else 587)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, user, password, secure)

    @contextmanager
    def open_connection(self) -> Iterator[smtplib.SMTP]:
        """Connect and sign in for as long as the block lasts. Raises ServerDown."""
        try:
            connection = self.connect_and_sign_in()
        except (OSError, ValueError) as error:  # of smtplib all are OSErrors
            raise MailServerDown(describe_smtp_error(error)) from error
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.quit()
            connection.close()

    def connect_and_sign_in(self) -> smtplib.SMTP:
        """Connect and sign in; raises what the network, TLS and smtplib raise."""
        if self.uses_tls:
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=RESPONSE_TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=RESPONSE_TIMEOUT_SECONDS)
        try:
            connection.ehlo_or_helo_if_needed()
            if not self.uses_tls and connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


def send_email(connection: smtplib.SMTP, email: EmailMessage) -> None:
    """Hand a letter to the server. Raises Refused, PutOff and ServerDown."""
    try:
        connection.send_message(email)
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, words)] = refused.recipients.values()
        raise build_delivery_error(code, words) from refused
    except smtplib.SMTPDataError as refused:
        raise build_delivery_error(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPServerDisconnected as error:  # of this letter nobody knows whether it went
        raise MessageDeferred(describe_smtp_error(error)) from error
    except OSError as error:  # also of the sender: then every letter would be refused
        raise MailServerDown(describe_smtp_error(error)) from error


def build_delivery_error(code: int, reply: bytes | str) -> Exception:
    """Say what an answer of the server means for the letter."""
    said = f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    if code == 421:  # the server closes
        return MailServerDown(said)
    return MessageRefused(said) if code >= 500 else MessageDeferred(said)


def describe_smtp_error(error: Exception) -> str:
    """What an error says, shortly: the server's own words where it has spoken."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(build_delivery_error(error.smtp_code, error.smtp_error))
    return f"{error.__class__.__name__}: {error}"


def format_logged_error(error: Exception) -> str:
    """What the log keeps of an error: one line that every database can hold."""
    return " ".join(remove_unshowable_characters(str(error).replace("\n", " ")).split())[:MAX_ERROR_LENGTH]


def build_email(message: Message, sender: str, host_name: str) -> EmailMessage:
    """Write a message as an e-mail; its identifier stays the same however often it is tried. Raises Refused for an impossible address."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = normalise_mailbox(message.address)
    letter["Subject"] = " ".join(message.subject.split())  # a line break would begin another header
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = f"<message-{message.id}.{message.created_at:%Y%m%d%H%M%S}@{host_name}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body, cte="base64")
    if message.calendar:
        content, names = message.calendar.encode(), {"method": "PUBLISH", "charset": "utf-8"}
        letter.add_attachment(content, maintype="text", subtype="calendar", filename="seminar.ics", params=names)
    letter["Content-Language"] = message.language  # last: whatever sets the content takes its headers away
    return letter


def normalise_mailbox(address: str) -> str:
    """Give an address as every mail server understands it, its domain in Latin letters. Raises Refused."""
    try:
        written = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError as error:
        raise MessageRefused(str(error)) from error
    if written is None:
        raise MessageRefused(address)
    return written

"""SMTP: building e-mail from messages, connecting to the mail server, and interpreting its replies."""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from trainer.messages.models import Message
from trainer.web.text import remove_unshowable_characters

RESPONSE_TIMEOUT_SECONDS = 30.0  # for each reply of the server
MAX_ERROR_LENGTH = 300
ENCODED_WORD_BYTES = 39  # 52 characters in base64, 64 with its frame, 73 after "Subject: "
SERVICE_CLOSING = 421  # the SMTP reply with which a server closes the connection


class EncodedSubjectPolicy(EmailPolicy):
    """The policy of e-mail, except that a subject in other letters than ASCII becomes encoded words as a whole.

    The standard library folds between words and drops the space there, because a reader ignores what stands between two
    encoded words (RFC 2047, 6.2).
    """

    def fold(self, name: str, value: Any) -> str:
        """Return a header as lines."""
        if name.lower() != "subject" or is_plain_ascii(value):
            return str(super().fold(name, value))
        return f"{name}: " + "\r\n ".join(encode_words(value)) + "\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as lines in ASCII."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def is_plain_ascii(text: str) -> bool:
    """Return whether a header can hold a text as it is: in ASCII, without anything like an encoded word."""
    return text.isascii() and "=?" not in text


def encode_words(text: str) -> list[str]:
    """Return a text as RFC 2047 encoded words, none of which divides a character; each fits behind `Subject:`."""
    words: list[bytes] = []
    word = b""
    for character in text:
        if len(word) + len(character.encode()) > ENCODED_WORD_BYTES:
            words, word = [*words, word], b""
        word += character.encode()
    return [f"=?utf-8?b?{b64encode(part).decode()}?=" for part in (*words, word)]


class MailServerDown(Exception):
    """The mail server accepts no messages at the moment."""


class MessageRefused(Exception):
    """The server refuses this message permanently; the text is the server's reply."""


class MessageDeferred(Exception):
    """The server does not accept this message now, but may accept it later."""


@dataclass(frozen=True)
class MailServer:
    """Address and credentials of a mail server."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    uses_tls: bool = False  # implicit TLS; otherwise STARTTLS if the server offers it

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Parse a URL such as smtp://user:password@host:587 or smtps://host. Default ports: 587 and 465."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        port = parts.port or (465 if secure else 587)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, user, password, secure)

    @contextmanager
    def open_connection(self) -> Iterator[smtplib.SMTP]:
        """Context manager: connect, sign in, and close at the end. Raises MailServerDown."""
        try:
            connection = self.connect_and_sign_in()
        except (OSError, ValueError) as error:  # smtplib raises subclasses of OSError
            raise MailServerDown(describe_smtp_error(error)) from error
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.quit()
            connection.close()

    def connect_and_sign_in(self) -> smtplib.SMTP:
        """Return a signed-in SMTP connection, encrypted by TLS or STARTTLS where the server offers it.

        Raises the errors of the network, of TLS and of smtplib.
        """
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
    """Send one e-mail over an open connection. Raises MessageRefused, MessageDeferred or MailServerDown.

    The connection is closed after the reply 421 (RFC 5321, 3.8). A server can say 421 to one recipient for ever, so this
    defers the one message only; whether the server is down is seen by connecting anew.
    """
    try:
        connection.send_message(email)
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, words)] = refused.recipients.values()
        raise build_delivery_error(code, words) from refused
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code == SERVICE_CLOSING:
            connection.close()
        raise build_delivery_error(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPServerDisconnected as error:  # unknown whether this message was accepted
        raise MessageDeferred(describe_smtp_error(error)) from error
    except OSError as error:  # includes a refused sender, with which every message would fail
        raise MailServerDown(describe_smtp_error(error)) from error


def build_delivery_error(code: int, reply: bytes | str) -> Exception:
    """Return the exception that corresponds to the SMTP reply to a message: 5xx refused, else deferred."""
    text = f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    return MessageRefused(text) if code >= 500 else MessageDeferred(text)


def describe_smtp_error(error: Exception) -> str:
    """Return a short description of an error: the server's reply if there is one, else the exception."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(build_delivery_error(error.smtp_code, error.smtp_error))
    return f"{error.__class__.__name__}: {error}"


def format_logged_error(error: Exception) -> str:
    """Return an error as one line of at most MAX_ERROR_LENGTH characters that every database can store."""
    return " ".join(remove_unshowable_characters(str(error).replace("\n", " ")).split())[:MAX_ERROR_LENGTH]


def build_email(message: Message, sender: str, host_name: str) -> EmailMessage:
    """Return a message as an e-mail with its calendars, each attached as a file of its own because of its METHOD.

    The Message-ID is the same for every attempt. Raises MessageRefused for an invalid address.
    """
    email = compose_email(sender, message.address, message.subject, message.body)
    email["Date"] = format_datetime(message.created_at)
    email["Message-ID"] = build_message_id(message, host_name)
    for number, calendar in enumerate(split_calendars(message.calendar), 1):
        names = {"method": find_calendar_method(calendar), "charset": "utf-8"}
        email.add_attachment(
            calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=f"seminar-{number}.ics" if number > 1 else "seminar.ics",
            params=names,
        )
    email["Content-Language"] = message.language  # last, because setting the content removes Content-* headers
    return email


def compose_email(sender: str, address: str, subject: str, body: str) -> EmailMessage:
    """Return an e-mail without date and Message-ID. Raises MessageRefused for an invalid address."""
    email = EmailMessage(policy=EncodedSubjectPolicy(linesep="\r\n"))
    email["From"] = sender
    email["To"] = normalise_mailbox(address)
    line = " ".join(subject.split())  # a line break would start another header
    email["Subject"] = line if is_plain_ascii(line) else " ".join(encode_words(line))
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(body, cte="base64")
    return email


def build_message_id(message: Message, host_name: str) -> str:
    """Return the Message-ID, the same for every attempt, so that a mailbox can recognise a message that comes twice."""
    return f"<message-{message.id}.{message.created_at:%Y%m%d%H%M%S}@{host_name}>"


def split_calendars(calendars: str) -> list[str]:
    """Return the iCalendar objects of a stream (RFC 5545, 3.4), which may be empty."""
    end = "END:VCALENDAR\r\n"
    return [calendar + end for calendar in calendars.split(end)[:-1]]


def find_calendar_method(calendar: str) -> str:
    """Return the METHOD of an .ics file, which the header of the attachment must repeat (RFC 6047, 2.4)."""
    return next(line.partition(":")[2] for line in calendar.splitlines() if line.startswith("METHOD:"))


def normalise_mailbox(address: str) -> str:
    """Return an e-mail address with its domain in ASCII (IDNA). Raises MessageRefused."""
    from email_validator import EmailNotValidError, validate_email  # imported late: the first page does not need it

    try:
        ascii_address = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError as error:
        raise MessageRefused(str(error)) from error
    if ascii_address is None:
        raise MessageRefused(address)
    return ascii_address

"""Why a message has not reached its person, read from the error that is stored with it."""

import re
from enum import StrEnum

from trainer.messages.manual import UNREACHABLE
from trainer.messages.models import Message

REPLY = re.compile(r"(\d)(\d\d)[ -]?(?:\d\.(\d+\.\d+))?")
"""A reply of a mail server: its code (RFC 5321, 4.2.1), perhaps with an enhanced status code (RFC 3463)."""
NETWORK_ERROR = re.compile(r"(SMTP|Connection|Timeout|BrokenPipe|OSError|gaierror|SSL)\w*: ")


class FailureReason(StrEnum):
    """Why a message has not reached its person."""

    UNREACHABLE = "unreachable"
    MAILBOX_FULL = "mailbox_full"
    UNKNOWN_ADDRESS = "unknown_address"
    INVALID_ADDRESS = "invalid_address"
    REFUSED = "refused"
    DEFERRED = "deferred"
    NO_CONNECTION = "no_connection"


def classify_failure(message: Message) -> FailureReason | None:
    """Return the reason in the error of a message; None without an error."""
    if not message.error:
        return None
    if message.error == UNREACHABLE:
        return FailureReason.UNREACHABLE
    reply = REPLY.match(message.error)
    if reply is None:
        is_network = NETWORK_ERROR.match(message.error)
        return FailureReason.NO_CONNECTION if is_network else FailureReason.INVALID_ADDRESS
    return classify_reply(*reply.groups(default=""))


def classify_reply(severity: str, code: str, detail: str) -> FailureReason:
    """Return the reason in a reply: first digit and the other two of its code, and subject and detail of the enhanced code."""
    if code == "52" or detail == "2.2":
        return FailureReason.MAILBOX_FULL
    if severity == "4":
        return FailureReason.DEFERRED
    is_policy = detail.startswith("7.")
    if detail in ("1.1", "1.2", "1.3", "1.10") or (code in ("50", "51", "53") and not is_policy):
        return FailureReason.UNKNOWN_ADDRESS
    return FailureReason.REFUSED

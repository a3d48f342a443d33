"""Reasons of failures, as mail servers word them."""

import pytest

from trainer.messages.failures import FailureReason, classify_failure
from trainer.messages.models import Message


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("", None),
        ("unreachable", FailureReason.UNREACHABLE),
        ("550 5.1.1 <a@example.org>: Recipient address rejected: User unknown", FailureReason.UNKNOWN_ADDRESS),
        ("550 No such user here", FailureReason.UNKNOWN_ADDRESS),
        ("553 Mailbox name not allowed", FailureReason.UNKNOWN_ADDRESS),
        ("552 Mailbox full", FailureReason.MAILBOX_FULL),
        ("452-4.2.2 The email account is over quota", FailureReason.MAILBOX_FULL),
        ("550 5.7.1 Message rejected as spam", FailureReason.REFUSED),
        ("554 Transaction failed", FailureReason.REFUSED),
        ("451 Greylisted, try again later", FailureReason.DEFERRED),
        ("421 Too many connections", FailureReason.DEFERRED),
        ("SMTPServerDisconnected: Connection unexpectedly closed", FailureReason.NO_CONNECTION),
        ("ConnectionRefusedError: [Errno 111] Connection refused", FailureReason.NO_CONNECTION),
        ("The email address is not valid. It must have exactly one @-sign.", FailureReason.INVALID_ADDRESS),
    ],
)
def test_the_reply_of_the_server_tells_the_reason(error: str, reason: FailureReason | None) -> None:
    assert classify_failure(Message(error=error)) == reason

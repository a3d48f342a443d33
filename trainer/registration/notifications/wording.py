"""Names of message kinds, statuses and channels, and of decisions on changes, on the organizer's pages."""

from typing import Any

from trainer.language.translate import lazy_gettext as _l
from trainer.messages.failures import FailureReason
from trainer.messages.manual import ManualChannel
from trainer.messages.models import MessageChannel, MessageStatus
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import ChangeDecision

MESSAGE_KIND_NAMES: dict[str, Any] = {
    RegistrationStatus.REGISTERED: _l("Registration confirmed"),
    RegistrationStatus.APPLIED: _l("Application received"),
    RegistrationStatus.WAITING: _l("Waiting list"),
    RegistrationStatus.OFFERED: _l("Place offer"),
    RegistrationStatus.OFFER_EXPIRED: _l("Offer expired"),
    RegistrationStatus.REFUSED: _l("Refusal"),
    RegistrationStatus.CANCELLED: _l("Cancellation"),
    "reminder": _l("Reminder"),
    "change": _l("Change of the seminar"),
    "link": _l("Link to the personal page"),
    "survey": _l("Survey"),
    "certificate": _l("Certificate"),
    "announcement": _l("Announcement"),
}

MESSAGE_STATUS_NAMES: dict[str, Any] = {
    MessageStatus.QUEUED: _l("Pending"),
    MessageStatus.SENT: _l("Sent"),
    MessageStatus.FAILED: _l("Failed"),
    MessageStatus.RECALLED: _l("No longer needed"),
}

FAILURE_REASON_NAMES: dict[str, Any] = {
    FailureReason.UNREACHABLE: _l("The person could not be reached."),
    FailureReason.MAILBOX_FULL: _l("The mailbox is full."),
    FailureReason.UNKNOWN_ADDRESS: _l("The mail server does not know this address."),
    FailureReason.INVALID_ADDRESS: _l("This is not an email address to which mail can be sent."),
    FailureReason.REFUSED: _l("The mail server refused the message."),
    FailureReason.DEFERRED: _l("The mail server asked to try again later."),
    FailureReason.NO_CONNECTION: _l("The connection to the mail server failed."),
}

CHANGE_DECISION_NAMES: dict[str, Any] = {
    ChangeDecision.OPEN: _l("Nothing decided yet"),
    ChangeDecision.TOLD: _l("People were told"),
    ChangeDecision.NOT_TOLD: _l("People were not told"),
}

MANUAL_CHANNEL_NAMES: dict[str, Any] = {
    ManualChannel.WHATSAPP: "WhatsApp",
    ManualChannel.TELEGRAM: "Telegram",
    ManualChannel.SMS: "SMS",
    ManualChannel.CALL: _l("Phone call"),
    ManualChannel.OTHER: _l("Another way"),
}

SENT_CHANNEL_NAMES: dict[str, Any] = {**MANUAL_CHANNEL_NAMES, MessageChannel.EMAIL: _l("Email")}

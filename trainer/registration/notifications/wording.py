"""Names of message kinds, statuses and channels, and of decisions on changes, on the organizer's pages."""

from typing import Any

from trainer.language.translate import lazy_gettext as _l
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
}

MESSAGE_STATUS_NAMES: dict[str, Any] = {
    MessageStatus.QUEUED: _l("Pending"),
    MessageStatus.SENT: _l("Sent"),
    MessageStatus.FAILED: _l("Failed"),
    MessageStatus.RECALLED: _l("No longer needed"),
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
}

SENT_CHANNEL_NAMES: dict[str, Any] = {**MANUAL_CHANNEL_NAMES, MessageChannel.EMAIL: _l("Email")}

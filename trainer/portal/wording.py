"""Names of statuses, purposes and channels on the personal page."""

from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS  # noqa: F401  # used by the page of personal data
from trainer.issuing.models import CertificateStatus
from trainer.language.translate import lazy_gettext as _l
from trainer.messages.models import MessageChannel, MessageStatus
from trainer.registration.models import ConsentPurpose, RegistrationStatus

REGISTRATION_STATUS_NAMES = {
    RegistrationStatus.REGISTERED: _l("You are registered"),
    RegistrationStatus.APPLIED: _l("Your application is with the organiser"),
    RegistrationStatus.WAITING: _l("You are on the waiting list"),
    RegistrationStatus.OFFERED: _l("A place is available for you"),
    RegistrationStatus.OFFER_EXPIRED: _l("You did not reply to the offer in time"),
    RegistrationStatus.REFUSED: _l("The organiser could not accept your registration"),
    RegistrationStatus.CANCELLED: _l("Your registration has been cancelled"),
    RegistrationStatus.SUPERSEDED: _l("You have registered again"),
    RegistrationStatus.MERGED: _l("The organiser has closed this registration"),
}
CONSENT_PURPOSE_NAMES = {
    ConsentPurpose.PERSONAL_DATA: _l("Personal data"),
    ConsentPurpose.PHOTO: _l("Photos and videos"),
}
CERTIFICATE_STATUS_NAMES = {
    CertificateStatus.VALID: _l("Issued"),
    CertificateStatus.REVOKED: _l("Revoked"),
    CertificateStatus.REPLACED: _l("Replaced"),
}
CHANNEL_NAMES = {MessageChannel.EMAIL: _l("Email"), MessageChannel.MANUAL: _l("Phone message")}
MESSAGE_STATUS_NAMES = {
    MessageStatus.QUEUED: _l("not sent yet"),
    MessageStatus.SENT: _l("sent"),
    MessageStatus.FAILED: _l("could not be sent"),
    MessageStatus.RECALLED: _l("not sent: no longer relevant"),
}


def format_registration_status(status: RegistrationStatus) -> str:
    """Return the status of a registration as a sentence."""
    return f"{REGISTRATION_STATUS_NAMES[status]}."

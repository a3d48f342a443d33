"""Words of the personal page: where a registration stands, and what is kept about it."""

from trainer.attendance.wording import STATUSES  # noqa: F401  # the page says it in the same words
from trainer.issuing.models import State as CertificateState
from trainer.language.translate import lazy_gettext as _l
from trainer.messages.models import Channel, MessageState
from trainer.registration.models import HIDDEN, Purpose, State

STATES = {
    State.REGISTERED: _l("You are registered"),
    State.APPLIED: _l("Your application is with the organizer"),
    State.WAITING: _l("You are on the waiting list"),
    State.OFFERED: _l("A place is free for you"),
    State.LAPSED: _l("Your offer was not answered in time"),
    State.REFUSED: _l("The organizer could not accept your registration"),
    State.CANCELLED: _l("Your registration is cancelled"),
    **{each: _l("Your registration was received") for each in HIDDEN},
}
PURPOSES = {Purpose.PERSONAL_DATA: _l("Personal data"), Purpose.PHOTO: _l("Photos and videos")}
CERTIFICATE_STATES = {
    CertificateState.VALID: _l("Issued"),
    CertificateState.REVOKED: _l("Revoked"),
    CertificateState.REPLACED: _l("Replaced"),
}
CHANNELS = {Channel.EMAIL: _l("E-mail"), Channel.HAND: _l("Message on the phone")}
MESSAGE_STATES = {
    MessageState.QUEUED: _l("not sent yet"),
    MessageState.SENT: _l("sent"),
    MessageState.FAILED: _l("could not be sent"),
    MessageState.RECALLED: _l("not sent: no longer true"),
}


def told(state: State) -> str:
    """Say in one sentence where a registration stands."""
    return f"{STATES[state]}."

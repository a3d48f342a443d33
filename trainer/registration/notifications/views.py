"""The organizer's pages of a seminar's messages: what waits to be sent by hand, and the log of all."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.messages import log, manual
from trainer.messages.manual import Through
from trainer.messages.models import Channel, Message, MessageState
from trainer.registration.models import State
from trainer.registration.notifications.letters import topic_of
from trainer.seminars.views import seminar_or_404
from trainer.web import phones
from trainer.web.addresses import LARGEST

desk = desk_blueprint("registration_notifications", __name__)

TO_SEND, LOGGED = 10, 30  # messages on a page
KINDS: dict[str, Any] = {
    State.REGISTERED: _l("Registration confirmed"),
    State.APPLIED: _l("Application received"),
    State.WAITING: _l("Waiting list"),
    State.OFFERED: _l("Offer of a place"),
    State.LAPSED: _l("Offer is over"),
    State.REFUSED: _l("Refusal"),
    State.CANCELLED: _l("Cancellation"),
    "reminder": _l("Reminder"),
    "link": _l("Link to the personal page"),
    "survey": _l("Survey"),
    "certificate": _l("Certificate"),
}
STATES: dict[str, Any] = {
    MessageState.QUEUED: _l("Waits"),
    MessageState.SENT: _l("Sent"),
    MessageState.FAILED: _l("Failed"),
    MessageState.RECALLED: _l("Not needed any more"),
}
WAYS: dict[str, Any] = {
    Through.WHATSAPP: "WhatsApp",
    Through.TELEGRAM: "Telegram",
    Through.SMS: "SMS",
    Through.CALL: _l("Phone call"),
}
SENT_THROUGH: dict[str, Any] = {**WAYS, Channel.EMAIL: _l("E-mail")}


@desk.get("/seminars/<int:seminar_id>/messages")
def messages(seminar_id: int) -> ResponseReturnValue:
    """Show what waits to be sent by hand, each message ready to go with one tap."""
    seminar = seminar_or_404(seminar_id)
    return render_template(
        "registration/notifications/messages.html",
        seminar=seminar,
        portion=log.for_hand(db.session(), topic_of(seminar), asked_page(), TO_SEND),
        links_of=manual.links,
        kinds=KINDS,
        ways=WAYS,
        shown_phone=phones.shown,
    )


@desk.get("/seminars/<int:seminar_id>/messages/log")
def message_log(seminar_id: int) -> ResponseReturnValue:
    """Show every message of the seminar, or those in one state."""
    seminar = seminar_or_404(seminar_id)
    state = asked_state()
    return render_template(
        "registration/notifications/log.html",
        seminar=seminar,
        portion=log.logged(db.session(), topic_of(seminar), state, asked_page(), LOGGED),
        counts=log.counts(db.session(), topic_of(seminar)),
        chosen=state,
        kinds=KINDS,
        states=STATES,
        sent_through=SENT_THROUGH,
        shown_phone=phones.shown,
    )


def asked_page() -> int:
    """Which page of a list is asked for, by its address or by a form on it; what is no number means the first."""
    typed = request.values.get("page", "")
    return min(int(typed), LARGEST // LOGGED) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 1


def asked_state() -> MessageState | None:
    """Which state the log is asked for, by its address or by a form on it; any other word means all."""
    typed = request.values.get("state", "")
    return MessageState(typed) if typed in tuple(MessageState) else None


@desk.post("/messages/<int:message_id>/sent")
def sent(message_id: int) -> ResponseReturnValue:
    """Note that the organizer sent a message, and how."""
    through = request.form.get("through", "")
    if through not in tuple(Through):
        abort(400)
    return settle(
        message_id,
        lambda message: manual.mark_sent(db.session(), message, Through(through), current_user.id, now()),
        _("Marked as sent. The log takes it back."),
    )


@desk.post("/messages/<int:message_id>/not-sent")
def not_sent(message_id: int) -> ResponseReturnValue:
    """Take the mark back."""
    return settle(
        message_id, lambda message: manual.take_mark_back(db.session(), message), _("The mark is taken back.")
    )


@desk.post("/messages/<int:message_id>/again")
def again(message_id: int) -> ResponseReturnValue:
    """Queue a failed message once more."""
    return settle(
        message_id, lambda message: manual.send_again(db.session(), message, now()), _("The message is queued again.")
    )


@desk.post("/messages/<int:message_id>/by-hand")
def by_hand(message_id: int) -> ResponseReturnValue:
    """Send a message by hand that the mail server did not take."""
    return settle(
        message_id,
        lambda message: manual.by_hand(db.session(), message, now()),
        _("The message waits to be sent by hand."),
    )


def settle(message_id: int, act: Callable[[Message], None], done: str) -> ResponseReturnValue:
    """Do something with a message, say what was done, and go back to where the button stood."""
    message = db.session.get(Message, message_id) or abort(404)
    try:
        act(message)
        db.session.commit()
        flash(done, "success")
    except manual.Settled:
        db.session.rollback()
        flash(_("This was decided meanwhile."), "info")
    seminar_id = int(message.topic.rpartition("-")[2])
    page = ".message_log" if request.form.get("from") == "log" else ".messages"
    number = asked_page()
    return redirect(url_for(page, seminar_id=seminar_id, state=asked_state(), page=number if number > 1 else None), 303)

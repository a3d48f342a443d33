"""The queue of manual messages: one card at a time, claimed by the organizer who sends it."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.messages import manual, manual_queue
from trainer.messages.manual import MessageStatusChanged
from trainer.messages.models import Message
from trainer.messages.rendering import render_message
from trainer.registration.messaging.scope import load_topic_seminars, parse_seminar_filter, select_own_topics
from trainer.registration.notifications.wording import MANUAL_CHANNEL_NAMES, MESSAGE_KIND_NAMES, SENT_CHANNEL_NAMES
from trainer.web import phones
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("registration_message_queue", __name__)


@desk.get("/messages/queue")
def view_message_queue() -> ResponseReturnValue:
    """Show how many manual messages wait, in all own seminars and in each."""
    counts = manual_queue.count_waiting_messages(db.session(), select_own_topics())
    return render_template(
        "registration/messaging/queue.html",
        counts=counts,
        seminars=load_topic_seminars(db.session(), counts),
        handled=find_handled_message(),
    )


@desk.post("/messages/queue/next")
def submit_next_message() -> ResponseReturnValue:
    """Claim the next manual message and show it."""
    message = claim_next_card()
    db.session.commit()
    if message is not None:
        return redirect_to_card(message.id)
    flash(_("Others are sending the messages that are left, or they are held back at the moment."), "info")
    return redirect(url_for(".view_message_queue"), 303)


@desk.get("/messages/queue/<int:message_id>")
def view_manual_message(message_id: int) -> ResponseReturnValue:
    """Show one manual message; whoever has claimed it sees the links that open it in a messenger."""
    session, moment = db.session(), now()
    message = session.get(Message, message_id) or abort(404)
    is_own = manual_queue.is_waiting(message) and manual_queue.is_claimed_by(message, current_user.id, moment)
    text = render_message(session, message, moment)
    return render_template(
        "registration/messaging/card.html",
        message=message,
        text=text,
        seminar=load_topic_seminars(session, [message.topic]).get(message.topic),
        is_own=is_own and text is not None,
        is_waiting=manual_queue.is_waiting(message),
        is_taken=manual_queue.is_claimed_by_other(message, current_user.id, moment),
        handled=find_handled_message(),
        waiting_count=count_waiting(session),
        chosen_seminar=parse_seminar_filter(),
        links=manual.build_messenger_links(message, text.body) if text else {},
        seconds_left=max(0, int((message.claimed_until - moment).total_seconds())) if message.claimed_until else 0,
        kind_names=MESSAGE_KIND_NAMES,
        channel_names=MANUAL_CHANNEL_NAMES,
        sent_channel_names=SENT_CHANNEL_NAMES,
        format_phone=phones.format_phone,
    )


def find_handled_message() -> Message | None:
    """Return the message that the organizer has just dealt with, which can be undone; None without one."""
    value = request.args.get("handled", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    return db.session.scalar(select(Message).where(Message.id == int(value), Message.topic.in_(select_own_topics())))


def count_waiting(session: Session) -> int:
    """Return how many messages wait, within the chosen seminar."""
    topics = select_own_topics(parse_seminar_filter())
    return sum(manual_queue.count_waiting_messages(session, topics).values())


@desk.post("/messages/<int:message_id>/claim")
def submit_message_claim(message_id: int) -> ResponseReturnValue:
    """Claim one message, for whoever opened it from a list or let the claim expire."""
    message = db.session.get(Message, message_id) or abort(404)
    with commit_or_explain({MessageStatusChanged: _("Someone else is dealing with this message.")}, category="info"):
        manual_queue.claim_message(db.session(), message, current_user.id, now())
    return redirect_to_card(message.id)


@desk.post("/messages/<int:message_id>/skip")
def submit_message_skip(message_id: int) -> ResponseReturnValue:
    """Put a message at the end of the queue and show the next one."""
    return handle_card(
        message_id, lambda message: manual_queue.skip_message(db.session(), message, current_user.id, now())
    )


@desk.post("/messages/<int:message_id>/unreachable")
def submit_message_unreachable(message_id: int) -> ResponseReturnValue:
    """Record that a person can't be reached and show the next message."""
    return handle_card(message_id, lambda message: manual.record_unreachable(db.session(), message))


@desk.post("/messages/<int:message_id>/undo")
def submit_message_undo(message_id: int) -> ResponseReturnValue:
    """Put a message that was just dealt with back into the queue, and show it again."""
    message = db.session.get(Message, message_id) or abort(404)

    def undo() -> None:
        if not manual_queue.is_waiting(message):
            manual.undo_manual_sending(db.session(), message)
        manual_queue.claim_message(db.session(), message, current_user.id, now())

    with commit_or_explain({MessageStatusChanged: _("Someone else is dealing with this message.")}, category="info"):
        undo()
    return redirect_to_card(message.id)


def handle_card(message_id: int, action: Callable[[Message], None]) -> ResponseReturnValue:
    """Deal with the message of a card, claim the next one, commit, and show it; stay where somebody else has been faster."""
    message = db.session.get(Message, message_id) or abort(404)
    refusals = {MessageStatusChanged: _("Someone else has already dealt with that message.")}
    following = None
    with commit_or_explain(refusals, category="info") as outcome:
        action(message)
        following = claim_next_card()
    if not outcome.is_committed:
        return redirect_to_card(message_id)
    if following is None:
        return redirect(url_for("registration_message_queue.view_message_queue", handled=message_id), 303)
    return redirect_to_card(following.id, message_id)


def claim_next_card() -> Message | None:
    """Claim the next message within the chosen seminar; None if there is none."""
    topics = select_own_topics(parse_seminar_filter())
    return manual_queue.claim_next_message(db.session(), current_user.id, now(), topics)


def redirect_to_card(message_id: int, handled_id: int | None = None) -> ResponseReturnValue:
    """Redirect to the card of a message, within the chosen seminar."""
    address = url_for(
        "registration_message_queue.view_manual_message",
        message_id=message_id,
        seminar=parse_seminar_filter(),
        handled=handled_id,
    )
    return redirect(address, 303)

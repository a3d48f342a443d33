"""The organizer's pages of a seminar's messages: those that wait to be sent manually, and the log; actions on a message."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.messages import log, manual
from trainer.messages.failures import classify_failure
from trainer.messages.manual import ManualChannel
from trainer.messages.models import Message, MessageStatus
from trainer.messages.rendering import MessageText, render_message
from trainer.messages.repetition import MessageOutdated, queue_copy
from trainer.registration.announcements.delivery import list_announcements_of
from trainer.registration.messaging.overview import MessageFilter, count_statuses, list_messages, search_recipients
from trainer.registration.messaging.queue_views import handle_card
from trainer.registration.messaging.scope import parse_seminar_filter
from trainer.registration.models import Registration
from trainer.registration.notifications.knowledge import get_message_topic, parse_seminar_id
from trainer.registration.notifications.wording import (
    FAILURE_REASON_NAMES,
    MESSAGE_KIND_NAMES,
    MESSAGE_STATUS_NAMES,
    SENT_CHANNEL_NAMES,
)
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web import phones
from trainer.web.actions import commit_or_explain
from trainer.web.paging import paginate_query, parse_page_number
from trainer.web.text import clean_query, remove_unshowable_characters

desk = create_desk_blueprint("registration_notifications", __name__)

MAX_BODY_LENGTH = 10_000  # characters
MANUAL_MESSAGES_PER_PAGE = 10  # with their whole texts


@desk.get("/seminars/<int:seminar_id>/messages")
def view_manual_messages(seminar_id: int) -> ResponseReturnValue:
    """Render the texts of the messages that wait to be sent manually; they are sent one by one (`queue_views`)."""
    seminar, session, query = get_seminar_or_404(seminar_id), db.session(), parse_query()
    waiting = search_recipients(log.select_manual_messages(get_message_topic(seminar)), query)
    portion = paginate_query(session, waiting, parse_page_number(), MANUAL_MESSAGES_PER_PAGE)
    return render_template(
        "registration/messaging/seminar.html",
        seminar=seminar,
        portion=portion,
        query=query,
        texts=render_texts(session, seminar, portion.rows),
        kind_names=MESSAGE_KIND_NAMES,
        format_phone=phones.format_phone,
    )


def render_texts(session: Session, seminar: Seminar, messages: Sequence[Message]) -> dict[int, MessageText | None]:
    """Return the texts of some messages of a seminar by id. What they need is loaded at once, and not one by one."""
    person_ids = [message.person_id for message in messages]
    statement = select(Registration).where(
        Registration.seminar_id == seminar.id, Registration.person_id.in_(person_ids)
    )
    # kept here, as the session forgets what nothing refers to
    _needed = [*session.scalars(statement), *list_announcements_of(session, messages)]
    return {message.id: render_message(session, message, now()) for message in messages}


@desk.get("/seminars/<int:seminar_id>/messages/log")
def view_message_log(seminar_id: int) -> ResponseReturnValue:
    """Render all messages of the seminar, or those with one status or to people whom a search finds."""
    seminar = get_seminar_or_404(seminar_id)
    chosen = MessageFilter([get_message_topic(seminar)], parse_status_filter(), parse_query())
    return render_template(
        "registration/messaging/log.html",
        seminar=seminar,
        portion=list_messages(db.session(), chosen, parse_page_number()),
        status_counts=count_statuses(db.session(), chosen),
        chosen=chosen,
        kind_names=MESSAGE_KIND_NAMES,
        status_names=MESSAGE_STATUS_NAMES,
        sent_channel_names=SENT_CHANNEL_NAMES,
        classify_failure=classify_failure,
        reason_names=FAILURE_REASON_NAMES,
        format_phone=phones.format_phone,
    )


def parse_query() -> str:
    """Return what is searched for, from the query string or the form."""
    return clean_query(request.values.get("query", ""))


def parse_status_filter() -> MessageStatus | None:
    """Return the status filter of the query string or the form; None for anything invalid."""
    value = request.values.get("state", "")
    return MessageStatus(value) if value in tuple(MessageStatus) else None


@desk.post("/messages/<int:message_id>/sent")
def submit_manual_message_sent(message_id: int) -> ResponseReturnValue:
    """Record that the organizer sent a message manually, through which channel, and with which text; show the next one."""
    channel, body = request.form.get("through", ""), request.form.get("body", "")
    shown_version = request.form.get("told_version", type=int)
    if channel not in tuple(ManualChannel) or len(body) > MAX_BODY_LENGTH:
        abort(400)
    shown_body = remove_unshowable_characters(body.replace("\r\n", "\n"))
    return handle_card(
        message_id,
        lambda message: manual.record_manual_sending(
            db.session(), message, ManualChannel(channel), current_user.id, now(), shown_body, shown_version
        ),
    )


@desk.post("/messages/<int:message_id>/not-sent")
def submit_manual_message_not_sent(message_id: int) -> ResponseReturnValue:
    """Undo the record that a message was sent manually, or could not be."""
    return apply_to_message(
        message_id, lambda message: manual.undo_manual_sending(db.session(), message), _("The mark has been removed.")
    )


@desk.post("/messages/<int:message_id>/again")
def submit_message_retry(message_id: int) -> ResponseReturnValue:
    """Queue a failed message again."""
    return apply_to_message(
        message_id,
        lambda message: manual.retry_failed_message(db.session(), message, now()),
        _("The message has been queued again."),
    )


@desk.post("/messages/<int:message_id>/copy")
def submit_message_copy(message_id: int) -> ResponseReturnValue:
    """Queue a message that was sent once more, with the text of now."""
    refusals: dict[type[Exception], str] = {
        MessageOutdated: _("This message is no longer true, so it can’t be sent again.")
    }
    return apply_to_message(
        message_id,
        lambda message: queue_copy(db.session(), message, now()),
        _("The message has been queued again."),
        refusals,
    )


@desk.post("/messages/<int:message_id>/by-hand")
def submit_switch_to_manual(message_id: int) -> ResponseReturnValue:
    """Make an email that failed or waits a manual message."""
    return apply_to_message(
        message_id,
        lambda message: manual.switch_to_manual(db.session(), message, now()),
        _("The message is waiting to be sent manually."),
    )


def apply_to_message(
    message_id: int,
    action: Callable[[Message], object],
    success_message: str,
    refusals: Mapping[type[Exception], str] | None = None,
) -> ResponseReturnValue:
    """Apply an action to a message, commit, and return to the list on which the button was pressed."""
    message = db.session.get(Message, message_id) or abort(404)
    known: dict[type[Exception], str] = {
        manual.MessageStatusChanged: _("A decision has already been made."),
        **(refusals or {}),
    }
    with commit_or_explain(known, success_message, category="info"):
        action(message)
    page_number = parse_page_number()
    page = page_number if page_number > 1 else None
    values: dict[str, Any] = {"query": parse_query() or None, "state": parse_status_filter(), "page": page}
    if request.form.get("from") == "overview":
        return redirect(url_for("registration_messages.view_messages", seminar=parse_seminar_filter(), **values), 303)
    endpoint = ".view_message_log" if request.form.get("from") == "log" else ".view_manual_messages"
    return redirect(url_for(endpoint, seminar_id=parse_seminar_id(message.topic), **values), 303)

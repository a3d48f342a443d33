"""The overview of the messages of own projects: searched, filtered by seminar and status, with the reasons of failures."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import ngettext
from trainer.messages import manual_queue
from trainer.messages.failures import classify_failure
from trainer.messages.models import MessageStatus
from trainer.messages.repetition import retry_failed_emails
from trainer.registration.announcements.models import Announcement
from trainer.registration.announcements.wording import format_announcement_title
from trainer.registration.messaging import overview
from trainer.registration.messaging.message_views import parse_query, parse_status_filter
from trainer.registration.messaging.overview import MessageFilter
from trainer.registration.messaging.scope import load_topic_seminars, parse_seminar_filter, select_own_topics
from trainer.registration.notifications.wording import (
    FAILURE_REASON_NAMES,
    MESSAGE_KIND_NAMES,
    MESSAGE_STATUS_NAMES,
    SENT_CHANNEL_NAMES,
)
from trainer.web import phones
from trainer.web.paging import parse_page_number

desk = create_desk_blueprint("registration_messages", __name__)


@desk.get("/messages")
def view_messages() -> ResponseReturnValue:
    """Render the messages of all own seminars or one, and what keeps any from being sent."""
    session, seminar_id, query = db.session(), parse_seminar_filter(), parse_query()
    announcement = find_chosen_announcement()
    batch = announcement.batch if announcement else ""
    own = select_own_topics()
    chosen = MessageFilter(select_own_topics(seminar_id), parse_status_filter(), query, batch)
    portion = overview.list_messages(session, chosen, parse_page_number())
    seminars = load_topic_seminars(session, overview.list_message_topics(session, own))
    return render_template(
        "registration/messaging/overview.html",
        portion=portion,
        status_counts=overview.count_statuses(session, chosen),
        manual_count=sum(manual_queue.count_waiting_messages(session, own).values()),
        chosen=chosen,
        seminar_id=seminar_id,
        announcement=announcement,
        format_title=format_announcement_title,
        seminars=seminars,
        outage=overview.find_mail_outage(session),
        overdue_count=overview.count_overdue_emails(session, own, now()),
        classify_failure=classify_failure,
        reason_names=FAILURE_REASON_NAMES,
        kind_names=MESSAGE_KIND_NAMES,
        status_names=MESSAGE_STATUS_NAMES,
        sent_channel_names=SENT_CHANNEL_NAMES,
        format_phone=phones.format_phone,
    )


def find_chosen_announcement() -> Announcement | None:
    """Return the announcement chosen in the query string; None for all messages."""
    value = request.args.get("announcement", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    own = Announcement.project_id.in_(list_project_ids(current_user, ORGANIZERS))
    return db.session.scalar(select(Announcement).where(Announcement.id == int(value), own))


@desk.post("/messages/again")
def submit_failed_messages_retry() -> ResponseReturnValue:
    """Queue all failed emails again, of all own seminars or one."""
    seminar_id = parse_seminar_filter()
    count = retry_failed_emails(db.session(), select_own_topics(seminar_id), now())
    db.session.commit()
    flash(
        ngettext("%(num)d message has been queued again.", "%(num)d messages have been queued again.", count), "success"
    )
    return redirect(url_for(".view_messages", seminar=seminar_id, state=MessageStatus.QUEUED), 303)

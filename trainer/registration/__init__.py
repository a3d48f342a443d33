"""Registration for seminars: the public form, seats and the waiting list, consent, notifications, and the organizer's list."""

from trainer.messages import outbox
from trainer.registration import scopes, to_do
from trainer.registration.announcements import delivery as announcements
from trainer.registration.announcements import views as announcement_views
from trainer.registration.announcements.segments import STATUS_SEGMENTS
from trainer.registration.desk import duplicate_views, list_views, person_views
from trainer.registration.form import question_views
from trainer.registration.imports import column_views, row_views, uploads
from trainer.registration.imports import views as import_views
from trainer.registration.messaging import letter_views, message_views, overview_views, queue_views
from trainer.registration.notifications import change_views, queueing
from trainer.registration.notifications.changes import list_outdated_change_messages, render_change_message
from trainer.registration.notifications.letters import CHANGE_KIND, STANDARD_LETTERS
from trainer.registration.notifications.recall import (
    REGISTRATION_MESSAGE_KINDS,
    list_outdated_notifications,
    recall_notification,
    render_registration_message,
)
from trainer.registration.notifications.reminders import list_registrations_to_remind, queue_reminder
from trainer.registration.public import home_views
from trainer.registration.public import views as public_views
from trainer.registration.seats import waiting_list
from trainer.registration.self_service import access_needs
from trainer.tasks import Job, run_for_each

segments = STATUS_SEGMENTS
blueprints = (
    home_views.blueprint,
    home_views.desk,
    public_views.blueprint,
    question_views.desk,
    message_views.desk,
    queue_views.desk,
    overview_views.desk,
    letter_views.desk,
    announcement_views.desk,
    change_views.desk,
    list_views.desk,
    duplicate_views.desk,
    person_views.desk,
    import_views.desk,
    column_views.desk,
    row_views.desk,
)
jobs = (
    Job("offers", run_for_each(waiting_list.list_seminars_needing_offers, waiting_list.expire_offers)),
    Job(
        "outdated notifications",
        run_for_each(list_outdated_notifications, recall_notification),
        interval_seconds=10,
        only_after_changes=True,
    ),
    Job(
        "outdated change messages",
        run_for_each(list_outdated_change_messages, outbox.recall_message),
        only_after_changes=True,
    ),
    Job(
        "status notifications",
        run_for_each(queueing.list_unnotified_registrations, queueing.queue_status_notification),
    ),
    Job("alarms", run_for_each(queueing.list_alarming_registrations, queueing.alarm_stored_contacts)),
    Job("announcements", run_for_each(announcements.list_due_announcements, announcements.send_announcement)),
    Job(
        "outdated announcements",
        run_for_each(announcements.list_outdated_announcement_messages, outbox.recall_message),
        interval_seconds=60,
        only_after_changes=True,
    ),
    Job("uploaded lists", run_for_each(uploads.list_expired_uploads, uploads.delete_upload), interval_seconds=600),
    Job("reminders", run_for_each(list_registrations_to_remind, queue_reminder), interval_seconds=30),
    Job(
        "expired access needs",
        run_for_each(access_needs.list_expired_access_needs, access_needs.erase_access_needs),
        interval_seconds=600,
    ),
)
standard_letters = STANDARD_LETTERS
tasks_to_do = to_do.tasks_to_do
message_templates = {
    **dict.fromkeys(REGISTRATION_MESSAGE_KINDS, render_registration_message),
    CHANGE_KIND: render_change_message,
    announcements.ANNOUNCEMENT_KIND: announcements.render_announcement_message,
}
access_scopes = scopes.build_scope_functions()

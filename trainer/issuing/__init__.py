"""Certificates of seminars: eligibility, issue, revocation, corrections of names, badges and the register."""

from trainer.issuing import holder_views, logos, notifications, scopes
from trainer.issuing.badges import views as badge_views
from trainer.issuing.desk import batch_views, certificate_views, correction_views, download_views, to_do
from trainer.issuing.desk import views as desk_views
from trainer.issuing.issuance.checked_batch import is_check_outdated
from trainer.issuing.models import CheckedCertificate
from trainer.issuing.names import views as name_views
from trainer.issuing.segments import ISSUING_SEGMENTS
from trainer.messages import outbox
from trainer.tasks import Job, delete_where, run_for_each

segments = ISSUING_SEGMENTS
blueprints = (
    holder_views.blueprint,
    badge_views.blueprint,
    name_views.blueprint,
    desk_views.desk,
    batch_views.desk,
    certificate_views.desk,
    correction_views.desk,
    download_views.desk,
)
jobs = (
    Job(
        "certificates",
        run_for_each(notifications.list_certificates_to_notify, notifications.queue_certificate_notification),
        interval_seconds=10,
    ),
    Job(
        "certificates withdrawn",
        run_for_each(notifications.list_outdated_certificate_messages, outbox.recall_message),
        interval_seconds=10,
        only_after_changes=True,
    ),
    Job("batches not finished", delete_where(CheckedCertificate, is_check_outdated), interval_seconds=60 * 60),
    Job("logos stored by earlier versions", logos.clean_stored_logos, interval_seconds=24 * 60 * 60),
)
standard_letters = (notifications.CERTIFICATE_LETTER,)
tasks_to_do = to_do.tasks_to_do
message_templates = {notifications.CERTIFICATE_NOTIFICATION: notifications.render_certificate_message}
access_scopes = {"serial": scopes.select_certificate_scope, "correction_id": scopes.select_correction_scope}

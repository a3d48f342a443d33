"""Messages to people: the outbox in the database, e-mail by SMTP, and manual messages that the organizer sends."""

from trainer.messages import delivery, manual, outbox
from trainer.messages.handover import AcceptanceNotes
from trainer.messages.smtp import MailServer
from trainer.settings import Settings
from trainer.tasks import Job, run_for_each

jobs = (
    Job(
        "people erased", run_for_each(outbox.list_messages_to_erased_people, outbox.recall_message), interval_seconds=10
    ),
)


def build_mail_job(settings: Settings) -> Job:
    """Return the job that sends queued e-mail; without a mail server it turns queued e-mail into manual messages."""
    if not settings.smtp_url:
        return Job("mail", run_for_each(delivery.list_queued_emails, manual.try_switch_to_manual))
    server, host = MailServer.from_url(settings.smtp_url), settings.host_name.partition(":")[0]
    email_delivery = delivery.EmailDelivery(
        server,
        lambda session: settings.mail_from or delivery.find_default_sender(session),
        host,
        AcceptanceNotes(settings.instance),
    )
    return Job("mail", email_delivery.deliver_due_messages)

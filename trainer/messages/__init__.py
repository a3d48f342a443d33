"""Messages to people: the outbox in the database, e-mail by SMTP, and manual messages that the organizer sends."""

from trainer.messages import delivery, manual, outbox
from trainer.messages.smtp import MailServer
from trainer.settings import Settings
from trainer.tasks import Job, one_by_one

jobs = (Job("people erased", one_by_one(outbox.to_erased_people, outbox.recall), every=10),)


def build_mail_job(settings: Settings) -> Job:
    """Return the job that sends queued e-mail; without a mail server it turns queued e-mail into manual messages."""
    if not settings.smtp_url:
        return Job("mail", one_by_one(delivery.queued_letters, manual.leave_to_organizer))
    server, host = MailServer.of(settings.smtp_url), settings.host_name.partition(":")[0]
    postman = delivery.Postman(server, lambda session: settings.mail_from or delivery.usual_sender(session), host)
    return Job("mail", postman.deliver)

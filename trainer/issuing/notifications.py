"""Notifications about certificates: that one is ready, and recall of those about certificates no longer in force."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import Session, joinedload

from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.messages import outbox
from trainer.messages.letters import LetterText
from trainer.messages.models import Message, get_event_key
from trainer.messages.placeholders import Placeholder
from trainer.messages.rendering import MessageText
from trainer.people.models import Person
from trainer.projects.models import Activity, Project, Task
from trainer.registration.models import Registration
from trainer.registration.models import RegistrationStatus as RegistrationState
from trainer.registration.notifications.letters import build_standard_letter, frame_letter
from trainer.registration.notifications.queueing import NOTIFICATION_BATCH_SIZE, queue_message
from trainer.registration.notifications.texts import build_trainee_message
from trainer.seminars.models import Seminar

CERTIFICATE_NOTIFICATION = "certificate"
NOTIFICATION_PERIOD = timedelta(days=7)
"""How long after issuing a notification is still sent, in case the worker was down."""


def write_certificate_letter() -> LetterText:
    """Return the default letter that a certificate is ready."""
    return frame_letter(_("Your certificate is ready"), ["№ {serial}", _("You can download it from your page.")])


CERTIFICATE_LETTER = build_standard_letter(
    CERTIFICATE_NOTIFICATION,
    write_certificate_letter,
    Placeholder("serial", _l("Number of the certificate"), "TM-2025-0007-K"),
)


def list_certificates_to_notify(session: Session, now: datetime) -> list[IssuedCertificate]:
    """Return recent certificates whose holders have not been notified."""
    message_key = literal(f"{CERTIFICATE_NOTIFICATION}-") + cast(IssuedCertificate.id, String(20))
    query = (
        select(IssuedCertificate)
        .join(IssuedCertificate.registration)
        .where(
            IssuedCertificate.status == CertificateStatus.VALID, IssuedCertificate.issued_at > now - NOTIFICATION_PERIOD
        )
        .where(Registration.status == RegistrationState.REGISTERED, exclude_example_projects())
        .where(Registration.person.has(Person.erased_at.is_(None)))
        .where(~exists().where(Message.key == message_key))
        .options(joinedload(IssuedCertificate.registration))
        .order_by(IssuedCertificate.id)
        .limit(NOTIFICATION_BATCH_SIZE)
    )
    return list(session.scalars(query))


def exclude_example_projects() -> ColumnElement[bool]:
    """Build the condition that excludes registrations of the example project, whose certificates prove nothing."""
    return Registration.seminar.has(Seminar.activity.has(Activity.task.has(Task.project.has(~Project.is_example))))


def queue_certificate_notification(session: Session, issued: IssuedCertificate, now: datetime) -> None:
    """Queue the notification that the certificate is ready."""
    if issued.registration is not None and issued.status == CertificateStatus.VALID:
        queue_message(
            session, issued.registration, CERTIFICATE_NOTIFICATION, f"{CERTIFICATE_NOTIFICATION}-{issued.id}", now
        )


def render_certificate_message(session: Session, message: Message, _now: datetime) -> MessageText | None:
    """Return the text of the message that a certificate is ready; None if it is no longer in force."""
    issued = session.get(IssuedCertificate, parse_certificate_id(message.key))
    if issued is None or issued.registration is None or issued.status != CertificateStatus.VALID:
        return None
    return build_trainee_message(session, issued.registration, CERTIFICATE_NOTIFICATION, {"serial": issued.serial})


def parse_certificate_id(key: str) -> int:
    """Return the id of the certificate in the key of a message."""
    return int(get_event_key(key).rpartition("-")[2])


def list_outdated_certificate_messages(session: Session, _now: datetime) -> list[Message]:
    """Return unsent messages about certificates that are no longer in force."""
    message_ids = {
        parse_certificate_id(message.key): message.id
        for message in outbox.list_queued_rows(session, [CERTIFICATE_NOTIFICATION])
    }
    in_force = select(IssuedCertificate.id).where(
        IssuedCertificate.id.in_(message_ids), IssuedCertificate.status == CertificateStatus.VALID
    )
    valid = set(session.scalars(in_force))
    outdated = [message_id for number, message_id in message_ids.items() if number not in valid]
    return outbox.load_messages(session, outdated)

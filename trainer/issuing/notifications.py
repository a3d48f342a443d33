"""Letters about certificates: that one is ready, and which of them no longer hold."""

from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import Session, joinedload

from trainer.issuing.models import IssuedCertificate, State
from trainer.language.translate import gettext as _
from trainer.messages import outbox
from trainer.messages.models import Message
from trainer.messages.outbox import Letter
from trainer.people.models import Person
from trainer.projects.models import Activity, Project, Task
from trainer.registration.models import Registration
from trainer.registration.models import State as RegistrationState
from trainer.registration.notifications.letters import letter
from trainer.registration.notifications.queueing import AT_ONCE, queue
from trainer.seminars.models import Seminar

KIND = "certificate"
LATELY = timedelta(days=7)
"""How long after the issue somebody is still told: a worker may have stood still, but nobody is told of last year's."""


def untold(session: Session, now: datetime) -> list[IssuedCertificate]:
    """Find the certificates of the last days whose holders were not told of them."""
    key = literal(f"{KIND}-") + cast(IssuedCertificate.id, String(20))
    wanted = (
        select(IssuedCertificate)
        .join(IssuedCertificate.registration)
        .where(IssuedCertificate.state == State.VALID, IssuedCertificate.issued_at > now - LATELY)
        .where(Registration.state == RegistrationState.REGISTERED, is_real())
        .where(Registration.person.has(Person.erased_at.is_(None)))
        .where(~exists().where(Message.key == key))
        .options(joinedload(IssuedCertificate.registration))
        .order_by(IssuedCertificate.id)
        .limit(AT_ONCE)
    )
    return list(session.scalars(wanted))


def is_real() -> ColumnElement[bool]:
    """Leave out the registrations of the example, whose certificates prove nothing."""
    return Registration.seminar.has(Seminar.activity.has(Activity.task.has(Task.project.has(~Project.is_example))))


def tell(session: Session, issued: IssuedCertificate, now: datetime) -> None:
    """Queue the letter that the certificate is ready."""
    if issued.registration is not None and issued.state == State.VALID:
        queue(session, issued.registration, certificate_letter(issued, issued.registration), now)


def certificate_letter(issued: IssuedCertificate, registration: Registration) -> Letter:
    """Tell somebody that the certificate is ready."""
    with force_locale(registration.person.language):
        said = [f"№ {issued.serial}", _("You can download it on your page.")]
        return letter(registration, KIND, f"{KIND}-{issued.id}", _("Your certificate is ready"), said)


def outdated(session: Session, _now: datetime) -> list[Message]:
    """Find the letters that have not left yet about certificates that are no longer in force."""
    waiting = {int(each.key.rpartition("-")[2]): each for each in outbox.waiting(session, [KIND])}
    in_force = select(IssuedCertificate.id).where(
        IssuedCertificate.id.in_(waiting), IssuedCertificate.state == State.VALID
    )
    valid = set(session.scalars(in_force))
    return [each for number, each in waiting.items() if number not in valid]

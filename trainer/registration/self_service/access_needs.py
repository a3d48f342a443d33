"""What people need to take part: kept until the seminar is over, as the consent promises, and then forgotten."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.registration.form.questions import ACCESS_NEEDS_KEY
from trainer.registration.models import Registration
from trainer.seminars.models import SeminarSession


def list_expired_access_needs(session: Session, now: datetime) -> list[Registration]:
    """The registrations of seminars that are over which still say what somebody needs."""
    over = (
        select(SeminarSession.seminar_id)
        .group_by(SeminarSession.seminar_id)
        .having(func.max(SeminarSession.ends_at) < now)
    )
    wanted = select(Registration).where(
        Registration.seminar_id.in_(over), Registration.answers[ACCESS_NEEDS_KEY].as_string().is_not(None)
    )
    return list(session.scalars(wanted.order_by(Registration.id)))


def erase_access_needs(session: Session, registration: Registration, _now: datetime) -> None:
    """Forget what somebody needed."""
    registration.answers = {key: value for key, value in registration.answers.items() if key != ACCESS_NEEDS_KEY}
    session.flush()

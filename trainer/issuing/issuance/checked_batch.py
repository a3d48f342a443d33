"""The part of a checked batch that is not issued yet, stored so that each step reads and checks its own people only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from trainer.issuing.issuance.batch_plan import PlannedCertificate
from trainer.issuing.models import CheckedCertificate
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def is_check_outdated(now: datetime) -> ColumnElement[bool]:
    """Return the condition for what was checked so long ago that another day would be printed by now."""
    return CheckedCertificate.checked_at < now - timedelta(days=1)


@dataclass(frozen=True)
class CheckedBatch:
    """A batch by its seminar and the fingerprint of its plan."""

    seminar: Seminar
    fingerprint: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """Return the condition that selects what is stored of it."""
        return (CheckedCertificate.seminar_id == self.seminar.id) & (CheckedCertificate.batch == self.fingerprint)

    @property
    def waiting(self) -> ColumnElement[bool]:
        """Return the condition that selects what is still to be issued."""
        return self.condition & ~CheckedCertificate.has_changed

    def is_stored(self, session: Session) -> bool:
        """Return whether something of the batch is still to be issued."""
        return bool(session.scalar(select(exists().where(self.waiting))))

    def store(self, session: Session, planned: Sequence[PlannedCertificate], now: datetime) -> None:
        """Store what is not issued in the first step, in place of what is left of any earlier batch of the seminar."""
        session.execute(delete(CheckedCertificate).where(CheckedCertificate.seminar_id == self.seminar.id))
        rows = [
            {
                "registration_id": certificate.registration.id,
                "seminar_id": self.seminar.id,
                "batch": self.fingerprint,
                "position": position,
                "fingerprint": certificate.fingerprint,
                "has_changed": False,
                "checked_at": now,
            }
            for position, certificate in enumerate(planned)
        ]
        if rows:
            session.execute(insert(CheckedCertificate.__table__), rows)  # type: ignore[arg-type]

    def map_next_fingerprints(self, session: Session, limit: int | None) -> dict[int, str]:
        """Return the fingerprints of the next certificates by registration id, in the order of their numbers."""
        query = select(CheckedCertificate.registration_id, CheckedCertificate.fingerprint).where(self.waiting)
        rows = session.execute(query.order_by(CheckedCertificate.position).limit(limit))
        return {row.registration_id: row.fingerprint for row in rows}

    def remove_issued(self, session: Session, registration_ids: Collection[int]) -> None:
        """Delete what has just been issued."""
        own = CheckedCertificate.registration_id.in_(registration_ids)
        session.execute(delete(CheckedCertificate).where(self.condition, own))

    def leave_out(self, session: Session, registration_ids: Collection[int]) -> None:
        """Leave out who is no longer as they were checked."""
        own = CheckedCertificate.registration_id.in_(registration_ids)
        session.execute(update(CheckedCertificate).where(self.condition, own).values(has_changed=True))

    def count_waiting(self, session: Session) -> int:
        """Return how many certificates are still to be issued."""
        return session.scalar(select(func.count()).select_from(CheckedCertificate).where(self.waiting)) or 0

    def finish(self, session: Session) -> list[str]:
        """Delete what is stored of the batch and return the names of those who were left out."""
        people = (
            select(Person)
            .join(Registration, Registration.person_id == Person.id)
            .join(CheckedCertificate, CheckedCertificate.registration_id == Registration.id)
            .where(self.condition)
            .order_by(CheckedCertificate.position)
        )
        names = [person.printed_name for person in session.scalars(people)]
        session.execute(delete(CheckedCertificate).where(self.condition))
        return names

"""What the organizer sees without reloading: who is here, what every tablet has sent, and whether anything has changed at all."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.models import AttendanceMark, Device
from trainer.attendance.tablet.devices import devices_of
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class Hall:
    """Who is on the list, each with the standing in a session, and the tablets."""

    rows: list[tuple[Registration, ledger.Standing]]
    devices: list[Device]

    @property
    def here(self) -> int:
        """How many are here."""
        return sum(standing.status in ledger.HERE for _person, standing in self.rows)


def hall(session: Session, seminar: Seminar, where: SeminarSession | None) -> Hall:
    """Look at a session of a seminar."""
    standings = ledger.standings(session, seminar)
    people = listing.participants(session, seminar)
    rows = [(each, standings.get((each.id, where.id if where else 0), ledger.Standing())) for each in people]
    return Hall(rows, [each for each in devices_of(session, seminar) if each.paired_at])


def fingerprint(session: Session, seminar: Seminar) -> str:
    """Name the state of everything that the page shows; asked every few seconds, so it reads no single mark."""
    sessions = [each.id for each in seminar.sessions]
    received = select(func.count(), func.max(AttendanceMark.received_at)).where(AttendanceMark.session_id.in_(sessions))
    moved = select(func.count(), func.max(Registration.state_since)).where(Registration.seminar_id == seminar.id)
    known = [tuple(session.execute(each).one()) for each in (received, moved)]
    seen = [(each.id, each.name, each.seen_at, each.waiting, each.revoked_at) for each in devices_of(session, seminar)]
    return hashlib.sha256(repr((known, seen)).encode()).hexdigest()[:32]

"""What the ledger says: appending a mark, the status of a person in a session, and the share of sessions attended."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark, Status
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession

HERE = (Status.PRESENT, Status.LATE)


@dataclass(frozen=True)
class Standing:
    """Where a person stands in a session: the status, or a question for the organizer when marks disagree.

    `several` marks may stand beside each other and agree: a mark that replaces them has to decide.
    """

    status: Status | None = None
    head: uuid.UUID | None = None
    claims: tuple[Status, ...] = ()
    several: bool = False

    @property
    def unresolved(self) -> bool:
        """Whether two marks disagree and nobody has decided."""
        return len(self.claims) > 1


@dataclass(frozen=True)
class Attended:
    """How much of a seminar a person attended, in sessions."""

    held: int
    present: int
    excused: int
    unresolved: int
    marked: int

    @property
    def counted(self) -> int:
        """The sessions that count: held, without those the person was excused from."""
        return self.held - self.excused

    def reaches(self, percent: int) -> bool:
        """Whether the share attended is at least so many percent, compared as whole numbers; all excused is not."""
        return self.unresolved == 0 and self.counted > 0 and 100 * self.present >= percent * self.counted


def new_mark_id(now: datetime) -> uuid.UUID:
    """Make a UUIDv7 (RFC 9562): milliseconds first, so that marks sort by time."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def append_mark(
    session: Session,
    registration: Registration,
    seminar_session: SeminarSession,
    status: Status,
    *,
    after: uuid.UUID | None,
    now: datetime,
    user_id: int | None = None,
    decides: bool = False,
) -> AttendanceMark:
    """Add a mark to the ledger; nothing that is there changes."""
    mark = AttendanceMark(
        id=new_mark_id(now),
        registration_id=registration.id,
        session_id=seminar_session.id,
        status=status,
        after=after,
        decides=decides,
        made_at=now,
        received_at=now,
        user_id=user_id,
    )
    session.add(mark)
    return mark


def standing_of(marks: Sequence[AttendanceMark]) -> Standing:
    """Derive where the marks of one person and session, in the order received, leave the person."""
    decided = max((place for place, mark in enumerate(marks) if mark.decides), default=0)
    standing = marks[decided:]
    superseded = {mark.after for mark in standing}
    heads = [mark for mark in standing if mark.id not in superseded]
    claims = tuple(sorted({Status(mark.status) for mark in heads}))
    if not heads:
        return Standing()
    status = claims[0] if len(claims) == 1 else None
    return Standing(status=status, head=heads[-1].id, claims=claims, several=len(heads) > 1)


def standings(session: Session, seminar: Seminar) -> dict[tuple[int, int], Standing]:
    """Give where everybody stands in every session of the seminar, by registration and session."""
    ids = [each.id for each in seminar.sessions]
    wanted = (
        select(AttendanceMark)
        .where(AttendanceMark.session_id.in_(ids))
        .order_by(AttendanceMark.received_at, AttendanceMark.id)
    )
    ledger: dict[tuple[int, int], list[AttendanceMark]] = defaultdict(list)
    for mark in session.scalars(wanted):
        ledger[mark.registration_id, mark.session_id].append(mark)
    return {key: standing_of(marks) for key, marks in ledger.items()}


def held_sessions(seminar: Seminar, now: datetime) -> list[SeminarSession]:
    """The sessions that have begun."""
    return [each for each in seminar.sessions if each.starts_at <= now]


def attended(
    session: Session, seminar: Seminar, registrations: Iterable[Registration], now: datetime
) -> dict[int, Attended]:
    """Give how much of the seminar each registration attended; a session held without a mark counts as missed."""
    known = standings(session, seminar)
    held = [each.id for each in held_sessions(seminar, now)]
    return {each.id: attended_of([known.get((each.id, place), Standing()) for place in held]) for each in registrations}


def attended_of(places: Sequence[Standing]) -> Attended:
    """Count the standings of one person in the sessions held."""
    return Attended(
        held=len(places),
        present=sum(each.status in HERE for each in places),
        excused=sum(each.status == Status.EXCUSED for each in places),
        unresolved=sum(each.unresolved for each in places),
        marked=sum(each.status is not None for each in places),
    )

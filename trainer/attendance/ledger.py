"""What the ledger says: appending a mark, the status of a person in a session, and the share of sessions attended."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark, Signature, Source, Status
from trainer.raw_queries import numbers
from trainer.registration.models import Registration, State
from trainer.seminars.models import Seminar, SeminarSession

HERE = (Status.PRESENT, Status.LATE)
FEW = 20  # people whose marks are looked up by their names instead of reading everybody's
Place = tuple[int, int]
"""A registration and a session."""


class MarkLike(Protocol):
    """What the standing follows from."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def after(self) -> uuid.UUID | None: ...
    @property
    def decides(self) -> bool: ...


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
    source: Source = Source.DESK,
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
        source=source,
        user_id=user_id,
    )
    session.add(mark)
    return mark


def standing_of(marks: Sequence[MarkLike]) -> Standing:
    """Derive where the marks of one person and session, in the order received, leave the person."""
    heads = heads_of(marks)
    claims = tuple(sorted({Status(mark.status) for mark in heads}))
    if not heads:
        return Standing()
    status = claims[0] if len(claims) == 1 else None
    return Standing(status=status, head=heads[-1].id, claims=claims, several=len(heads) > 1)


def heads_of(marks: Sequence[MarkLike]) -> list[MarkLike]:
    """Give the marks that no later one has taken the place of, since the last that decided."""
    decided = max((place for place, mark in enumerate(marks) if mark.decides), default=0)
    standing = marks[decided:]
    superseded = {mark.after for mark in standing}
    return [mark for mark in standing if mark.id not in superseded]


def standings(session: Session, seminar: Seminar) -> dict[Place, Standing]:
    """Give where everybody stands in every session of the seminar, by registration and session.

    The marks of a registration that was merged into another count for that one, for as long as the merge stands.
    """
    places = ledger(session, [each.id for each in seminar.sessions], merged(session, [seminar.id]))
    return {place: standing_of(marks) for place, marks in places.items()}


def standings_of_some(session: Session, seminar: Seminar, people: Iterable[Registration]) -> dict[Place, Standing]:
    """Give where some people stand, reading no marks but theirs: a personal page does not grow with the hall."""
    kept = merged(session, [seminar.id])
    theirs = family((each.id for each in people), kept)
    places = ledger(session, [each.id for each in seminar.sessions], kept, theirs)
    return {place: standing_of(marks) for place, marks in places.items()}


def ledger(
    session: Session, sessions: Iterable[int], kept: Mapping[int, int], people: Iterable[int] | None = None
) -> dict[Place, list[Row[Any]]]:
    """Give the marks of sessions in the order received, by the registration that they count for and session.

    `people` are the registrations to look at, where not all are; those merged into them have to be among them.
    """
    columns = ("registration_id", "session_id", "id", "status", "after", "decides")
    wanted = select(*(getattr(AttendanceMark, each) for each in columns)).where(AttendanceMark.session_id.in_(sessions))
    if people is not None:
        wanted = wanted.where(AttendanceMark.registration_id.in_(people))
    found: dict[Place, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(wanted.order_by(AttendanceMark.received_at, AttendanceMark.id)):
        found[kept.get(mark.registration_id, mark.registration_id), mark.session_id].append(mark)
    return found


def merged(session: Session, seminars: Iterable[int]) -> dict[int, int]:
    """Give, for each registration that was merged into another of the same seminar, the one that was kept in the end."""
    rows = select(Registration.id, Registration.merged_into_id).where(
        Registration.seminar_id.in_(seminars), Registration.state == State.MERGED
    )
    return kept_in_the_end({row[0]: row[1] for row in session.execute(rows) if row[1] is not None})


def kept_in_the_end(into: Mapping[int, int]) -> dict[int, int]:
    """Follow each merge to the registration that was merged into no other."""
    found = {}
    for each in into:
        kept, seen = each, {each}
        while kept in into and into[kept] not in seen:
            kept = into[kept]
            seen.add(kept)
        found[each] = kept
    return found


def unresolved(
    session: Session, sessions: Iterable[int], kept: Mapping[int, int], people: Iterable[int] | None = None
) -> dict[Place, Standing]:
    """Give the places where marks disagree and nobody has decided: of all people, or of some and whoever was merged into them."""
    sessions = list(sessions)
    suspects = said_differently(session, sessions, kept, None if people is None else family(people, kept))
    if not suspects:
        return {}
    places = ledger(session, sessions, kept, family((each for each, _session in suspects), kept))
    found = {place: standing_of(marks) for place, marks in places.items() if place in suspects}
    return {place: standing for place, standing in found.items() if standing.unresolved}


def family(people: Iterable[int], kept: Mapping[int, int]) -> set[int]:
    """Give the registrations under which some people's marks may stand: the kept ones and those merged into them."""
    ends = {kept.get(each, each) for each in people}
    return ends | {each for each, into in kept.items() if into in ends}


@cache
def least_and_most(of_all: bool, of_all_places: bool) -> Select[Any]:
    """Ask for two of the statuses ever said of each place; only where they differ, unless places are joined afterwards."""
    table = AttendanceMark.__table__
    place = (table.c.registration_id, table.c.session_id)
    least, most = func.min(table.c.status), func.max(table.c.status)
    wanted = select(*place, least, most).where(table.c.session_id.in_(bindparam("sessions", expanding=True)))
    if not of_all:
        wanted = wanted.where(table.c.registration_id.in_(bindparam("people", expanding=True)))
    wanted = wanted.group_by(*place)
    return wanted if of_all_places else wanted.having(least != most)


def said_differently(
    session: Session, sessions: Iterable[int], kept: Mapping[int, int], people: Iterable[int] | None
) -> set[Place]:
    """Give the places where not all marks ever made say the same; counted by the database, as there are few."""
    asked = {"sessions": list(sessions)} | ({} if people is None else {"people": list(people)})
    wanted = least_and_most(people is None, bool(kept))
    said: dict[Place, set[str]] = defaultdict(set)
    for registration, where, *statuses in session.connection().execute(wanted, asked):
        said[kept.get(registration, registration), where].update(statuses)
    return {each for each, statuses in said.items() if len(statuses) > 1}


def seen(session: Session, registrations: Iterable[Registration]) -> set[int]:
    """Say which of some registrations stand on a list of those who came: marked as here, disputed or not, or signed."""
    asked = list(registrations)
    kept = merged(session, {each.seminar_id for each in asked})
    sessions = select(SeminarSession.id).where(SeminarSession.seminar_id.in_({each.seminar_id for each in asked}))
    people = family((each.id for each in asked), kept)
    places = ledger(session, session.scalars(sessions).all(), kept, people)
    came = {who for (who, _session), marks in places.items() if any(each in HERE for each in standing_of(marks).claims)}
    signed = session.scalars(select(Signature.registration_id).where(Signature.registration_id.in_(people)))
    came |= {kept.get(each, each) for each in signed}
    return {each.id for each in asked if kept.get(each.id, each.id) in came}


def came(session: Session, seminars: Iterable[Seminar], now: datetime) -> set[int]:
    """Give who was here in any session held of some seminars; of registrations that were merged, the ones that were kept.

    The database counts; the ledger is read only of people of whom marks disagree, and of those who were merged.
    """
    seminars = list(seminars)
    kept = merged(session, [each.id for each in seminars])
    held = [place.id for each in seminars for place in held_sessions(each, now)]
    places = least_and_most(True, True).subquery()
    registration, _session, least, most = places.c
    here = func.max(case((and_(least == most, least.in_(HERE)), registration)))
    disputed = func.max(case((least != most, registration)))
    of_merged = family(kept, kept)
    found, unclear = numbers(session, select(here, disputed).group_by(registration), {"sessions": held})
    found -= of_merged
    unclear = unclear - found | of_merged
    if unclear:
        marks = ledger(session, held, kept, family(unclear, kept))
        found |= {who for (who, _place), each in marks.items() if standing_of(each).status in HERE}
    return found


def signed_at(session: Session, registration: Registration) -> dict[int, datetime]:
    """Say when somebody signed for which sessions."""
    wanted = select(Signature.session_id, Signature.made_at).where(Signature.registration_id == registration.id)
    return {row.session_id: row.made_at for row in session.execute(wanted.order_by(Signature.received_at))}


def held_sessions(seminar: Seminar, now: datetime) -> list[SeminarSession]:
    """The sessions that have begun."""
    return [each for each in seminar.sessions if each.starts_at <= now]


def attended(
    session: Session, seminar: Seminar, registrations: Iterable[Registration], now: datetime
) -> dict[int, Attended]:
    """Give how much of the seminar each registration attended; a session held without a mark counts as missed."""
    people, held = list(registrations), [each.id for each in held_sessions(seminar, now)]
    known = standings_of_some(session, seminar, people) if len(people) <= FEW else standings(session, seminar)
    return {each.id: attended_of([known.get((each.id, place), Standing()) for place in held]) for each in people}


def attended_of(places: Sequence[Standing]) -> Attended:
    """Count the standings of one person in the sessions held."""
    return Attended(
        held=len(places),
        present=sum(each.status in HERE for each in places),
        excused=sum(each.status == Status.EXCUSED for each in places),
        unresolved=sum(each.unresolved for each in places),
        marked=sum(each.status is not None for each in places),
    )

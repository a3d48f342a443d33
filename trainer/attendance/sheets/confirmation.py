"""What a signed page says of its people: each row beside how the person is marked, and marks for those whom the organizer ticks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.ledger import HERE, Standing
from trainer.attendance.models import AttendanceMark, SheetScan, Source, Status
from trainer.attendance.sheets.pdf import LINES
from trainer.attendance.sheets.printing import people_of
from trainer.registration.desk import listing
from trainer.registration.models import Registration, State
from trainer.registration.seats.waiting_list import StateChanged, lock


@dataclass(frozen=True)
class SheetRow:
    """A row of a signed page.

    `signed` says whether something is written in its field, None where that can't be seen; `by_paper` that the last word on
    the person is a mark from paper.
    """

    number: int
    registration: Registration
    standing: Standing
    signed: bool | None
    by_paper: bool

    @property
    def listed(self) -> bool:
        """Whether the person still is on the list."""
        return self.registration.state == State.REGISTERED

    @property
    def open(self) -> bool:
        """Whether nobody has marked the person yet, so that a tick marks them."""
        return self.listed and self.standing.head is None


@dataclass(frozen=True)
class Confirmed:
    """How many were marked, and how many of those ticked were left because they had been marked otherwise meanwhile."""

    marked: int
    left: int


def rows_of(session: Session, scan: SheetScan) -> list[SheetRow]:
    """Give the rows of a page from the top; of a scan without a printed page, everybody on the list."""
    if scan.session is None:
        return []
    seminar = scan.session.seminar
    kept = ledger.merged(session, [seminar.id])
    if scan.page is None:
        people = [each.id for each in listing.participants(session, seminar)]
    else:
        people = [kept.get(each, each) for each in scan.page.rows]
    known = people_of(session, set(people))
    standings = ledger.standings(session, seminar)
    first = 1 if scan.page is None else lines_before(scan) + 1
    places = [(number, each, standings.get((each, scan.session.id), Standing())) for number, each in enumerate(people)]
    paper = from_paper(session, [standing.head for _number, _each, standing in places if standing.head])
    return [
        SheetRow(
            number=first + number,
            registration=known[each],
            standing=standing,
            signed=None if scan.inked is None else number in scan.inked,
            by_paper=standing.head in paper,
        )
        for number, each, standing in places
        if each in known
    ]


def lines_before(scan: SheetScan) -> int:
    """Count the lines on the pages before this one."""
    return LINES * (scan.page.number - 1) if scan.page else 0


def from_paper(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Say which of some marks say from paper that somebody was there."""
    wanted = select(AttendanceMark.id).where(
        AttendanceMark.id.in_(ids), AttendanceMark.source == Source.PAPER, AttendanceMark.status.in_(HERE)
    )
    return set(session.scalars(wanted))


def signed_without_name(scan: SheetScan) -> list[int]:
    """Give the numbers of the empty lines on which somebody has signed: people who came without registering."""
    if scan.page is None or scan.inked is None:
        return []
    return [lines_before(scan) + line + 1 for line in scan.inked if line >= len(scan.page.rows)]


def confirm(
    session: Session, scan: SheetScan, ticked: Collection[int], now: datetime, user_id: int | None
) -> Confirmed:
    """Mark those present who are ticked and whom nobody has marked; whoever was marked otherwise is left as they are.

    Raises StateChanged where the scan belongs to no session.
    """
    if scan.session is None:
        raise StateChanged
    lock(session, scan.session.seminar)
    rows = [each for each in rows_of(session, scan) if each.registration.id in ticked]
    fresh = {each.registration.id: each.registration for each in rows if each.open}
    for registration in fresh.values():
        ledger.append_mark(
            session,
            registration,
            scan.session,
            Status.PRESENT,
            after=None,
            now=now,
            user_id=user_id,
            source=Source.PAPER,
        )
    scan.confirmed_at = scan.confirmed_at or now
    session.flush()
    return Confirmed(len(fresh), sum(not each.open and each.standing.status not in HERE for each in rows))


def take_back(session: Session, scan: SheetScan, registration_id: int, now: datetime, user_id: int | None) -> None:
    """Take a mark from paper back by one that says absent, which counts as no mark does: no mark says "nothing".

    Raises StateChanged where the last word on the person is another one meanwhile.
    """
    if scan.session is None:
        raise StateChanged
    lock(session, scan.session.seminar)
    row = next((each for each in rows_of(session, scan) if each.registration.id == registration_id), None)
    if row is None or not row.by_paper or row.standing.several or not row.listed:
        raise StateChanged
    ledger.append_mark(
        session, row.registration, scan.session, Status.ABSENT, after=row.standing.head, now=now, user_id=user_id
    )

"""What a signed page says of its people: each row beside how the person is marked, and marks for those whom the organizer ticks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.ledger import PRESENT_STATUSES, SessionAttendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, SheetScan
from trainer.attendance.sheets.pdf import LINES_PER_PAGE
from trainer.attendance.sheets.printing import map_sheet_registrations
from trainer.registration.desk import listing
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar


@dataclass(frozen=True)
class SheetRow:
    """A row of a signed page.

    `signed` says whether something is written in its field, None where that can't be seen; `by_paper` that the last word on
    the person is a mark from paper.
    """

    number: int
    registration: Registration
    attendance: SessionAttendance
    is_signed: bool | None
    is_marked_from_sheet: bool

    @property
    def is_listed(self) -> bool:
        """Whether the person still is on the list."""
        return self.registration.status == RegistrationStatus.REGISTERED

    @property
    def is_unmarked(self) -> bool:
        """Whether nobody has marked the person yet, so that a tick marks them."""
        return self.is_listed and self.attendance.last_mark_id is None


@dataclass(frozen=True)
class ConfirmationResult:
    """How many were marked, and how many of those ticked were left because they had been marked otherwise meanwhile."""

    marked_count: int
    skipped_count: int


def list_sheet_rows(session: Session, scan: SheetScan) -> list[SheetRow]:
    """Give the rows of a page from the top; of a scan without a printed page, everybody on the list."""
    if scan.session is None:
        return []
    seminar = scan.session.seminar
    kept = ledger.map_merged_registrations(session, [seminar.id])
    if scan.page is None:
        people = [each.id for each in listing.list_participants(session, seminar)]
    else:
        people = [kept.get(each, each) for each in scan.page.registration_ids]
    known = map_sheet_registrations(session, set(people))
    standings = ledger.load_seminar_attendance(session, seminar)
    first = 1 if scan.page is None else count_lines_before(scan) + 1
    places = [
        (number, each, standings.get((each, scan.session.id), SessionAttendance()))
        for number, each in enumerate(people)
    ]
    paper = find_marks_from_sheets(
        session, [standing.last_mark_id for _number, _each, standing in places if standing.last_mark_id]
    )
    return [
        SheetRow(
            number=first + number,
            registration=known[each],
            attendance=standing,
            is_signed=None if scan.signed_lines is None else number in scan.signed_lines,
            is_marked_from_sheet=standing.last_mark_id in paper,
        )
        for number, each, standing in places
        if each in known
    ]


def count_lines_before(scan: SheetScan) -> int:
    """Count the lines on the pages before this one."""
    return LINES_PER_PAGE * (scan.page.number - 1) if scan.page else 0


def find_marks_from_sheets(session: Session, mark_ids: Collection[UUID]) -> set[UUID]:
    """Say which of some marks say from paper that somebody was there."""
    wanted = select(AttendanceMark.id).where(
        AttendanceMark.id.in_(mark_ids),
        AttendanceMark.source == MarkSource.PAPER,
        AttendanceMark.status.in_(PRESENT_STATUSES),
    )
    return set(session.scalars(wanted))


def list_signed_empty_lines(scan: SheetScan) -> list[int]:
    """Give the numbers of the empty lines on which somebody has signed: people who came without registering."""
    if scan.page is None or scan.signed_lines is None:
        return []
    return [
        count_lines_before(scan) + line + 1 for line in scan.signed_lines if line >= len(scan.page.registration_ids)
    ]


def confirm_scan(
    session: Session, scan: SheetScan, ticked_ids: Collection[int], now: datetime, user_id: int | None
) -> ConfirmationResult:
    """Mark those present who are ticked and whom nobody has marked; whoever was marked otherwise is left as they are.

    Raises StatusChanged where the scan belongs to no session.
    """
    if scan.session is None:
        raise StatusChanged
    lock_seminar(session, scan.session.seminar)
    rows = [each for each in list_sheet_rows(session, scan) if each.registration.id in ticked_ids]
    fresh = {each.registration.id: each.registration for each in rows if each.is_unmarked}
    for registration in fresh.values():
        ledger.append_mark(
            session,
            registration,
            scan.session,
            AttendanceStatus.PRESENT,
            after=None,
            now=now,
            user_id=user_id,
            source=MarkSource.PAPER,
        )
    scan.confirmed_at = scan.confirmed_at or now
    session.flush()
    return ConfirmationResult(
        len(fresh), sum(not each.is_unmarked and each.attendance.status not in PRESENT_STATUSES for each in rows)
    )


def undo_sheet_mark(
    session: Session, scan: SheetScan, registration_id: int, now: datetime, user_id: int | None
) -> None:
    """Take a mark from paper back by one that says absent, which counts as no mark does: no mark says "nothing".

    Raises StatusChanged where the last word on the person is another one meanwhile.
    """
    if scan.session is None:
        raise StatusChanged
    lock_seminar(session, scan.session.seminar)
    row = next((each for each in list_sheet_rows(session, scan) if each.registration.id == registration_id), None)
    if row is None or not row.is_marked_from_sheet or row.attendance.has_parallel_marks or not row.is_listed:
        raise StatusChanged
    ledger.append_mark(
        session,
        row.registration,
        scan.session,
        AttendanceStatus.ABSENT,
        after=row.attendance.last_mark_id,
        now=now,
        user_id=user_id,
    )

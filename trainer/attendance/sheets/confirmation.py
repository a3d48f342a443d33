"""Confirmation of scanned sign-in sheets: rows with signature and attendance, and marks for the rows that the organizer ticks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance import ledger, merges
from trainer.attendance.ledger import PRESENT_STATUSES, SessionAttendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, SheetScan
from trainer.attendance.sheets.pdf import LINES_PER_PAGE
from trainer.attendance.sheets.printing import map_sheet_registrations
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.participants import list_participants
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class SheetRow:
    """A row of a scanned page.

    `is_signed`: the signature field has ink; None if that could not be recognized. `is_marked_from_sheet`: the last mark is
    one of presence from a sheet. `number` counts from 1 over all pages of the sheet.
    """

    number: int
    registration: Registration
    attendance: SessionAttendance
    is_signed: bool | None
    is_marked_from_sheet: bool

    @property
    def is_listed(self) -> bool:
        """Return whether the person is still registered."""
        return self.registration.status == RegistrationStatus.REGISTERED

    @property
    def is_unmarked(self) -> bool:
        """Return whether the person has no mark yet, so that a tick adds one; of who left the list the organizer decides then."""
        return self.attendance.last_mark_id is None


@dataclass(frozen=True)
class ConfirmationResult:
    """Numbers of ticked people: marked now, and skipped because of another mark."""

    marked_count: int
    skipped_count: int


def list_sheet_rows(session: Session, scan: SheetScan) -> list[SheetRow]:
    """Return the rows of a scanned page from the top; without a printed page, a row for everybody on the list."""
    if scan.session is None:
        return []
    registration_ids = list_row_registration_ids(session, scan)
    registrations_by_id = map_sheet_registrations(session, set(registration_ids))
    attendance_by_key = ledger.load_seminar_attendance(session, scan.session.seminar)
    attendances = [
        attendance_by_key.get((registration_id, scan.session.id), SessionAttendance())
        for registration_id in registration_ids
    ]
    sheet_mark_ids = find_marks_from_sheets(
        session, [attendance.last_mark_id for attendance in attendances if attendance.last_mark_id]
    )
    lines_before = count_lines_before(scan)
    return [
        SheetRow(
            number=lines_before + line + 1,
            registration=registrations_by_id[registration_id],
            attendance=attendance,
            is_signed=None if scan.signed_lines is None else line in scan.signed_lines,
            is_marked_from_sheet=attendance.last_mark_id in sheet_mark_ids,
        )
        for line, (registration_id, attendance) in enumerate(zip(registration_ids, attendances, strict=True))
        if registration_id in registrations_by_id
    ]


def list_row_registration_ids(session: Session, scan: SheetScan) -> list[int]:
    """Return the surviving registrations on a scanned page from the top; without a printed page, all on the list."""
    seminar = session.get_one(Seminar, scan.seminar_id)
    if scan.page is None:
        return [registration.id for registration in list_participants(session, seminar)]
    surviving_ids = merges.map_merged_registrations(session, [seminar.id])
    return [surviving_ids.get(registration_id, registration_id) for registration_id in scan.page.registration_ids]


def count_lines_before(scan: SheetScan) -> int:
    """Return the number of lines on the pages before this one."""
    return LINES_PER_PAGE * (scan.page.number - 1) if scan.page else 0


def find_marks_from_sheets(session: Session, mark_ids: Collection[UUID]) -> set[UUID]:
    """Return which of the marks are marks of presence from a sheet."""
    query = select(AttendanceMark.id).where(
        AttendanceMark.id.in_(mark_ids),
        AttendanceMark.source == MarkSource.PAPER,
        AttendanceMark.status.in_(PRESENT_STATUSES),
    )
    return set(session.scalars(query))


def list_signed_empty_lines(scan: SheetScan) -> list[int]:
    """Return the numbers of signed empty lines, which walk-ins have used."""
    if scan.page is None or scan.signed_lines is None:
        return []
    return [
        count_lines_before(scan) + line + 1 for line in scan.signed_lines if line >= len(scan.page.registration_ids)
    ]


def confirm_scan(
    session: Session, scan: SheetScan, ticked_ids: Collection[int], now: datetime, user_id: int | None
) -> ConfirmationResult:
    """Mark ticked people without a mark as present, and confirm the scan. People with other marks are skipped.

    Raises StatusChanged if the scan is not filed to a session.
    """
    if scan.session is None:
        raise StatusChanged
    lock_seminar(session, scan.session.seminar)
    ticked_rows = [row for row in list_sheet_rows(session, scan) if row.registration.id in ticked_ids]
    unmarked = {row.registration.id: row.registration for row in ticked_rows if row.is_unmarked}
    for registration in unmarked.values():
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
    skipped = [row for row in ticked_rows if not row.is_unmarked and row.attendance.status not in PRESENT_STATUSES]
    return ConfirmationResult(marked_count=len(unmarked), skipped_count=len(skipped))


def undo_sheet_mark(
    session: Session, scan: SheetScan, registration_id: int, now: datetime, user_id: int | None
) -> None:
    """Undo a mark from a sheet by a mark "absent", which counts the same as no mark.

    Raises StatusChanged if the person has a newer mark, or is no longer on the list.
    """
    if scan.session is None:
        raise StatusChanged
    lock_seminar(session, scan.session.seminar)
    rows_by_id = {row.registration.id: row for row in list_sheet_rows(session, scan)}
    row = rows_by_id.get(registration_id)
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

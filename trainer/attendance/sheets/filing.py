"""Filing a photo or scan of a signed sheet: to its session by its code, or kept until the organizer says where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets.printing import find_page_by_code
from trainer.attendance.sheets.recognition import RecognizedFile, RecognizedPage
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession
from trainer.storage import Storage


@dataclass(frozen=True)
class FiledPage:
    """What became of a page of a file; known where it had been uploaded before."""

    scan: SheetScan
    was_known: bool


def file_recognized_pages(
    session: Session, storage: Storage, seminar: Seminar, recognized: RecognizedFile, now: datetime, user_id: int | None
) -> list[FiledPage]:
    """Keep a file that was read, and file each of its pages: to the seminar of its code, whichever page it was uploaded on.

    The same file again changes nothing.
    """
    sha256 = storage.store_content(recognized.content)
    pages = [find_page_by_code(session, each.code) if each.code else None for each in recognized.pages]
    for each in sorted({page.session.seminar_id for page in pages if page} | {seminar.id}):
        lock_seminar(session, session.get_one(Seminar, each))
    return [
        store_scan(session, seminar, build_scan(recognized, place, sha256, page, now, user_id))
        for place, page in enumerate(pages, 1)
    ]


def build_scan(
    recognized: RecognizedFile,
    page_number: int,
    sha256: str,
    page: SheetPage | None,
    now: datetime,
    user_id: int | None,
) -> SheetScan:
    """Make the entry of a page of a file; where its code is not known, what was seen in the fields means nothing."""
    seen: RecognizedPage = recognized.pages[page_number - 1]
    return SheetScan(
        session=page.session if page else None,
        page=page,
        sha256=sha256,
        media_type=recognized.media_type,
        page_number=page_number,
        signed_lines=list(seen.signed_lines) if page and seen.signed_lines is not None else None,
        uploaded_at=now,
        uploaded_by_id=user_id,
    )


def store_scan(session: Session, seminar: Seminar, scan: SheetScan) -> FiledPage:
    """Keep the entry, unless there is one."""
    seminar_id = scan.session.seminar_id if scan.session else seminar.id
    wanted = select(SheetScan).where(
        SheetScan.seminar_id == seminar_id, SheetScan.sha256 == scan.sha256, SheetScan.page_number == scan.page_number
    )
    there = session.scalar(wanted)
    if there is not None:
        return FiledPage(there, was_known=True)
    scan.seminar_id = seminar_id
    session.add(scan)
    session.flush()
    return FiledPage(scan, was_known=False)


def file_scan_manually(
    session: Session, scan: SheetScan, seminar_session: SeminarSession, page: SheetPage | None
) -> None:
    """File a scan where the organizer says: to a printed page, or to a session whose list was written otherwise.

    Raises StatusChanged for one that was confirmed, and for a page or session of another seminar.
    """
    if (
        scan.confirmed_at
        or seminar_session.seminar_id != scan.seminar_id
        or (page and page.session_id != seminar_session.id)
    ):
        raise StatusChanged
    if page is not scan.page:
        scan.signed_lines = None
    scan.session, scan.page = seminar_session, page
    session.flush()


def delete_unfiled_scan(session: Session, scan: SheetScan) -> str:
    """Take a scan that was filed nowhere off the list: it is no sheet. Raises StatusChanged for one that is evidence, or gone.

    Gives the hash of a file that no other entry needs: it can be forgotten once this is committed; else empty.
    """
    lock_seminar(session, session.get_one(Seminar, scan.seminar_id))
    there = session.get(SheetScan, scan.id, populate_existing=True)
    if there is None or there.session_id is not None:
        raise StatusChanged
    session.delete(scan)
    session.flush()
    other = session.scalar(select(SheetScan.id).where(SheetScan.sha256 == scan.sha256).limit(1))
    return "" if other else scan.sha256


def list_scans(session: Session, seminar: Seminar) -> Sequence[SheetScan]:
    """Give the scans of a seminar, the newest first."""
    wanted = select(SheetScan).where(SheetScan.seminar_id == seminar.id)
    loading = (joinedload(SheetScan.page), joinedload(SheetScan.session), joinedload(SheetScan.uploaded_by))
    return session.scalars(wanted.order_by(SheetScan.id.desc()).options(*loading)).all()

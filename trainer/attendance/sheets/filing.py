"""Filing of scanned sign-in sheets: to a session by the page code, or manually by the organizer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets.printing import find_page_by_code
from trainer.attendance.sheets.recognition import RecognizedFile, RecognizedPage
from trainer.base import Ids
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession
from trainer.storage import Storage


@dataclass(frozen=True)
class FiledPage:
    """The scan of a page of a file; `was_known` if it had been uploaded before."""

    scan: SheetScan
    was_known: bool


def file_recognized_pages(
    session: Session, storage: Storage, seminar: Seminar, recognized: RecognizedFile, now: datetime, user_id: int | None
) -> list[FiledPage]:
    """Store a recognized file and file each of its pages to the session of its code, which may be of another seminar.

    Pages without a code stay unfiled in the given seminar. Uploading the same file again changes nothing.
    """
    sha256 = storage.store_content(recognized.content)
    pages = [find_page_by_code(session, page.code) if page.code else None for page in recognized.pages]
    for seminar_id in sorted({page.session.seminar_id for page in pages if page} | {seminar.id}):
        lock_seminar(session, session.get_one(Seminar, seminar_id))
    return [
        store_scan(session, seminar, build_scan(recognized, page_number, sha256, page, now, user_id))
        for page_number, page in enumerate(pages, 1)
    ]


def build_scan(
    recognized: RecognizedFile,
    page_number: int,
    sha256: str,
    page: SheetPage | None,
    now: datetime,
    user_id: int | None,
) -> SheetScan:
    """Return the scan of a page of a file; signed lines are kept only with a known page code."""
    recognized_page: RecognizedPage = recognized.pages[page_number - 1]
    signed_lines = recognized_page.signed_lines
    return SheetScan(
        session=page.session if page else None,
        page=page,
        sha256=sha256,
        media_type=recognized.media_type,
        page_number=page_number,
        signed_lines=list(signed_lines) if page and signed_lines is not None else None,
        uploaded_at=now,
        uploaded_by_id=user_id,
    )


def store_scan(session: Session, seminar: Seminar, scan: SheetScan) -> FiledPage:
    """Store a scan unless it was uploaded before; return the stored one."""
    seminar_id = scan.session.seminar_id if scan.session else seminar.id
    query = select(SheetScan).where(
        SheetScan.seminar_id == seminar_id, SheetScan.sha256 == scan.sha256, SheetScan.page_number == scan.page_number
    )
    known_scan = session.scalar(query)
    if known_scan is not None:
        return FiledPage(known_scan, was_known=True)
    scan.seminar_id = seminar_id
    session.add(scan)
    session.flush()
    return FiledPage(scan, was_known=False)


def file_scan_manually(
    session: Session, scan: SheetScan, seminar_session: SeminarSession, page: SheetPage | None
) -> None:
    """File a scan to a session, and to a printed page if it shows one.

    Raises StatusChanged for a confirmed scan, and for a page or session of another seminar.
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
    """Delete an unfiled scan. Raises StatusChanged for a filed scan, which is evidence, and for a deleted one.

    Return the hash of the file if no other scan needs it, else an empty string; the caller deletes it after the commit.
    """
    lock_seminar(session, session.get_one(Seminar, scan.seminar_id))
    current_scan = session.get(SheetScan, scan.id, populate_existing=True)
    if current_scan is None or current_scan.session_id is not None:
        raise StatusChanged
    session.delete(scan)
    session.flush()
    other_id = session.scalar(select(SheetScan.id).where(SheetScan.sha256 == scan.sha256).limit(1))
    return "" if other_id else scan.sha256


def select_unchecked_scan_count(seminar_ids: Ids) -> ScalarSelect[int]:
    """Return a SELECT of the number of scanned pages of seminars that nobody has checked."""
    is_unchecked = SheetScan.seminar_id.in_(seminar_ids) & SheetScan.confirmed_at.is_(None)
    return select(func.count()).where(is_unchecked).scalar_subquery()


def list_scans(session: Session, seminar: Seminar) -> Sequence[SheetScan]:
    """Return the scans of a seminar, the newest first."""
    query = select(SheetScan).where(SheetScan.seminar_id == seminar.id)
    load_options = (joinedload(SheetScan.page), joinedload(SheetScan.session), joinedload(SheetScan.uploaded_by))
    return session.scalars(query.order_by(SheetScan.id.desc()).options(*load_options)).all()

"""Filing a photo or scan of a signed sheet: to its session by its code, or kept until the organizer says where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets.printing import page_of_code
from trainer.attendance.sheets.recognition import ReadFile, ReadPage
from trainer.registration.seats.waiting_list import StateChanged, lock
from trainer.seminars.models import Seminar, SeminarSession
from trainer.storage import Storage


@dataclass(frozen=True)
class Filed:
    """What became of a page of a file; known where it had been uploaded before."""

    scan: SheetScan
    known: bool


def keep_file(
    session: Session, storage: Storage, seminar: Seminar, read: ReadFile, now: datetime, user_id: int | None
) -> list[Filed]:
    """Keep a file that was read, and file each of its pages: to the seminar of its code, whichever page it was uploaded on.

    The same file again changes nothing.
    """
    sha256 = storage.put(read.content)
    pages = [page_of_code(session, each.code) if each.code else None for each in read.pages]
    for each in sorted({page.session.seminar_id for page in pages if page} | {seminar.id}):
        lock(session, session.get_one(Seminar, each))
    return [
        keep_page(session, seminar, made(read, place, sha256, page, now, user_id))
        for place, page in enumerate(pages, 1)
    ]


def made(
    read: ReadFile, place: int, sha256: str, page: SheetPage | None, now: datetime, user_id: int | None
) -> SheetScan:
    """Make the entry of a page of a file; where its code is not known, what was seen in the fields means nothing."""
    seen: ReadPage = read.pages[place - 1]
    return SheetScan(
        session=page.session if page else None,
        page=page,
        sha256=sha256,
        media_type=read.media_type,
        place=place,
        inked=list(seen.inked) if page and seen.inked is not None else None,
        uploaded_at=now,
        uploaded_by_id=user_id,
    )


def keep_page(session: Session, seminar: Seminar, scan: SheetScan) -> Filed:
    """Keep the entry, unless there is one."""
    seminar_id = scan.session.seminar_id if scan.session else seminar.id
    wanted = select(SheetScan).where(
        SheetScan.seminar_id == seminar_id, SheetScan.sha256 == scan.sha256, SheetScan.place == scan.place
    )
    there = session.scalar(wanted)
    if there is not None:
        return Filed(there, known=True)
    scan.seminar_id = seminar_id
    session.add(scan)
    session.flush()
    return Filed(scan, known=False)


def file_by_hand(session: Session, scan: SheetScan, place: SeminarSession, page: SheetPage | None) -> None:
    """File a scan where the organizer says: to a printed page, or to a session whose list was written otherwise.

    Raises StateChanged for one that was confirmed, and for a page or session of another seminar.
    """
    if scan.confirmed_at or place.seminar_id != scan.seminar_id or (page and page.session_id != place.id):
        raise StateChanged
    if page is not scan.page:
        scan.inked = None
    scan.session, scan.page = place, page
    session.flush()


def take_off(session: Session, scan: SheetScan) -> str:
    """Take a scan that was filed nowhere off the list: it is no sheet. Raises StateChanged for one that is evidence, or gone.

    Gives the hash of a file that no other entry needs: it can be forgotten once this is committed; else empty.
    """
    lock(session, session.get_one(Seminar, scan.seminar_id))
    there = session.get(SheetScan, scan.id, populate_existing=True)
    if there is None or there.session_id is not None:
        raise StateChanged
    session.delete(scan)
    session.flush()
    other = session.scalar(select(SheetScan.id).where(SheetScan.sha256 == scan.sha256).limit(1))
    return "" if other else scan.sha256


def scans_of(session: Session, seminar: Seminar) -> Sequence[SheetScan]:
    """Give the scans of a seminar, the newest first."""
    wanted = select(SheetScan).where(SheetScan.seminar_id == seminar.id)
    loading = (joinedload(SheetScan.page), joinedload(SheetScan.session), joinedload(SheetScan.uploaded_by))
    return session.scalars(wanted.order_by(SheetScan.id.desc()).options(*loading)).all()

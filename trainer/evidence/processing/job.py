"""Background job: what the worker finds out about new files, and the pictures and cleaned copies that it makes, are stored."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.evidence.items import measure_file
from trainer.evidence.models import Cleaning, EvidenceItem, Processing, TakenSource
from trainer.evidence.processing.supervision import Worker, WorkerEnded, WorkerTimedOut
from trainer.evidence.processing.worker import CLEANED_NAME, PREVIEW_NAME, THUMBNAIL_NAME, Findings
from trainer.settings import Settings, get_settings
from trainer.sqlite_transactions import read_only
from trainer.storage import FileMissing, Storage, StorageError

MAX_ATTEMPTS = 3
FILES_AT_ONCE = 500
KEPT_COPIES = timedelta(days=1)
FIRST_YEAR = 2000
"""A photo that says it is older was taken by a camera whose clock was not set."""


def list_waiting_ids(session: Session) -> list[int]:
    """Return the ids of files that the worker has not opened yet, those that were tried least first."""
    query = select(EvidenceItem.id).where(EvidenceItem.processing == Processing.WAITING)
    return list(session.scalars(query.order_by(EvidenceItem.attempts, EvidenceItem.id).limit(FILES_AT_ONCE)))


def process_files(session: Session, stop: Event) -> None:
    """Process the files that wait, one after the other, by one process."""
    with read_only(session):
        item_ids = list_waiting_ids(session)
    session.rollback()
    if not item_ids:
        return
    settings = get_settings()
    remove_old_copies(get_work_folder(settings), now())
    with Worker() as worker:
        for item_id in item_ids:
            if stop.is_set():
                break
            process_file(session, settings, worker, item_id)


def process_file(session: Session, settings: Settings, worker: Worker, item_id: int) -> None:
    """Have a file opened by the worker, and store what it found out. No transaction is open meanwhile.

    An attempt is counted before, so that a file that ends the server with the worker is not tried for ever. What is stored is
    the same whoever does it, so two servers that open the same file at once change nothing. Raises StorageError: then the
    attempt does not count.
    """
    item = session.get(EvidenceItem, item_id)
    if item is None or item.processing != Processing.WAITING:
        session.rollback()
        return
    item.attempts += 1
    attempts, sha256, media_kind, media_type = item.attempts, item.sha256, item.media_kind, item.media_type
    session.commit()
    storage = Storage.from_settings(settings)
    folder = Path(tempfile.mkdtemp(prefix="evidence-", dir=get_work_folder(settings)))
    try:
        findings = examine_copy(storage, worker, sha256, folder, media_kind, media_type, attempts)
        if findings is not None:
            store_findings(session, storage, item_id, findings, folder)
    except StorageError:
        session.rollback()
        session.get_one(EvidenceItem, item_id).attempts = attempts - 1
        session.commit()
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def get_work_folder(settings: Settings) -> Path:
    """Return the folder for copies that the worker opens, which exists then."""
    folder = settings.instance / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove_old_copies(folder: Path, now: datetime) -> None:
    """Remove the copies that a server left behind which was killed in the middle."""
    for copy in folder.iterdir():
        if copy.stat().st_mtime < (now - KEPT_COPIES).timestamp():
            shutil.rmtree(copy, ignore_errors=True)


def examine_copy(
    storage: Storage, worker: Worker, sha256: str, folder: Path, media_kind: str, media_type: str, attempts: int
) -> Findings | None:
    """Return what the worker finds out about a copy of a stored file; None if it died and shall try again."""
    source = folder / "source"
    try:
        with source.open("wb") as file:
            file.writelines(storage.iterate_content(sha256))
        return worker.examine(source, folder, media_kind, media_type)
    except FileMissing:
        return Findings(error="missing", cleaning=Cleaning.IMPOSSIBLE)
    except WorkerTimedOut:
        return Findings(error="too_slow", cleaning=Cleaning.IMPOSSIBLE)
    except WorkerEnded:
        return Findings(error="crashed", cleaning=Cleaning.IMPOSSIBLE) if attempts >= MAX_ATTEMPTS else None


def store_findings(session: Session, storage: Storage, item_id: int, findings: Findings, folder: Path) -> None:
    """Store the pictures and the cleaned copy of a file, and then what was found out, and commit. Raises StorageError."""
    pictures = ["", ""]
    if findings.has_pictures:
        pictures = storage.store_contents([(folder / name).read_bytes() for name in (THUMBNAIL_NAME, PREVIEW_NAME)])
    cleaned, sums = folder / CLEANED_NAME, None
    if findings.cleaning == Cleaning.CLEANED:
        sums = measure_file(cleaned)
        storage.store_file(cleaned, sums.sha256)
    item = session.get_one(EvidenceItem, item_id, with_for_update=True)
    if item.processing == Processing.WAITING:
        item.thumbnail_sha256, item.preview_sha256 = pictures
        item.width, item.height, item.seconds = findings.width, findings.height, findings.seconds
        item.difference_hash, item.cleaning = findings.difference_hash, findings.cleaning
        if sums is not None:
            item.cleaned_sha256, item.cleaned_size, item.cleaned_crc32 = sums.sha256, sums.size, sums.crc32
        if item.taken_source is None:
            item.taken_at = parse_taken(findings.taken, item.project.zone, item.uploaded_at)
            item.taken_source = TakenSource.FILE if item.taken_at else None
        item.processing = Processing.FAILED if findings.error else Processing.DONE
        item.processing_error = findings.error
    session.commit()


def parse_taken(text: str, zone: ZoneInfo, uploaded_at: datetime) -> datetime | None:
    """Return when a photo was taken; None if it does not say so, or names a day that no photo here can have.

    A time without an offset from UTC is in the project's zone. Such days are those after the upload, and those before the
    year FIRST_YEAR.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    try:
        is_possible = moment.year >= FIRST_YEAR and moment <= uploaded_at + timedelta(days=1)
    except OverflowError:
        return None
    return moment if is_possible else None

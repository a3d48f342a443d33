"""Receiving a file in parts: the bytes that have arrived lie in a file of their own until all are there.

The protocol is tus 1.0 (https://tus.io/protocols/resumable-upload): `tus.py` speaks it. The size of the file is the offset,
so that nothing can disagree with it. A part counts once it is on the disk (fsync).
"""

import errno
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trainer.evidence.items import BLOCK_BYTES, AddedItem, FileSource, add_file, clean_file_name
from trainer.evidence.models import EvidenceItem, Upload
from trainer.settings import Settings
from trainer.storage import Storage

MAX_FILE_BYTES = 2 * 1024**3
MAX_PART_BYTES = 16 * 1024**2
UPLOAD_LIFETIME = timedelta(days=7)
"""How long an upload that was interrupted can be continued."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class UploadEmpty(Exception):
    """The file has no bytes."""


class UploadTooLarge(Exception):
    """The file has more than MAX_FILE_BYTES, or more bytes than were announced."""


class UploadLocked(Exception):
    """Another request is writing to this upload."""


class OffsetWrong(Exception):
    """The part does not begin where the upload ends."""


class DiskFull(Exception):
    """There is no room for the part; the bytes that had arrived before are kept."""


def create_upload(session: Session, source: FileSource, size: int, now: datetime) -> Upload:
    """Add and return an upload of `size` bytes that none has arrived of. Raises UploadEmpty, UploadTooLarge."""
    if size == 0:
        raise UploadEmpty
    if size > MAX_FILE_BYTES:
        raise UploadTooLarge
    upload = Upload(
        id=uuid.uuid4(),
        project_id=source.project_id,
        activity_id=source.activity_id,
        user_id=source.user_id,
        upload_link_id=source.upload_link_id,
        file_name=clean_file_name(source.file_name),
        size=size,
        created_at=now,
    )
    session.add(upload)
    return upload


def get_upload_path(settings: Settings, upload_id: uuid.UUID) -> Path:
    """Return where the bytes of an upload lie while it is not complete."""
    return settings.instance / "uploads" / str(upload_id)


def get_offset(settings: Settings, upload: Upload) -> int:
    """Return how many bytes of an upload have arrived."""
    return upload.size if upload.item_id is not None else get_file_size(get_upload_path(settings, upload.id))


def get_file_size(path: Path) -> int:
    """Return the size of a file in bytes; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def open_locked(path: Path, access: int) -> Iterator[FileIO]:
    """Context manager: open the file of an upload, for one process and thread alone. Raises UploadLocked.

    `access` is os.O_RDONLY, or os.O_WRONLY to append.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, access | os.O_CREAT | os.O_APPEND, 0o640)
    with FileIO(descriptor, "r" if access == os.O_RDONLY else "a") as file:  # a buffer would outlive a truncation
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadLocked from error
        yield file


def append_part(settings: Settings, upload: Upload, offset: int, part: BinaryIO) -> int:
    """Append a part that begins at `offset`, and return the new offset once the bytes are on the disk.

    Raises OffsetWrong, UploadLocked, UploadTooLarge for bytes beyond the announced size, and DiskFull. Then, and when the
    connection breaks, the upload is as it was. An upload whose bytes are all there is not opened for writing: it may share
    its bytes with the stored file.
    """
    path = get_upload_path(settings, upload.id)
    if offset == upload.size == get_file_size(path):
        return offset
    with open_locked(path, os.O_WRONLY) as file:
        start = os.fstat(file.fileno()).st_size
        if start != offset:
            raise OffsetWrong
        try:
            written = copy_part(part, file, upload.size - start)
            os.fsync(file.fileno())
        except BaseException as error:
            os.ftruncate(file.fileno(), start)
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise DiskFull from error
            raise
        return start + written


def copy_part(part: BinaryIO, file: FileIO, limit: int) -> int:
    """Copy the bytes of a part to a file and return their number. Raises UploadTooLarge beyond `limit`."""
    written = 0
    while block := part.read(BLOCK_BYTES):
        written += len(block)
        if written > limit:
            raise UploadTooLarge
        rest = memoryview(block)
        while rest:
            rest = rest[file.write(rest) :]
    return written


def complete_upload(
    session: Session, settings: Settings, storage: Storage, upload: Upload, now: datetime
) -> AddedItem | None:
    """Make an item of an upload of which all bytes have arrived, and commit; None if bytes are missing.

    The upload's own file is deleted only after the commit, so a crash at any step leaves an upload that can be completed
    again and gives the same item. Raises StorageFull, StorageUnavailable and UploadLocked.
    """
    path = get_upload_path(settings, upload.id)
    with open_locked(path, os.O_RDONLY):
        if get_file_size(path) < upload.size:
            return find_completed(session, upload)
        added = add_file(session, storage, path, build_source(upload), now)
        session.flush()
        session.execute(update(Upload).where(Upload.id == upload.id).values(item_id=added.item.id))
        session.commit()
        discard_upload(settings, upload.id)
    return added


def build_source(upload: Upload) -> FileSource:
    """Return who uploads a file, under which name, for which activity."""
    return FileSource(upload.project_id, upload.file_name, upload.activity_id, upload.user_id, upload.upload_link_id)


def find_completed(session: Session, upload: Upload) -> AddedItem | None:
    """Return the item of an upload that another request has completed, or None."""
    query = select(EvidenceItem).join(Upload, Upload.item_id == EvidenceItem.id).where(Upload.id == upload.id)
    item = session.scalars(query).one_or_none()
    return AddedItem(item, was_known=False) if item else None


def discard_upload(settings: Settings, upload_id: uuid.UUID) -> None:
    """Delete the bytes of an upload that has ended. Deleting them again has no effect."""
    path = get_upload_path(settings, upload_id)
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.stored").unlink(missing_ok=True)

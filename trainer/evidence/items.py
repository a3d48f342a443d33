"""Adding files as evidence, removing and restoring them."""

import hashlib
import os
import re
import shutil
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.evidence.media_types import MediaType, propose_kind, recognise_file
from trainer.evidence.models import EvidenceItem, Processing
from trainer.storage import Storage, StorageFull

BLOCK_BYTES = 1024 * 1024
MAX_NAME_BYTES = 255  # the longest name of a file in common file systems
MAX_EXTENSION_CHARACTERS = 10
UNSAFE_IN_NAMES = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff0-\uffff\ud800-\udfff]'
)
"""Control characters, what Windows refuses in names, marks that turn the direction of writing around, half characters."""
RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True)
class FileSums:
    """Size in bytes, SHA-256 in hexadecimal and CRC-32 of a file."""

    size: int
    sha256: str
    crc32: int


@dataclass(frozen=True)
class FileSource:
    """Who uploaded a file, under which name, for which activity; None for the inbox of the project."""

    project_id: int
    file_name: str
    activity_id: int | None = None
    user_id: int | None = None
    upload_link_id: int | None = None


@dataclass(frozen=True)
class AddedItem:
    """An item, and whether the project had the same bytes before."""

    item: EvidenceItem
    was_known: bool


def measure_file(path: Path) -> FileSums:
    """Read a file once and return its sums."""
    digest, crc32, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            crc32 = zlib.crc32(block, crc32)
            size += len(block)
    return FileSums(size, digest.hexdigest(), crc32)


def clean_file_name(name: str) -> str:
    """Return a file name that can be shown and stored: without folders and unsafe characters, at most MAX_NAME_BYTES in UTF-8.

    What is too long is cut before the extension. A name of nothing but unsafe characters is "file", and a name that Windows
    reserves for a device gets an underscore.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    cleaned = UNSAFE_IN_NAMES.sub("", last).strip(" .")
    stem, dot, extension = cleaned.rpartition(".")
    if not stem or len(extension) > MAX_EXTENSION_CHARACTERS:
        stem, dot, extension = cleaned, "", ""
    if RESERVED_NAMES.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    stem = cut_to_bytes(stem, MAX_NAME_BYTES - len(f"{dot}{extension}".encode())).rstrip(" .")
    return f"{stem or 'file'}{dot}{extension}"


def cut_to_bytes(text: str, limit: int) -> str:
    """Return the beginning of a text that takes at most `limit` bytes in UTF-8, without half a character."""
    return text.encode()[:limit].decode(errors="ignore")


def add_file(session: Session, storage: Storage, path: Path, source: FileSource, now: datetime) -> AddedItem:
    """Store a complete file and return its item. The file stays where it is; the caller commits, and then deletes it.

    Whatever fails in between, the file can be added again, and it is one item: content is stored under its hash. The same
    bytes in the same project are one item: adding them again restores it if it was removed, and moves it out of the inbox
    if the source names an activity. Reading and storing take long, so they come before the transaction. Raises StorageFull
    or StorageUnavailable.
    """
    sums, media_type = measure_file(path), recognise_file(path)
    store_copy(storage, path, sums.sha256)
    known = find_item(session, source.project_id, sums.sha256)
    if known is None:
        item = build_item(source, sums, media_type, now)
        try:
            with session.begin_nested():
                session.add(item)
            return AddedItem(item, was_known=False)
        except IntegrityError:  # the same file came twice at once
            known = find_item(session, source.project_id, sums.sha256)
            if known is None:
                raise
    known.removed_at = None
    known.activity_id = known.activity_id or source.activity_id
    return AddedItem(known, was_known=True)


def build_item(source: FileSource, sums: FileSums, media_type: MediaType, now: datetime) -> EvidenceItem:
    """Return a new item of a file that is stored."""
    return EvidenceItem(
        project_id=source.project_id,
        activity_id=source.activity_id,
        media_kind=media_type.kind,
        kind=propose_kind(media_type.kind),
        file_name=clean_file_name(source.file_name),
        media_type=media_type.name,
        size=sums.size,
        sha256=sums.sha256,
        crc32=sums.crc32,
        uploaded_at=now,
        uploaded_by_id=source.user_id,
        upload_link_id=source.upload_link_id,
        processing=Processing.WAITING,
    )


def store_copy(storage: Storage, path: Path, sha256: str) -> None:
    """Store a file that stays where it is. `Storage.store_file` takes a second name of it, or a copy where files have one."""
    second = path.with_name(f"{path.name}.stored")
    second.unlink(missing_ok=True)  # of an attempt that was interrupted
    try:
        os.link(path, second)
    except OSError:  # a file system without hard links
        copy_or_explain(path, second)
    try:
        storage.store_file(second, sha256)
    finally:
        second.unlink(missing_ok=True)


def copy_or_explain(path: Path, second: Path) -> None:
    """Copy a file. Raises StorageFull."""
    try:
        shutil.copyfile(path, second)
    except OSError as error:
        second.unlink(missing_ok=True)
        raise StorageFull(str(error)) from error


def find_item(session: Session, project_id: int, sha256: str) -> EvidenceItem | None:
    """Return the item of a project with these bytes, also a removed one."""
    query = select(EvidenceItem).where(EvidenceItem.project_id == project_id, EvidenceItem.sha256 == sha256)
    return session.scalars(query).one_or_none()


def remove_item(item: EvidenceItem, now: datetime) -> None:
    """Remove an item: it proves nothing any more. Its row and its file stay, so that it can be restored."""
    if item.removed_at is None:
        item.removed_at = now


def restore_item(item: EvidenceItem) -> None:
    """Undo the removal of an item."""
    item.removed_at = None

"""Content-addressed files: stored under the SHA-256 of their content, written once, checked when they are read."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trainer.settings import Settings
from trainer.storage.errors import FileDamaged, FileMissing
from trainer.storage.folder import Folder
from trainer.storage_address import BucketAddress, parse_storage_url

SHA256_DIGITS = 64
CHUNK_BYTES = 4 * 1024 * 1024
WRITING_THREADS = 8


class FileStore(Protocol):
    """Where files lie by their key. A file that is being written has no key yet; one that has a key is complete."""

    def write(self, key: str, content: bytes) -> None:
        """Write a file, entirely or not at all; no effect if there is one. Raises StorageFull and StorageUnavailable."""

    def take_in(self, key: str, source: Path) -> None:
        """Make a finished local file one of these, by moving it if possible. Raises StorageFull and StorageUnavailable."""

    def read(self, key: str) -> bytes:
        """Return a file. Raises FileMissing and StorageUnavailable."""

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to before `stop`. Raises FileMissing and StorageUnavailable."""

    def get_size(self, key: str) -> int:
        """Return the size of a file in bytes. Raises FileMissing and StorageUnavailable."""

    def delete(self, key: str) -> None:
        """Delete a file. Deleting a missing one has no effect. Raises StorageUnavailable."""

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys below a prefix; there may be names of unfinished files among them. Raises StorageUnavailable."""


@dataclass(frozen=True)
class Storage:
    """Files named by their hash. Every method raises StorageUnavailable if they can't be reached."""

    files: FileStore
    area: str = ""

    @classmethod
    def from_settings(cls, settings: Settings, area: str = "") -> "Storage":
        """Return the storage of this deployment, or an area of it whose files may be deleted independently."""
        return cls(open_file_store(settings), area)

    def store_content(self, content: bytes) -> str:
        """Store the content and return its SHA-256 in hexadecimal. Storing the same content again has no effect.

        Raises StorageFull.
        """
        digest = hashlib.sha256(content).hexdigest()
        self.files.write(self.build_key(digest), content)
        return digest

    def store_contents(self, contents: Sequence[bytes]) -> list[str]:
        """Store several contents side by side and return their SHA-256 in hexadecimal; all are stored then.

        A file system writes its journal once for files that are flushed at the same time: that takes a quarter of the time
        of one after the other. If one can't be stored, others may be: nobody knows their hashes. Raises StorageFull.
        """
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        with ThreadPoolExecutor(WRITING_THREADS) as threads:
            list(threads.map(self.files.write, map(self.build_key, digests), contents))
        return digests

    def store_file(self, path: Path, digest: str) -> None:
        """Move a finished local file in, whose SHA-256 the caller has computed. On failure the file stays where it is.

        Raises StorageFull.
        """
        if not self.has_content(digest):
            self.files.take_in(self.build_key(digest), path)
        path.unlink(missing_ok=True)

    def load_content(self, digest: str) -> bytes:
        """Return the content with this hash. Raises FileMissing, or FileDamaged if the bytes no longer match the hash."""
        content = self.files.read(self.build_key(digest))
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    def iterate_content(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` to before `stop` in chunks of at most CHUNK_BYTES. Raises FileMissing.

        A whole file is checked: instead of its last chunk, FileDamaged is raised if the bytes do not match the hash. So
        whoever has received all bytes that `get_size` promised has received the right ones.
        """
        size = self.get_size(digest)
        end = size if stop is None else min(stop, size)
        is_whole, read_hash = start == 0 and end == size, hashlib.sha256()
        for position in range(start, end, CHUNK_BYTES):
            next_position = min(position + CHUNK_BYTES, end)
            chunk = self.files.read_range(self.build_key(digest), position, next_position)
            read_hash.update(chunk)
            if len(chunk) != next_position - position:
                raise FileDamaged(digest)
            if is_whole and next_position == end and read_hash.hexdigest() != digest:
                raise FileDamaged(digest)
            yield chunk

    def read_beginning(self, digest: str, size: int = 16) -> bytes:
        """Return the first bytes of the file with this hash, which tell its format; unchecked. Empty if there is none."""
        try:
            return self.files.read_range(self.build_key(digest), 0, size)
        except FileMissing:
            return b""

    def get_size(self, digest: str) -> int:
        """Return the size of the file with this hash in bytes. Raises FileMissing."""
        return self.files.get_size(self.build_key(digest))

    def has_content(self, digest: str) -> bool:
        """Return whether there is a file with this hash."""
        try:
            self.get_size(digest)
        except FileMissing:
            return False
        return True

    def delete_content(self, digest: str) -> None:
        """Delete the file with this hash. Deleting a missing file has no effect."""
        self.files.delete(self.build_key(digest))

    def list_hashes(self) -> list[str]:
        """Return the hashes of all files of this area, in no order."""
        names = ((key, key.rpartition("/")[2]) for key in self.files.list_keys(self.area))
        return [name for key, name in names if len(name) == SHA256_DIGITS and key == self.build_key(name)]

    def build_key(self, digest: str) -> str:
        """Return the key of the file with this hash, whether it exists or not."""
        return f"{self.area}/{digest[:2]}/{digest}" if self.area else f"{digest[:2]}/{digest}"


def open_file_store(settings: Settings) -> FileStore:
    """Return where the files of this deployment lie."""
    if not settings.storage_url:
        return Folder(settings.instance / "files")
    address = parse_storage_url(settings.storage_url)
    if isinstance(address, BucketAddress):
        from trainer.storage.bucket import open_bucket  # its package is optional

        return open_bucket(address, settings.storage_key_id, settings.storage_key_secret)
    return Folder(address.folder)

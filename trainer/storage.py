"""Content-addressed file storage: immutable files named by the SHA-256 of their content."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from trainer.settings import Settings

SHA256_DIGITS = 64
FLUSHING_THREADS = 8


class FileMissing(Exception):
    """No file is stored under this hash."""


class FileDamaged(Exception):
    """The content of the stored file does not match its hash."""


def flush_file(path: Path) -> None:
    """Return when the content of a file is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Storage:
    """A folder of files named by their hash."""

    folder: Path

    @classmethod
    def from_settings(cls, settings: Settings, subfolder: str = "") -> "Storage":
        """Return the storage of this deployment, or of a subfolder whose files may be deleted independently."""
        return cls(settings.instance / "files" / subfolder)

    def store_content(self, content: bytes) -> str:
        """Store the content and return its SHA-256 in hexadecimal. Storing the same content again has no effect."""
        return self.store_contents([content])[0]

    def store_contents(self, contents: Sequence[bytes]) -> list[str]:
        """Store several contents and return their SHA-256 in hexadecimal; all are on the disk then, or none has its name.

        They are flushed to the disk side by side: the file system then writes its journal once for many files, which takes a
        quarter of the time of one after the other.
        """
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        drafts: dict[Path, Path] = {}
        try:
            for digest, content in zip(digests, contents, strict=True):
                path = self.get_content_path(digest)
                if path not in drafts and not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    drafts[path] = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
                    drafts[path].write_bytes(content)
            with ThreadPoolExecutor(FLUSHING_THREADS) as threads:
                list(threads.map(flush_file, drafts.values()))
            for path, draft in drafts.items():
                draft.chmod(0o440)
                draft.replace(path)
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
        return digests

    def load_content(self, digest: str) -> bytes:
        """Return the content with this hash. Raises FileMissing, or FileDamaged if the bytes no longer match the hash."""
        try:
            content = self.get_content_path(digest).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    def read_beginning(self, digest: str, size: int = 16) -> bytes:
        """Return the first bytes of the file with this hash, which tell its format; unchecked. Empty if there is none."""
        try:
            with self.get_content_path(digest).open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            return b""

    def delete_content(self, digest: str) -> None:
        """Delete the file with this hash. Deleting a missing file has no effect."""
        self.get_content_path(digest).unlink(missing_ok=True)

    def list_hashes(self) -> list[str]:
        """Return the hashes of all files, in no order."""
        return [path.name for path in self.folder.glob("??/*") if len(path.name) == SHA256_DIGITS]

    def get_content_path(self, digest: str) -> Path:
        """Return the path of the file with this hash, whether it exists or not."""
        return self.folder / digest[:2] / digest

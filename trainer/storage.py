"""Content-addressed file storage: immutable files named by the SHA-256 of their content."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from trainer.settings import Settings

SHA256_DIGITS = 64


class FileMissing(Exception):
    """No file is stored under this hash."""


class FileDamaged(Exception):
    """The content of the stored file does not match its hash."""


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
        digest = hashlib.sha256(content).hexdigest()
        path = self.get_content_path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o440)
            draft.replace(path)
        return digest

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

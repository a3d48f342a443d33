"""Files that never change: kept under the SHA-256 of what they hold, written once, some of them forgotten."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from trainer.settings import Settings


class FileMissing(Exception):
    """No file is kept under this hash."""


class FileDamaged(Exception):
    """What is kept under this hash is not what was put there."""


@dataclass(frozen=True)
class Storage:
    """A folder of files named by their hash."""

    folder: Path

    @classmethod
    def from_settings(cls, settings: Settings, subfolder: str = "") -> "Storage":
        """Give the files of a running copy, or those of a room that keeps its own: what it forgets is no one else's."""
        return cls(settings.instance / "files" / subfolder)

    def store_content(self, content: bytes) -> str:
        """Keep the content and give its SHA-256 in hexadecimal; keeping it twice changes nothing."""
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
        """Give what is kept under the hash; raises FileMissing, and FileDamaged when the bytes no longer match it."""
        try:
            content = self.get_content_path(digest).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    def delete_content(self, digest: str) -> None:
        """Delete what is kept under the hash; deleting it twice changes nothing."""
        self.get_content_path(digest).unlink(missing_ok=True)

    def get_content_path(self, digest: str) -> Path:
        """Where the file of a hash stands."""
        return self.folder / digest[:2] / digest

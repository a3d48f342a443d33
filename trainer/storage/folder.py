"""Files in a folder of this machine: written beside their name first, and renamed once they are complete."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trainer.storage.errors import FileMissing, StorageFull, StorageUnavailable

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Folder:
    """A folder as a FileStore; the key of a file is its path below the folder."""

    folder: Path

    def write(self, key: str, content: bytes) -> None:
        """Write a file, entirely or not at all. Raises StorageFull and StorageUnavailable."""
        path = self.folder / key
        with name_failures():
            if path.exists():
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            with make_draft(path) as draft:
                with draft.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                publish(draft, path)

    def take_in(self, key: str, source: Path) -> None:
        """Move a finished file in; it is copied only from another file system. Raises StorageFull and StorageUnavailable."""
        path = self.folder / key
        with name_failures():
            path.parent.mkdir(parents=True, exist_ok=True)
            flush_to_disk(source)
            try:
                publish(source, path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                copy_in(source, path)

    def read(self, key: str) -> bytes:
        """Return a file. Raises FileMissing and StorageUnavailable."""
        with name_failures(key):
            return (self.folder / key).read_bytes()

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to before `stop`. Raises FileMissing and StorageUnavailable."""
        with name_failures(key), (self.folder / key).open("rb") as file:
            file.seek(start)
            return file.read(stop - start)

    def get_size(self, key: str) -> int:
        """Return the size of a file in bytes. Raises FileMissing and StorageUnavailable."""
        with name_failures(key):
            return (self.folder / key).stat().st_size

    def delete(self, key: str) -> None:
        """Delete a file. Deleting a missing one has no effect. Raises StorageUnavailable."""
        with name_failures():
            (self.folder / key).unlink(missing_ok=True)

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys of all files below a prefix, unfinished ones too. Raises StorageUnavailable."""
        with name_failures():
            for path in (self.folder / prefix).rglob("*"):
                yield path.relative_to(self.folder).as_posix()


@contextmanager
def name_failures(key: str = "") -> Iterator[None]:
    """Raise StorageFull or StorageUnavailable for what the system refuses; with a key to read, FileMissing if there is none."""
    try:
        yield
    except OSError as error:
        if key and isinstance(error, FileNotFoundError):
            raise FileMissing(key) from error
        kind = StorageFull if error.errno in NO_ROOM else StorageUnavailable
        raise kind(f"{error.filename or 'file'}: {error.strerror}") from error


@contextmanager
def make_draft(path: Path) -> Iterator[Path]:
    """Yield the path of an unfinished file beside `path`, and remove what was written to it on failure."""
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    try:
        yield draft
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def publish(draft: Path, path: Path) -> None:
    """Make a complete file read-only and move it to its name."""
    draft.chmod(0o440)
    draft.replace(path)


def copy_in(source: Path, path: Path) -> None:
    """Copy a file from another file system."""
    with make_draft(path) as draft:
        shutil.copyfile(source, draft)
        flush_to_disk(draft)
        publish(draft, path)


def flush_to_disk(path: Path) -> None:
    """Wait until the content of a file has reached the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())

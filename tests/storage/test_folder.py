"""A folder that is full, closed, or left in the middle of writing: clear exceptions, and nothing half-written is visible."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import MEMORY_FOLDER, open_memory_folder
from trainer.storage import FileMissing, Storage, StorageFull, StorageUnavailable
from trainer.storage.folder import Folder

PAPER = hashlib.sha256(b"paper").hexdigest()
LIMITED = """
import resource, sys
from pathlib import Path
from trainer.storage import Storage, StorageFull
from trainer.storage.folder import Folder
storage = Storage(Folder(Path(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    storage.store_content(bytes(1_000_000))
except StorageFull as error:
    print(error)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from trainer.storage import Storage
from trainer.storage.folder import Folder
storage = Storage(Folder(Path(sys.argv[1])))
storage.store_content(b"before")
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
storage.store_content(bytes(1_000_000))
"""


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return an empty storage."""
    return Storage(Folder(tmp_path / "files"))


def list_files(folder: Path) -> list[Path]:
    """Return all files of a folder, unfinished ones too."""
    return [path for path in folder.rglob("*") if path.is_file()]


def run_script(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own with the folder of its storage."""
    return subprocess.run(
        [sys.executable, "-c", script, folder], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_stored_file_cannot_be_written_to(storage: Storage, tmp_path: Path) -> None:
    storage.store_content(b"paper")
    (tmp_path / "moved").write_bytes(b"moved")
    storage.store_file(tmp_path / "moved", hashlib.sha256(b"moved").hexdigest())
    assert [path.stat().st_mode & 0o222 for path in list_files(tmp_path / "files")] == [0, 0]


def test_a_finished_file_is_moved_and_not_copied(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"paper")
    number = source.stat().st_ino
    storage.store_file(source, PAPER)
    assert [path.stat().st_ino for path in list_files(tmp_path / "files")] == [number]


@pytest.mark.skipif(not MEMORY_FOLDER.is_dir(), reason="needs a second file system")
def test_a_finished_file_of_another_file_system_is_copied(storage: Storage, tmp_path: Path) -> None:
    with open_memory_folder() as memory:
        source = memory / "upload"
        source.write_bytes(b"paper")
        storage.store_file(source, PAPER)
        assert not source.exists()
    assert storage.load_content(PAPER) == b"paper"
    assert len(list_files(tmp_path / "files")) == 1


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    result = run_script(LIMITED, tmp_path)
    assert "File too large" in result.stdout, result.stderr
    assert list_files(tmp_path) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_while_a_file_is_written_keeps_what_was_to_be_stored(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    source = tmp_path / "upload"
    source.write_bytes(b"paper")

    def fail(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(StorageFull, match=os.strerror(code)):
            storage.store_content(b"paper")
        with pytest.raises(StorageFull):
            storage.store_file(source, PAPER)
    assert list_files(tmp_path / "files") == []
    assert source.read_bytes() == b"paper"
    storage.store_file(source, PAPER)
    assert storage.load_content(PAPER) == b"paper"


def test_a_process_killed_while_storing_leaves_nothing_visible(tmp_path: Path) -> None:
    assert run_script(KILLED, tmp_path).returncode == -9
    storage, digest = Storage(Folder(tmp_path)), hashlib.sha256(bytes(1_000_000)).hexdigest()
    assert storage.list_hashes() == [hashlib.sha256(b"before").hexdigest()]
    with pytest.raises(FileMissing):
        storage.load_content(digest)
    assert storage.store_content(bytes(1_000_000)) == digest
    assert storage.load_content(digest) == bytes(1_000_000)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file, not a folder")
    storage = Storage(Folder(tmp_path / "files"))
    with pytest.raises(StorageUnavailable, match="Not a directory"):
        storage.load_content(PAPER)
    with pytest.raises(StorageUnavailable):
        storage.store_content(b"paper")

"""The storage in a folder and in S3, and what the tests do behind its back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.s3_server import KEYS, S3Server, run_s3_server
from trainer.settings import Settings, read_settings
from trainer.storage import Storage


@pytest.fixture
def s3_server() -> Iterator[S3Server]:
    """Yield a server with an empty bucket."""
    with run_s3_server() as server:
        yield server


@dataclass
class Place:
    """Where a storage keeps its files: its settings, and the folder in which they lie under their keys."""

    settings: Settings
    root: Path
    outside: Path
    server: S3Server | None = None
    counter: list[int] = field(default_factory=list)

    def open_storage(self, area: str = "") -> Storage:
        """Return the storage, or an area of it."""
        return Storage.from_settings(self.settings, area)

    def list_files(self) -> list[str]:
        """Return the paths of all files in the place, unfinished ones too."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def damage(self, key: str, content: bytes) -> None:
        """Replace the content of a file behind the back of the storage."""
        (self.root / key).chmod(0o600)
        (self.root / key).write_bytes(content)

    def make_file(self, content: bytes) -> Path:
        """Return a finished file that is not stored yet."""
        self.counter.append(1)
        path = self.outside / str(len(self.counter))
        path.write_bytes(content)
        return path


@pytest.fixture(params=["folder", "other_folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return an empty place for files: the instance folder, another folder, a bucket."""
    instance, outside = tmp_path / "instance", tmp_path / "outside"
    outside.mkdir()
    environment = {"INSTANCE": str(instance), "SECRET_KEY": "a secret of the tests, long enough"}
    if request.param == "folder":
        return Place(read_settings(environment), instance / "files", outside)
    if request.param == "other_folder":
        folder = tmp_path / "қосымша файлдар"
        return Place(read_settings({**environment, "STORAGE_URL": folder.as_uri()}), folder, outside)
    server: S3Server = request.getfixturevalue("s3_server")
    settings = read_settings({**environment, **KEYS, "STORAGE_URL": server.url})
    return Place(settings, server.root, outside, server)


@pytest.fixture
def storage(place: Place) -> Storage:
    """Return an empty storage."""
    return place.open_storage()

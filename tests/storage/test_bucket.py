"""S3 that is away, full, closed, or cut in the middle: clear exceptions within a time limit, and nothing half-written is visible."""

import hashlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.s3_server import KEYS, S3Server, answer_full, cut_every_connection
from trainer.settings import Settings, read_settings
from trainer.storage import Storage, StorageFull, StorageUnavailable, bucket

LARGE = bytes(20_000_000)
LARGE_SHA256 = hashlib.sha256(LARGE).hexdigest()
UPLOADING = """
import sys
from pathlib import Path
from trainer.settings import read_settings
from trainer.storage import Storage
Storage.from_settings(read_settings()).store_file(Path(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retry once only; a bucket keeps the limits with which it was opened."""
    bucket.open_bucket.cache_clear()
    monkeypatch.setattr(bucket, "RETRIES", {**bucket.RETRIES, "max_retries": 1})
    yield
    bucket.open_bucket.cache_clear()


def build_settings(folder: Path, url: str, **changes: str) -> Settings:
    """Return settings with this STORAGE_URL."""
    secret = {"INSTANCE": str(folder), "SECRET_KEY": "a secret of the tests, long enough"}
    return read_settings({**secret, **KEYS, "STORAGE_URL": url, **changes})


@pytest.fixture
def storage(s3_server: S3Server, tmp_path: Path) -> Storage:
    """Return a storage in the bucket."""
    return Storage.from_settings(build_settings(tmp_path, s3_server.url))


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    """Return a finished file that is uploaded in three parts."""
    path = tmp_path / "upload"
    path.write_bytes(LARGE)
    return path


def is_second_part(request: Any) -> bool:
    """Return whether a request brings the second part of an upload."""
    return "partNumber=2" in request.path


def test_an_upload_cut_in_the_middle_is_no_file_and_can_be_repeated(
    s3_server: S3Server, storage: Storage, large_file: Path
) -> None:
    s3_server.fault = is_second_part
    with pytest.raises(StorageUnavailable):
        storage.store_file(large_file, LARGE_SHA256)
    assert (storage.list_hashes(), storage.has_content(LARGE_SHA256)) == ([], False)
    s3_server.fault = lambda _request: False
    storage.store_file(large_file, LARGE_SHA256)
    assert b"".join(storage.iterate_content(LARGE_SHA256)) == LARGE
    assert not large_file.exists()


def test_a_connection_cut_once_is_tried_again(s3_server: S3Server, storage: Storage) -> None:
    faults = iter([True, False, True, False])
    s3_server.fault = lambda _request: next(faults)
    assert storage.load_content(storage.store_content(b"paper")) == b"paper"


def test_a_file_that_is_there_is_stored_by_one_refused_request(s3_server: S3Server, storage: Storage) -> None:
    digest = storage.store_content(b"paper")
    requests = len(s3_server.requests)
    assert storage.store_content(b"paper") == digest
    assert len(s3_server.requests) == requests + 1


def test_a_process_killed_while_uploading_leaves_nothing_visible(
    s3_server: S3Server, storage: Storage, large_file: Path, tmp_path: Path
) -> None:
    reached, killed = threading.Event(), threading.Event()

    def stop_at_second_part(request: Any) -> bool:
        if is_second_part(request):
            reached.set()
            killed.wait(30)
        return is_second_part(request)

    s3_server.fault = stop_at_second_part
    environment = {"INSTANCE": str(tmp_path), **KEYS, "STORAGE_URL": s3_server.url}
    command = [sys.executable, "-c", UPLOADING, str(large_file), LARGE_SHA256]
    with subprocess.Popen(command, env=environment) as process:
        assert reached.wait(60)
        process.kill()
    killed.set()
    s3_server.fault = lambda _request: False
    assert storage.list_hashes() == []
    storage.store_file(large_file, LARGE_SHA256)
    assert storage.get_size(LARGE_SHA256) == len(LARGE)


@pytest.mark.parametrize("fault", [cut_every_connection, answer_full], ids=["away", "full"])
def test_a_server_that_can_not_store_is_named(
    s3_server: S3Server, storage: Storage, large_file: Path, fault: Any
) -> None:
    s3_server.fault = fault
    kind = StorageFull if fault is answer_full else StorageUnavailable
    with pytest.raises(kind) as raised:
        storage.store_content(b"paper")
    assert "\n" not in str(raised.value)
    with pytest.raises(kind):
        storage.store_file(large_file, LARGE_SHA256)
    assert large_file.read_bytes() == LARGE


def test_a_server_that_is_away_is_named_by_whatever_asks_it(s3_server: S3Server, storage: Storage) -> None:
    digest = storage.store_content(b"paper")
    s3_server.fault = cut_every_connection
    for use in (storage.load_content, storage.get_size, storage.has_content, storage.read_beginning):
        with pytest.raises(StorageUnavailable):
            use(digest)
    for ask in (
        storage.list_hashes,
        lambda: storage.delete_content(digest),
        lambda: list(storage.iterate_content(digest)),
    ):
        with pytest.raises(StorageUnavailable):
            ask()


def test_a_server_that_never_answers_is_given_up_after_a_time_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "REQUEST_TIMEOUT", timedelta(seconds=1))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"s3://files?endpoint=http://127.0.0.1:{silent.getsockname()[1]}"
        storage, start = Storage.from_settings(build_settings(tmp_path, url)), time.monotonic()
        with pytest.raises(StorageUnavailable):
            storage.load_content(LARGE_SHA256)
        assert time.monotonic() - start < 10


def test_a_bucket_that_does_not_exist_is_no_missing_file(s3_server: S3Server, tmp_path: Path) -> None:
    url = s3_server.url.replace("s3://files", "s3://another")
    storage = Storage.from_settings(build_settings(tmp_path, url))
    for use in (storage.load_content, lambda _digest: storage.store_content(b"paper")):
        with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
            use(LARGE_SHA256)


def test_keys_come_from_the_environment_of_aws_too(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def note_key(request: Any) -> bool:
        seen.append(request.headers["Authorization"].partition("Credential=")[2].partition("/")[0])
        return False

    s3_server.fault = note_key
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    by_environment = build_settings(tmp_path, s3_server.url, STORAGE_KEY_ID="", STORAGE_KEY_SECRET="")
    Storage.from_settings(by_environment).store_content(b"one")
    Storage.from_settings(build_settings(tmp_path, s3_server.url)).store_content(b"two")
    assert seen == ["key-of-the-environment", "key"]

"""Files in a bucket of S3, by the optional package obstore (extra `s3`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from trainer.storage.errors import FileMissing, StorageError, StorageFull, StorageUnavailable
from trainer.storage_address import BucketAddress

if TYPE_CHECKING:  # obstore has these names for type checkers only
    from obstore.store import ClientConfig, RetryConfig, S3Config

PART_BYTES = 8 * 1024 * 1024  # of a multipart upload; S3 takes at most 10,000 parts
PARALLEL_PARTS = 2  # each is held in memory
REQUEST_TIMEOUT, CONNECT_TIMEOUT = timedelta(seconds=30), timedelta(seconds=3)
RETRIES: "RetryConfig" = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=2), "base": 2},
}
FULL_ANSWERS = ("507 Insufficient Storage", "StorageFull", "QuotaExceeded", "InsufficientCapacity")


@dataclass(frozen=True)
class Bucket:
    """A bucket as a FileStore."""

    store: S3Store

    def write(self, key: str, content: bytes) -> None:
        """Write a file, entirely or not at all. Raises StorageFull and StorageUnavailable."""
        with name_failures():
            try:
                obstore.put(self.store, key, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return

    def take_in(self, key: str, source: Path) -> None:
        """Upload a finished file. Raises StorageFull and StorageUnavailable.

        A large file is uploaded in parts, which become a file together. Such an upload can't be made conditional: two at
        once write the same bytes twice.
        """
        if source.stat().st_size <= PART_BYTES:
            self.write(key, source.read_bytes())
            return
        with name_failures():
            obstore.put(self.store, key, source, chunk_size=PART_BYTES, max_concurrency=PARALLEL_PARTS)

    def read(self, key: str) -> bytes:
        """Return a file. Raises FileMissing and StorageUnavailable."""
        with name_failures(key):
            return bytes(obstore.get(self.store, key).bytes())

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to before `stop`. Raises FileMissing and StorageUnavailable."""
        with name_failures(key):
            try:
                return bytes(obstore.get_range(self.store, key, start=start, end=stop))
            except BaseError as error:
                if "416 Range Not Satisfiable" in str(error):  # the file ends before
                    return b""
                raise

    def get_size(self, key: str) -> int:
        """Return the size of a file in bytes. Raises FileMissing and StorageUnavailable."""
        with name_failures(key):
            return obstore.head(self.store, key)["size"]

    def delete(self, key: str) -> None:
        """Delete a file. Deleting a missing one has no effect. Raises StorageUnavailable."""
        with name_failures():
            obstore.delete(self.store, key)

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys of all files below a prefix. Raises StorageUnavailable."""
        with name_failures():
            for files in obstore.list(self.store, prefix=prefix or None):
                yield from (file["path"] for file in files)


@lru_cache(maxsize=8)
def open_bucket(address: BucketAddress, key_id: str, key_secret: str) -> Bucket:
    """Return a bucket, the same for the same address, so that connections are used again.

    What is empty comes from the AWS_* variables of the environment.
    """
    client: ClientConfig = {"timeout": REQUEST_TIMEOUT, "connect_timeout": CONNECT_TIMEOUT}
    config: S3Config = {"disable_bulk_delete": True}  # one by one, as every server that speaks S3 can
    if address.endpoint:
        config["endpoint"], client["allow_http"] = address.endpoint, address.endpoint.startswith("http://")
    if address.region:
        config["region"] = address.region
    if key_id:
        config["access_key_id"], config["secret_access_key"] = key_id, key_secret
    prefix = address.prefix or None
    store = S3Store(address.bucket, prefix=prefix, config=config, client_options=client, retry_config=RETRIES)
    return Bucket(store)


@contextmanager
def name_failures(key: str = "") -> Iterator[None]:
    """Raise StorageFull or StorageUnavailable for what S3 refuses; with a key to read, FileMissing if there is none."""
    try:
        yield
    except FileNotFoundError as error:
        if key and "NoSuchBucket" not in str(error):
            raise FileMissing(key) from error
        raise StorageUnavailable(summarise_answer(error)) from error
    except BaseError as error:
        raise name_failure(error) from error


def name_failure(error: BaseError) -> StorageError:
    """Return the exception for an answer of S3."""
    is_full = any(answer in str(error) for answer in FULL_ANSWERS)
    return (StorageFull if is_full else StorageUnavailable)(summarise_answer(error))


def summarise_answer(error: Exception) -> str:
    """Return an answer of S3 in one line, without the structure of the error that follows it."""
    return " ".join(str(error).partition("\n\nDebug source")[0].split())[:400]

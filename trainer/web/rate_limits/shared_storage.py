"""The storage of rate limits that several processes share, and what is counted while it does not answer.

`shared+redis://…` and `shared+database://` name the shared storage behind the prefix. When it fails, each process counts for
itself for RETRY_SECONDS, then one request tries the shared one again: requests go on, limited a little less strictly. The
log says once that it fails, and once that it answers again.
"""

import hashlib
import logging
import time
from threading import Lock
from typing import Any, cast

from flask import current_app
from limits.storage import Storage, storage_from_string

from trainer.web.rate_limits.database_storage import DatabaseRateLimitStorage
from trainer.web.rate_limits.process_storage import ProcessRateLimitStorage

log = logging.getLogger(__name__)
PREFIX = "shared+"
RETRY_SECONDS = 10.0
REDIS_TIMEOUT_SECONDS = 1.0


class FallbackRateLimitStorage(Storage):
    """Storage that counts in a shared one, and in this process while that one fails; needs an application context."""

    STORAGE_SCHEME = [f"{PREFIX}{name}" for name in ("redis", "rediss", "redis+unix", "database")]  # a list is expected

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.shared = open_shared_storage(uri.removeprefix(PREFIX))
        self.own = ProcessRateLimitStorage()
        self.guard = Lock()
        self.has_failed = False
        self.retry_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return the errors that a storage failure raises: none leave this one."""
        return ()

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of the shared storage, or of the own one while the shared one fails."""
        if self.may_try():
            try:
                result = getattr(self.shared, method)(*arguments)
            except self.shared.base_exceptions as error:
                self.note_failure(error)
            else:
                self.note_success()
                return result
        return getattr(self.own, method)(*arguments)

    def may_try(self) -> bool:
        """Return whether to call the shared storage: always while it works, else once in RETRY_SECONDS."""
        if not self.has_failed:
            return True
        with self.guard:
            is_due = time.monotonic() >= self.retry_at
            if is_due:  # by this request alone: the others do not wait for an answer that may not come
                self.retry_at = time.monotonic() + RETRY_SECONDS
            return is_due

    def note_failure(self, error: Exception) -> None:
        """Count in this process from now on; the log says so the first time."""
        with self.guard:
            is_new, self.has_failed = not self.has_failed, True
            self.retry_at = time.monotonic() + RETRY_SECONDS
        if is_new:
            log.warning(
                "The storage of the rate limits does not answer (%s); requests go on, and each process counts for itself.",
                error.__class__.__name__,
            )

    def note_success(self) -> None:
        """Count in the shared storage again; the log says so if it had failed."""
        if not self.has_failed:
            return
        with self.guard:
            was_failing, self.has_failed = self.has_failed, False
        if was_failing:
            log.warning("The storage of the rate limits answers again; all processes count together.")

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key, whose window of `expiry` seconds begins now if none is open; return the count."""
        return int(self.call("incr", hash_key(key), expiry, amount))

    def get(self, key: str) -> int:
        """Return the count in the open window of a key, 0 if there is none."""
        return int(self.call("get", hash_key(key)))

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        return float(self.call("get_expiry", hash_key(key)))

    def check(self) -> bool:
        """Return whether the shared storage works."""
        return bool(self.shared.check())

    def reset(self) -> int | None:
        """Remove every window and return the number of keys, if the shared storage tells it."""
        self.own.reset()
        number = self.call("reset")
        return None if number is None else int(number)

    def clear(self, key: str) -> None:
        """Remove the window of a key."""
        self.own.clear(hash_key(key))
        self.call("clear", hash_key(key))


def open_shared_storage(url: str) -> Storage:
    """Return the storage at `database://` or an address of Redis, which need not answer yet."""
    if url == "database://":
        return DatabaseRateLimitStorage()
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options: dict[str, Any] = {
        "socket_timeout": REDIS_TIMEOUT_SECONDS,
        "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 1),  # on a new connection, as after a restart of Redis
    }
    return cast(Storage, storage_from_string(url, **options))  # the other kind is for asyncio


def hash_key(key: str) -> str:
    """Return a key as others store it: without the addresses and phone numbers in it, which only SECRET_KEY could reveal."""
    secret = hashlib.sha256(str(current_app.config["SECRET_KEY"]).encode()).digest()
    return f"LIMITER/{hashlib.blake2b(key.encode(), key=secret, digest_size=16).hexdigest()}"

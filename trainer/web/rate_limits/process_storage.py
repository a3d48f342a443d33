"""In-process storage for rate limits: one counter and time window per key, removed once the window has ended.

The memory storage of the `limits` library starts a thread on nearly every request to remove ended windows, and two
simultaneous requests may start the same thread twice, which fails one of them. This storage removes them while
counting.
"""

from threading import Lock

from limits.storage import Storage

from trainer.clock import now

MIN_KEYS_BEFORE_CLEANUP = 10_000  # with more keys than this, ended windows are removed


class ProcessRateLimitStorage(Storage):
    """Storage for `process://` URLs. For several processes see `shared_storage`."""

    STORAGE_SCHEME = ["process"]  # the library expects a list

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.lock = Lock()
        self.windows: dict[str, tuple[int, float]] = {}
        self.cleanup_threshold = MIN_KEYS_BEFORE_CLEANUP

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return the errors that a storage failure raises: a dictionary raises none."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` to the count of a key and return the new count.

        A window of `expiry` seconds begins now if the key has no open one.
        """
        moment = now().timestamp()
        with self.lock:
            count, ends = self.windows.get(key, (0, 0.0))
            if ends <= moment:
                count, ends = 0, moment + expiry
            self.windows[key] = (count + amount, ends)
            if len(self.windows) > self.cleanup_threshold:
                self.drop_expired_windows(moment)
            return count + amount

    def drop_expired_windows(self, now_seconds: float) -> None:
        """Remove the windows that have ended; the next cleanup waits until the number of keys has doubled."""
        self.windows = {key: window for key, window in self.windows.items() if window[1] > now_seconds}
        self.cleanup_threshold = max(MIN_KEYS_BEFORE_CLEANUP, 2 * len(self.windows))

    def get(self, key: str) -> int:
        """Return the count in the open window of a key, 0 if there is none."""
        count, ends = self.windows.get(key, (0, 0.0))
        return count if ends > now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970."""
        moment = now().timestamp()
        return max(self.windows.get(key, (0, moment))[1], moment)

    def check(self) -> bool:
        """Return whether the storage works."""
        return True

    def reset(self) -> int:
        """Remove every window and return the number of keys."""
        with self.lock:
            count, self.windows = len(self.windows), {}
        return count

    def clear(self, key: str) -> None:
        """Remove the window of a key."""
        with self.lock:
            self.windows.pop(key, None)

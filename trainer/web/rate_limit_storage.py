"""The counters of the rate limits in the memory of one process: a window of time for each key, forgotten when it is over.

The library's own memory storage starts a thread for nearly every request to forget what is over, and two requests at once
may start the same thread twice, which answers one of them with an error. This one forgets while it counts.
"""

from threading import Lock

from limits.storage import Storage

from trainer.clock import now

MIN_KEYS_BEFORE_CLEANUP = 10_000  # keys; beyond it those whose window is over are forgotten


class ProcessRateLimitStorage(Storage):
    """Counters for `process://`; several processes count in Redis instead."""

    STORAGE_SCHEME = ["process"]  # the library asks for a list

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.lock = Lock()
        self.windows: dict[str, tuple[int, float]] = {}
        self.cleanup_threshold = MIN_KEYS_BEFORE_CLEANUP

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """No error is to be expected of a dictionary."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in the window of a key, which begins now where none is open; gives the count."""
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
        """Forget the windows that are over; the next time when there are twice as many keys as are left."""
        self.windows = {key: kept for key, kept in self.windows.items() if kept[1] > now_seconds}
        self.cleanup_threshold = max(MIN_KEYS_BEFORE_CLEANUP, 2 * len(self.windows))

    def get(self, key: str) -> int:
        """Give the count in the open window of a key."""
        count, ends = self.windows.get(key, (0, 0.0))
        return count if ends > now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Give when the window of a key ends, in seconds since 1970."""
        moment = now().timestamp()
        return max(self.windows.get(key, (0, moment))[1], moment)

    def check(self) -> bool:
        """Whether counting works."""
        return True

    def reset(self) -> int:
        """Forget everything; gives the number of keys."""
        with self.lock:
            forgotten, self.windows = len(self.windows), {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self.lock:
            self.windows.pop(key, None)

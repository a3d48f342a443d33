"""Transactions of SQLite: who writes queues for it, and who only looks waits for nobody and makes nobody wait.

SQLite has one writer. Its own waiting (busy_timeout) sleeps and tries again, so among many writers some starve for seconds
while others pass. Here the threads of a process queue for a lock of theirs, in their order, and the processes for a lock
on a file beside the database (flock(2); where the system has none, processes wait by busy_timeout).
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import IO, Any

from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PATIENCE_SECONDS = 20.0  # of a writer; pages then say that the database is busy
READING_METHODS = ("GET", "HEAD", "OPTIONS")
HOLDS_TURN = "holds_turn"  # in the info of a pooled connection
reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


class FairLock:
    """A lock that passes to whoever has waited longest.

    A `threading.Lock` goes to the thread that asks at the right moment, mostly the one that has just given it up, so that of
    eight threads some wait for seconds.
    """

    def __init__(self) -> None:
        self.guard = Lock()
        self.waiting: deque[Lock] = deque()
        self.is_held = False

    def acquire(self, timeout: float) -> bool:
        """Wait for the lock, at most so many seconds; return whether it was acquired."""
        with self.guard:
            if not self.is_held:
                self.is_held = True
                return True
            turn = Lock()
            turn.acquire()
            self.waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self.guard:
            if turn not in self.waiting:  # it was passed on at the last moment
                return True
            self.waiting.remove(turn)
            return False

    def release(self) -> None:
        """Pass the lock on."""
        with self.guard:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self.is_held = False


class WriterQueue:
    """Queue of writers, one at a time: among the threads of this process, then among processes."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}-writers")
        self.threads = FairLock()
        self.file: IO[bytes] | None = None

    def take_turn(self) -> None:
        """Wait for the turn. Raises OperationalError, as SQLite does, after PATIENCE_SECONDS within this process."""
        if not self.threads.acquire(timeout=PATIENCE_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        try:
            if fcntl is not None:
                self.file = self.path.open("ab")
                fcntl.flock(self.file, fcntl.LOCK_EX)
        except OSError:  # a folder that is not there or read-only: SQLite says so itself
            self.file = None

    def end_turn(self) -> None:
        """Pass the turn to the next writer. Closing the file gives up its lock, as the end of a process does."""
        file, self.file = self.file, None
        if file is not None:
            file.close()
        self.threads.release()


def configure_sqlite_connections(engine: Engine) -> None:
    """Set the SQLite pragmas on every new connection: WAL, foreign keys, busy timeout, full synchronisation."""

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # stop the driver from beginning transactions by itself
        patience = f"busy_timeout = {round(1000 * PATIENCE_SECONDS)}"
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", patience, "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")


def configure_sqlite_transactions(engine: Engine) -> None:
    """Begin transactions with BEGIN IMMEDIATE after queueing, except in requests that only read and in `read_only`.

    Under WAL a deferred transaction that reads first and writes later fails at once if another connection has written
    in between, whatever the busy timeout is. BEGIN IMMEDIATE takes the write lock at the start. The turn ends when the
    connection goes back to the pool, which a session does right after COMMIT or ROLLBACK.
    """
    queue = WriterQueue(Path(str(engine.url.database)))

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        if reads_only.get() or (has_request_context() and request.method in READING_METHODS):
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get(HOLDS_TURN):
            queue.take_turn()
            connection.info[HOLDS_TURN] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def end_turn(_connection: Any, record: Any) -> None:
        if record.info.pop(HOLDS_TURN, False):
            queue.end_turn()


@contextmanager
def read_only(session: Session) -> Iterator[None]:
    """End the transaction of a session before work that writes nothing; what the block reads takes no write lock.

    Changes that were not committed are rolled back, before the block and after it.
    """
    session.rollback()
    token = reads_only.set(True)
    try:
        yield
    finally:
        session.rollback()
        reads_only.reset(token)

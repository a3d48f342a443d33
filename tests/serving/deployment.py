"""`trainer run` as a process of its own, and callers that ask it for a page again and again."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import find_free_port
from tests.serving.processes import count_threads, list_children

THREADS = 8  # that answer requests, beside those that every process has
PATIENCE_SECONDS = 180  # for a machine that is busy


class Deployment:
    """`trainer run` on the database of an instance folder."""

    def __init__(self, folder: Path, workers: int, *options: str, **settings: str) -> None:
        self.folder, self.workers, self.port, self.options = folder, workers, find_free_port(), options
        own = {"INSTANCE": str(folder), "PORT": str(self.port), "WORKERS": str(workers), "DATABASE_URL": ""}
        self.environment = {**os.environ, "BASE_URL": "", **own, **settings}
        self.errors = folder / "errors.txt"
        self.start()

    def start(self) -> None:
        """Start the processes and wait until they answer."""
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trainer", "run", *self.options],
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        wait_until(self.is_complete)

    def is_complete(self) -> bool:
        """Return whether the deployment answers with all its processes."""
        assert self.process.poll() is None, self.errors.read_text()
        started = [pid for pid in self.list_pids("serve") if count_threads(pid) > THREADS]
        return self.answers() and (self.workers == 1 or len(started) == self.workers)

    def list_pids(self, subcommand: str) -> set[int]:
        """Return the numbers of the child processes that run a subcommand of trainer."""
        return {pid for pid, command in list_children(self.process.pid).items() if subcommand in command}

    def answers(self) -> bool:
        """Return whether the server answers."""
        try:
            return self.fetch_status("/healthz") == 200
        except OSError:
            return False

    def fetch_status(self, address: str) -> int:
        """Open a page on a new connection and return the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address)
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self) -> int:
        """Ask the deployment to end and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def run_deployment(folder: Path, workers: int, *options: str, **settings: str) -> Iterator[Deployment]:
    """Yield a running deployment and stop it afterwards."""
    started = Deployment(folder, workers, *options, **settings)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


class Callers:
    """Threads that ask for a page again and again, on connections that stay open, and count what fails."""

    def __init__(self, port: int, number: int = 4) -> None:
        self.port, self.answers, self.failures = port, 0, list[str]()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.call, daemon=True) for _each in range(number)]

    def __enter__(self) -> "Callers":
        for thread in self.threads:
            thread.start()
        wait_until(lambda: self.answers > 20)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def call(self) -> None:
        """Ask until the event is set. A connection that the server has said it closes is opened again."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.is_set():
            try:
                connection.request("GET", "/readyz")  # has no rate limit
                response = connection.getresponse()
                response.read()
                if response.status == 200:
                    self.answers += 1
                else:
                    self.failures.append(str(response.status))
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
            time.sleep(0.01)
        connection.close()

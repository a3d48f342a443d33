"""Several server processes behind one port: they share the work, come back, and are reloaded and stopped without a failed request."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 180


class Deployment:
    """`trainer run` with two server processes on SQLite."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "INSTANCE": str(folder),
            "PORT": str(self.port),
            "WORKERS": "2",
            "DATABASE_URL": "",
            "BASE_URL": "",
        }
        command = [sys.executable, "-m", "trainer", "run", "--empty"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        wait_until(lambda: len(self.list_processes("serve")) == 2 and self.answers())

    def list_processes(self, subcommand: str) -> list[psutil.Process]:
        """Return the child processes that run a subcommand of trainer."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if subcommand in child.cmdline()]

    def answers(self) -> bool:
        """Return whether the server answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Return a running deployment with two server processes."""
    started = Deployment(tmp_path_factory.mktemp("workers"))
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.process.wait(60)


class Callers:
    """Threads that ask for a page again and again, on connections that stay open, and count what fails."""

    def __init__(self, port: int, number: int = 4) -> None:
        self.port, self.answers, self.failures = port, 0, list[str]()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.call) for _each in range(number)]
        for thread in self.threads:
            thread.start()

    def call(self) -> None:
        """Ask until the event is set. A connection that the server has said it closes is opened again."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
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

    def end(self) -> None:
        """Stop asking."""
        self.stop.set()
        for thread in self.threads:
            thread.join()


def test_each_process_has_a_core_of_its_own_and_one_runs_the_jobs(deployment: Deployment) -> None:
    wait_until(lambda: all(len(process.cpu_affinity()) == 1 for process in deployment.list_processes("serve")))
    cores = {tuple(process.cpu_affinity()) for process in deployment.list_processes("serve")}
    assert len(cores) == min(2, len(os.sched_getaffinity(0)))
    assert len(deployment.list_processes("jobs")) == 1


def test_a_process_that_was_killed_comes_back_and_the_other_goes_on(deployment: Deployment) -> None:
    victim, survivor = deployment.list_processes("serve")
    victim.kill()
    assert deployment.answers()
    wait_until(lambda: len(deployment.list_processes("serve")) == 2)
    assert survivor in deployment.list_processes("serve")


def test_a_reload_replaces_every_process_without_a_failed_request(deployment: Deployment) -> None:
    before = {process.pid for process in deployment.list_processes("serve")}
    callers = Callers(deployment.port)
    deployment.process.send_signal(signal.SIGHUP)
    wait_until(
        lambda: (
            not before & {process.pid for process in deployment.list_processes("serve")}
            and len(deployment.list_processes("serve")) == 2
        )
    )
    time.sleep(1)
    callers.end()
    assert callers.failures == []
    assert callers.answers > 20
    assert len(deployment.list_processes("jobs")) == 1


def test_all_processes_end_with_the_supervisor_once_they_have_answered(deployment: Deployment) -> None:
    children = psutil.Process(deployment.process.pid).children()
    callers = Callers(deployment.port)
    wait_until(lambda: callers.answers > 20)
    deployment.process.terminate()
    assert deployment.process.wait(60) == 0
    callers.end()
    assert {failure for failure in callers.failures if "refused" not in failure} == set()
    assert not any(child.is_running() for child in children)

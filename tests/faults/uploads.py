"""Files of evidence under way: the server and the worker are killed, the disk is full, the storage cuts connections."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.faults.disks import set_limit
from tests.faults.letters import wait_for
from tests.faults.outcome import FaultOutcome
from tests.faults.servers import kill_one_process
from tests.faults.stage import Stage
from tests.faults.uploaders import FILE_BYTES, Uploads, send_files
from tests.s3_server import KEYS, S3Server, run_s3_server
from tests.serving.deployment import Deployment
from tests.serving.processes import list_children

FILES = 1_000
KILLS, CUTS = 12, 4
FULL_SECONDS, CUT_SECONDS = 3.0, 2.0
LIMIT = FILE_BYTES // 2
"""Size in bytes that no file may exceed while the disk is full: the first part of a file still finds room."""


def kill_while_uploading(stage: Stage, files: int = FILES, kills: int = KILLS) -> FaultOutcome:
    """Kill in turn a server process, the process of the jobs, and the worker that opens files, while files are uploaded."""
    with stage.serve() as deployment, JobsProcess(stage) as jobs, send_files(stage, deployment.port, files) as uploads:
        for number in range(kills):
            if number % 3 == 0:
                kill_one_process(deployment)
            elif number % 3 == 1:
                jobs.kill()
            else:
                jobs.kill_worker()
            uploads.wait_for(files // (kills + 1))
    return uploads.compare_with_storage(kills)


class JobsProcess:
    """The process of the background jobs, which starts the worker that opens files."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process."""
        own = {"INSTANCE": str(self.stage.folder), "BASE_URL": "", "SMTP_URL": ""}
        environment = {**os.environ, **own, **self.stage.settings}
        with (self.stage.folder / "errors.txt").open("ab") as errors:
            return subprocess.Popen([sys.executable, "-m", "trainer", "jobs"], env=environment, stderr=errors)

    def kill(self) -> None:
        """Kill the process and start another one, as systemd does."""
        self.process.kill()
        self.process.wait()
        self.process = self.start()

    def kill_worker(self, patience: float = 20.0) -> None:
        """Kill the worker as soon as it has a file open; the process of the jobs if there is no worker."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for pid in list_children(self.process.pid):
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.01)
        self.kill()

    def __enter__(self) -> "JobsProcess":
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait()


def fill_disk_while_uploading(stage: Stage, files: int = FILES // 5, times: int = 3) -> FaultOutcome:
    """Take the space for files larger than LIMIT from the server for a while, several times."""
    with stage.serve() as deployment, send_files(stage, deployment.port, files) as uploads:
        failed = 0
        for _time in range(times):
            before = count_errors(uploads)
            with limit_server(deployment):
                time.sleep(FULL_SECONDS)
            failed += count_errors(uploads) > before
            uploads.wait_for(files // (2 * times))
    return uploads.compare_with_storage(failed)


def count_errors(uploads: Uploads) -> int:
    """Return how many requests have failed so far."""
    return sum(client.errors for client in uploads.clients)


@contextmanager
def limit_server(deployment: Deployment) -> Iterator[None]:
    """Limit the size of files that the server may write, and lift the limit again."""
    set_limit([deployment.process.pid, *list_children(deployment.process.pid)], LIMIT)
    try:
        yield
    finally:
        set_limit([deployment.process.pid, *list_children(deployment.process.pid)], None)


def cut_storage_while_uploading(stage: Stage, files: int = FILES // 5, cuts: int = CUTS) -> FaultOutcome:
    """Keep the files in S3, and cut its connections in the middle of what is sent to it for a while, several times."""
    with run_s3_server() as bucket:
        on_s3 = replace(stage, storage={"STORAGE_URL": bucket.url, **KEYS})
        cutter = Cutter(bucket)
        with on_s3.serve() as deployment, send_files(on_s3, deployment.port, files) as uploads:
            for _cut in range(cuts):
                cutter.cut_for(CUT_SECONDS)
                uploads.wait_for(files // (2 * cuts))
        return uploads.compare_with_storage(cutter.faults)


class Cutter:
    """Cuts connections to an S3 server when half of a file has arrived."""

    def __init__(self, bucket: S3Server) -> None:
        self.is_cutting, self.faults = threading.Event(), 0
        bucket.fault = self.cut

    def cut(self, request: Any) -> bool:
        """Read half of what a request brings, and return whether the connection ends then."""
        if not self.is_cutting.is_set() or request.command != "PUT":
            return False
        request.rfile.read(int(request.headers["Content-Length"]) // 2)
        self.faults += 1
        return True

    def cut_for(self, seconds: float) -> None:
        """Cut connections for a while, and until one was cut."""
        before = self.faults
        self.is_cutting.set()
        time.sleep(seconds)
        wait_for(lambda: self.faults > before)
        self.is_cutting.clear()

"""Starting the process that opens files, waiting for its answers for a limited time, and ending it."""

import json
import selectors
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from trainer.evidence.processing.worker import Findings
from trainer.paths import PACKAGE_FOLDER

START_SECONDS = 60.0  # on a slow machine under load, the imports
ANSWER_SECONDS = 120.0
WORKER_MODULE = "trainer.evidence.processing.worker"


class WorkerEnded(Exception):
    """The process died while it had the file: killed, out of memory, or by a crash."""


class WorkerTimedOut(Exception):
    """The process did not answer in time; it was ended."""


class Worker:
    """The process that opens files; started for the first of them, and again after it has ended.

    Its environment is empty, so that it has no key and no password of the server.
    """

    def __init__(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.answer_seconds = answer_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.is_new = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> subprocess.Popen[bytes]:
        """Return the process, started if there is none."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.process = subprocess.Popen(
                [sys.executable, "-m", WORKER_MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=PACKAGE_FOLDER.parent,
                env={},
            )
            self.is_new = True
        return self.process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.communicate()

    def examine(self, source: Path, folder: Path, media_kind: str, media_type: str) -> Findings:
        """Return what the process finds out about a file. Raises WorkerEnded and WorkerTimedOut."""
        process = self.start()
        if process.stdin is None or process.stdout is None:
            raise WorkerEnded
        request = {"source": str(source), "folder": str(folder), "media_kind": media_kind, "media_type": media_type}
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError as error:
            self.stop()
            raise WorkerEnded from error
        seconds = self.answer_seconds + (START_SECONDS if self.is_new else 0)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                self.stop()
                raise WorkerTimedOut
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            self.stop()
            raise WorkerEnded
        self.is_new = False
        return Findings(**json.loads(line))

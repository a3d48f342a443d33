"""Several server processes behind one port, and one for the background jobs: started, watched, reloaded and stopped.

All processes serve on one listening socket, so that the operating system gives each connection to one that is free. A
process that ends unasked is started again. SIGHUP starts new processes, with the settings and the code of now, and stops
each old one when its successor answers. SIGTERM and SIGINT stop all of them once they have answered what has begun.
"""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from trainer.serving.server import STOP_PATIENCE_SECONDS

log = logging.getLogger(__name__)
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
WAIT_SECONDS = 1.0
START_PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
"""Before a process that keeps ending is started again; doubled from the first pause on."""
LONG_LIFE_SECONDS = 60.0
"""A process that has run so long before it ended is started again at once."""


@dataclass
class Child:
    """A process, with what is needed to start it again."""

    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    restart_at: float = 0.0


@dataclass
class Supervisor:
    """The processes of a deployment on one machine."""

    listener: socket.socket
    server_commands: Sequence[Sequence[str]]
    """One for each server process; `{listener}` and `{ready}` in it stand for the numbers of file descriptors."""
    job_command: Sequence[str] | None
    servers: list[Child] = field(default_factory=list)
    job: Child | None = None

    def run(self) -> None:
        """Start the processes and watch over them until SIGTERM or SIGINT has stopped all. Needs `block_signals`."""
        self.servers = [Child(command) for command in self.server_commands]
        self.job = Child(self.job_command) if self.job_command else None
        for child in self.servers:
            self.start(child)
        if self.job:
            self.start(self.job)
        while True:
            received = signal.sigtimedwait(SIGNALS, WAIT_SECONDS)
            number = received.si_signo if received else None
            if number in (signal.SIGTERM, signal.SIGINT):
                break
            if number == signal.SIGHUP:
                self.reload()
            self.restart_ended()
        self.stop()

    def start(self, child: Child) -> int:
        """Start a process; return the file descriptor from which a byte can be read when it answers."""
        ready_reader, ready_writer = os.pipe()
        numbers = {"listener": str(self.listener.fileno()), "ready": str(ready_writer)}
        try:
            child.process = subprocess.Popen(  # noqa: S603
                [part.format(**numbers) for part in child.command],
                pass_fds=(self.listener.fileno(), ready_writer),
            )
        finally:
            os.close(ready_writer)
        child.started_at = time.monotonic()
        return ready_reader

    def restart_ended(self) -> None:
        """Start every process again that has ended unasked: at once after a long life, else after a pause that grows."""
        for child in filter(None, (*self.servers, self.job)):
            moment = time.monotonic()
            if child.process is not None and child.process.poll() is not None:
                if moment - child.started_at > LONG_LIFE_SECONDS:
                    child.pause = FIRST_PAUSE_SECONDS
                log.error("A process ended with status %s; it is started again.", child.process.returncode)
                child.process, child.restart_at = None, moment + child.pause
                child.pause = min(2 * child.pause, LONGEST_PAUSE_SECONDS)
            if child.process is None and moment >= child.restart_at:
                os.close(self.start(child))

    def reload(self) -> None:
        """Replace the processes one after the other. One whose successor does not answer stays, and the reload ends there."""
        for place, old in enumerate(self.servers):
            new = Child(old.command)
            if not wait_until_ready(self.start(new)):
                log.error("The new process does not answer; the old ones go on.")
                stop_processes([new])
                return
            self.servers[place] = new
            stop_processes([old])
        if self.job:
            stop_processes([self.job])
            os.close(self.start(self.job))

    def stop(self) -> None:
        """Stop all processes, the jobs too."""
        stop_processes([child for child in (*self.servers, self.job) if child])


def wait_until_ready(reader: int) -> bool:
    """Return whether a byte comes within START_PATIENCE_SECONDS; False at once if the process has ended."""
    try:
        readable, _writable, _broken = select.select([reader], [], [], START_PATIENCE_SECONDS)
        return bool(readable) and bool(os.read(reader, 1))
    finally:
        os.close(reader)


def stop_processes(children: Sequence[Child]) -> None:
    """Ask processes to end, and kill those that have not ended after STOP_PATIENCE_SECONDS and some more."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_PATIENCE_SECONDS + 5
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def build_trainer_command(*arguments: str) -> list[str]:
    """Return the command that runs `trainer` with this interpreter."""
    return [sys.executable, "-m", "trainer", *arguments]


def block_signals() -> None:
    """Hold back the signals that the supervisor waits for, in this thread and those that it starts."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def prepare_child() -> None:
    """In a new process: take signals again that the supervisor has blocked, and end with it."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    end_with_parent()


def end_with_parent() -> None:
    """Let Linux send SIGTERM to this process when its parent ends, so that a killed supervisor leaves nobody behind."""
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "prctl", None) if os.name == "posix" else None
    if set_option is not None:
        set_option(1, signal.SIGTERM)  # PR_SET_PDEATHSIG of prctl(2)

"""Several server processes behind one port, and one for the background jobs: started, watched, reloaded and stopped.

All processes serve on one listening socket, so that the operating system gives each connection to one that is free. A
process that ends unasked is started again. SIGHUP starts new processes, with the settings and the code of now, and stops
each old one when its successor answers. SIGTERM and SIGINT stop all of them once they have answered what has begun; the
second such signal kills them. Nothing here waits for a single process: a signal is acted on whatever else is going on.
"""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

from trainer.serving.balance import create_shared_file, forget_process
from trainer.serving.server import STOP_PATIENCE_SECONDS

log = logging.getLogger(__name__)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
SIGNALS = (*STOP_SIGNALS, signal.SIGHUP, signal.SIGCHLD)
WAIT_SECONDS = 1.0
START_PATIENCE_SECONDS = 120.0
"""How long a new process may take until it answers, on a machine that is busy."""
KILL_PATIENCE_SECONDS = STOP_PATIENCE_SECONDS + 5.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
"""Before a process that keeps ending is started again; doubled from the first pause on."""
LONG_LIFE_SECONDS = 60.0
"""A process that has run so long before it ended is started again after the first pause."""


class Child:
    """A running process. One that serves writes a byte to the pipe `ready` when it answers."""

    def __init__(self, command: Sequence[str], **descriptors: int) -> None:
        self.ready, ready_writer = os.pipe()
        os.set_blocking(self.ready, False)
        descriptors["ready"] = ready_writer
        try:
            self.process = subprocess.Popen(  # noqa: S603
                [part.format(**descriptors) for part in command], pass_fds=tuple(descriptors.values())
            )
        except OSError:
            os.close(self.ready)
            raise
        finally:
            os.close(ready_writer)
        self.started_at = time.monotonic()
        self.stopped_at: float | None = None
        self.is_ready = False

    def has_ended(self) -> bool:
        """Return whether the process has ended; then the pipe is closed."""
        if self.process.poll() is None:
            return False
        if self.ready >= 0:
            os.close(self.ready)  # not before: who writes to a pipe without a reader fails
            self.ready = -1
        return True

    def read_readiness(self) -> bool:
        """Return whether the process has said that it answers."""
        if not self.is_ready and self.ready >= 0:
            with suppress(BlockingIOError):
                self.is_ready = bool(os.read(self.ready, 1))
        return self.is_ready

    def stop(self) -> None:
        """Ask the process to end."""
        self.stopped_at = self.stopped_at or time.monotonic()
        self.process.terminate()

    def is_overdue(self) -> bool:
        """Return whether the process has been asked to end long ago."""
        return self.stopped_at is not None and time.monotonic() > self.stopped_at + KILL_PATIENCE_SECONDS


@dataclass
class Place:
    """What runs one process after another: the present one, and when one that has ended is started again."""

    command: Sequence[str]
    child: Child | None = None
    pause: float = FIRST_PAUSE_SECONDS
    restart_at: float = 0.0

    def notice_end(self) -> bool:
        """If the process has ended unasked, plan its restart after a pause that grows until one lives long; return whether it has."""
        if self.child is None or not self.child.has_ended():
            return False
        moment = time.monotonic()
        if moment - self.child.started_at > LONG_LIFE_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        log.error("A process ended with status %s; it is started again.", self.child.process.returncode)
        self.child, self.restart_at = None, moment + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE_SECONDS)
        return True


@dataclass
class Supervisor:
    """The processes of a deployment on one machine."""

    listener: socket.socket
    build_server_commands: Callable[[], Sequence[Sequence[str]]]
    """Return a command for each server process; `{listener}`, `{ready}` and `{balance}` stand for file descriptors."""
    job_command: Sequence[str] | None
    servers: list[Place] = field(default_factory=list)
    job: Place | None = None
    retiring: list[Child] = field(default_factory=list)
    """Processes that were asked to end."""
    unreplaced: list[Place] | None = None
    """During a reload, the server processes that are still to be replaced; the successor of the first one may run."""
    successor: Child | None = None
    is_stopping: bool = False
    balance: IO[bytes] = field(default_factory=create_shared_file)
    """The file in which the server processes note how many connections they have."""

    def run(self) -> None:
        """Start the processes and watch over them until SIGTERM or SIGINT has stopped all."""
        with receive_signals() as reader:
            self.servers = [Place(command) for command in self.build_server_commands()]
            self.job = Place(self.job_command) if self.job_command else None
            while True:
                self.watch_processes()
                if self.is_stopping and not self.retiring:
                    return
                for number in self.wait_for_signals(reader):
                    self.handle_signal(number)

    def wait_for_signals(self, reader: int) -> bytes:
        """Wait until something happens, at most WAIT_SECONDS; return the numbers of the signals that came."""
        waits_for = [reader]
        if self.successor is not None and not self.successor.is_ready:
            waits_for.append(self.successor.ready)
        select.select(waits_for, [], [], WAIT_SECONDS if self.is_calm() else FIRST_PAUSE_SECONDS)
        try:
            return os.read(reader, 100)
        except BlockingIOError:
            return b""

    def is_calm(self) -> bool:
        """Return whether every process runs and none is asked to end."""
        return not self.retiring and all(place.child for place in self.list_places())

    def list_places(self) -> list[Place]:
        """Return the server processes and the one for the jobs."""
        return [*self.servers, *([self.job] if self.job else [])]

    def handle_signal(self, number: int) -> None:
        """Begin what a signal asks for. SIGCHLD only wakes the supervisor."""
        if number in STOP_SIGNALS and self.is_stopping:
            for child in self.retiring:
                child.process.kill()
        elif number in STOP_SIGNALS:
            self.begin_stop()
        elif number == signal.SIGHUP and not self.is_stopping:
            self.begin_reload()

    def begin_stop(self) -> None:
        """Ask all processes to end. From now on only they hold the listening socket, until each has emptied its queue."""
        self.is_stopping = True
        self.listener.close()
        self.end_reload()
        for place in self.list_places():
            self.retire(place)

    def begin_reload(self) -> None:
        """Plan to replace all processes. A reload that is going on begins again."""
        self.end_reload()
        commands = self.build_server_commands()
        while len(self.servers) > len(commands):
            self.retire(self.servers.pop())
        for place, command in zip(self.servers, commands, strict=False):
            place.command = command
        self.unreplaced = list(self.servers)
        self.servers += [Place(command) for command in commands[len(self.servers) :]]

    def end_reload(self) -> None:
        """End the reload, if one is going on, and leave the old processes."""
        self.unreplaced = None
        if self.successor is not None:
            self.dismiss(self.successor)
            self.successor = None

    def retire(self, place: Place) -> None:
        """Ask the process of a place to end."""
        if place.child is not None:
            self.dismiss(place.child)
            place.child = None

    def dismiss(self, child: Child) -> None:
        """Ask a process to end, and wait for its end later."""
        child.stop()
        self.retiring.append(child)

    def watch_processes(self) -> None:
        """Notice which processes have ended, kill those that do not end, start what is missing, go on with a reload."""
        for child in self.retiring:
            if child.is_overdue():
                child.process.kill()
        self.retiring = [child for child in self.retiring if not child.has_ended()]
        if self.is_stopping:
            return
        for number, place in enumerate(self.list_places()):
            if place.notice_end() and place is not self.job:
                forget_process(self.balance, number)
        self.continue_reload()
        for place in self.list_places():
            is_due = place.child is None and time.monotonic() >= place.restart_at
            if is_due and not (place is self.job and self.retiring):  # never two processes for the jobs
                place.child = Child(place.command) if place is self.job else self.start_server(place)

    def start_server(self, place: Place) -> Child:
        """Start a server process."""
        return Child(place.command, listener=self.listener.fileno(), balance=self.balance.fileno())

    def continue_reload(self) -> None:
        """Replace the first process whose successor answers; when all are replaced, replace the one for the jobs."""
        if self.unreplaced is None:
            return
        if self.successor is not None:
            self.install_successor(self.successor)
        elif self.unreplaced:
            if not self.retiring:  # one more process at a time, because each takes memory
                self.successor = self.start_server(self.unreplaced[0])
        else:
            self.unreplaced = None
            if self.job:
                self.retire(self.job)

    def install_successor(self, successor: Child) -> None:
        """Put a successor that answers into its place; end the reload if it has ended, or does not answer in time."""
        if self.unreplaced and successor.read_readiness():
            place = self.unreplaced.pop(0)
            self.retire(place)
            place.child, place.pause, self.successor = successor, FIRST_PAUSE_SECONDS, None
        elif successor.has_ended() or time.monotonic() > successor.started_at + START_PATIENCE_SECONDS:
            log.error("The new process does not answer; the old ones go on.")
            self.end_reload()


@contextmanager
def receive_signals() -> Iterator[int]:
    """Yield a file descriptor from which the numbers of SIGNALS can be read, one byte each, as they come.

    Processes that are started meanwhile handle signals as usual: what is handled here is not inherited.
    """
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    handlers = {number: signal.signal(number, lambda *_signal: None) for number in SIGNALS}
    earlier_writer = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(earlier_writer)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def build_trainer_command(*arguments: str) -> list[str]:
    """Return the command that runs `trainer` with this interpreter."""
    return [sys.executable, "-m", "trainer", *arguments]


def end_with_parent() -> None:
    """Ask Linux to send SIGTERM to this process when its parent ends, so that a killed supervisor leaves nobody behind."""
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "prctl", None) if os.name == "posix" else None
    if set_option is not None:
        set_option(1, signal.SIGTERM)  # PR_SET_PDEATHSIG of prctl(2)

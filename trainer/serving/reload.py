"""Reload of a deployment with one server process: the process replaces itself, and connections wait at its port meanwhile."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

log = logging.getLogger(__name__)
LISTENER_OPTION = "--listener"
"""Option of `trainer run` that hands the listening socket to the process's next self."""


class Reload:
    """A reload that may be asked for while requests are answered. It begins once a command has tried the new code."""

    def __init__(self, trial_command: Sequence[str]) -> None:
        self.trial_command = trial_command
        self.trial: subprocess.Popen[bytes] | None = None
        self.is_requested = False

    def is_due(self) -> bool:
        """Return whether a reload was asked for and its trial has succeeded. One that fails ends the reload."""
        if self.is_requested and self.trial is None:
            self.is_requested = False
            self.trial = subprocess.Popen(self.trial_command)  # noqa: S603
        if self.trial is None or self.trial.poll() is None:
            return False
        succeeded = self.trial.returncode == 0
        self.trial = None
        if not succeeded:
            log.error("The new process does not start; the old one goes on.")
        return succeeded


def replace_process(listener: int, cores: set[int] | None) -> NoReturn:
    """Replace this process by one with the same arguments that goes on listening, and may use the given CPU cores."""
    if cores:
        os.sched_setaffinity(0, cores)
    os.set_inheritable(listener, True)
    arguments = sys.argv[1:]
    if LISTENER_OPTION in arguments:
        place = arguments.index(LISTENER_OPTION)
        del arguments[place : place + 2]
    command = [sys.executable, "-m", "trainer", *arguments, LISTENER_OPTION, str(listener)]
    os.execv(sys.executable, command)  # noqa: S606


def take_over_listener(descriptor: int) -> socket.socket:
    """Return the listening socket that this process had before it was replaced."""
    listener = socket.socket(fileno=descriptor)
    listener.set_inheritable(False)
    return listener

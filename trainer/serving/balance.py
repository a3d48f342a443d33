"""Connections are spread evenly over the server processes, although they stay open for long.

All processes wait on one listening socket, and the first to wake would accept most of what comes at the same moment: of 8
connections one process got 7 or 8. So each writes to memory that they share how many it has, and one that has MARGIN more
than another leaves new ones to that one.
"""

import mmap
import struct
import tempfile
import time
from typing import IO

PLACES = 256
RECORD = struct.Struct("=dq")  # when it was written, and how many connections there are
MARGIN = 2
SILENCE_SECONDS = 3.0
"""A process that has written nothing for so long accepts nothing either."""


def create_shared_file() -> IO[bytes]:
    """Return a file for the records of all server processes."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # open as long as the supervisor runs
    file.truncate(PLACES * RECORD.size)
    return file


class Balance:
    """The numbers of connections of all server processes, as seen from the one at a place."""

    def __init__(self, descriptor: int, place: int) -> None:
        self.memory = mmap.mmap(descriptor, PLACES * RECORD.size)
        self.place = place

    def may_accept(self, count: int) -> bool:
        """Note how many connections this process has; return whether it may accept another one."""
        moment = time.monotonic()  # the same clock for all processes
        RECORD.pack_into(self.memory, self.place * RECORD.size, moment, count)
        others = [
            other
            for place, (written_at, other) in enumerate(RECORD.iter_unpack(self.memory))
            if written_at > moment - SILENCE_SECONDS and place != self.place
        ]
        return count < min(others, default=count) + MARGIN


def forget_process(file: IO[bytes], place: int) -> None:
    """Remove the record of a process that has ended."""
    file.seek(place * RECORD.size)
    file.write(bytes(RECORD.size))
    file.flush()

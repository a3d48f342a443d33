"""Sockets that read and write until one moment, however slowly the bytes arrive."""

import io
import socket
import time
from typing import Any


class Deadline:
    """The moment at which everything has to be done."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def get_rest(self) -> float:
        """Return how many seconds are left. Raises TimeoutError."""
        rest = self.end - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        return rest


class TimedReader(io.RawIOBase):
    """Reads from a socket until the deadline, however slowly the bytes arrive."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self.connection, self.deadline = connection, deadline

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has arrived. Raises TimeoutError."""
        self.connection.settimeout(self.deadline.get_rest())
        return self.connection.recv_into(buffer)


class TimedSocket:
    """What http.client needs of a socket. Closing it has no effect: whoever opened the connection closes it."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self.connection, self.deadline = connection, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a file that reads until the deadline."""
        return io.BufferedReader(TimedReader(self.connection, self.deadline))

    def sendall(self, data: bytes) -> None:
        """Send bytes. Raises TimeoutError."""
        self.connection.settimeout(self.deadline.get_rest())
        self.connection.sendall(data)

    def close(self) -> None:
        """Do nothing."""

"""A proxy that loses requests and responses, as a bad mobile network does."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class BadNetwork:
    """A proxy that, while it is `bad`, refuses connections, cuts requests in the middle, and cuts answers after the server gave them."""

    target: int
    seed: int = 7
    bad: bool = False
    fates: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.dice = random.Random(self.seed)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                fate = self.dice.choice(("pass", "refuse", "cut request", "cut answer")) if self.bad else "pass"
                self.fates.append(fate)
                threading.Thread(target=self.carry, args=(client, fate), daemon=True).start()

    def carry(self, client: socket.socket, fate: str) -> None:
        """Carry one connection as its fate is."""
        with suppress(OSError), closing_socket(client):
            if fate == "refuse":
                return
            with closing_socket(socket.create_connection(("127.0.0.1", self.target), timeout=20)) as server:
                if fate == "cut request":
                    server.sendall(client.recv(150))
                else:
                    threading.Thread(target=self.relay, args=(client, server), daemon=True).start()
                    self.answer(client, server, fate)

    def answer(self, client: socket.socket, server: socket.socket, fate: str) -> None:
        """Carry what the server says: one answer at most on a bad network, so that every request has a fate of its own."""
        while answer := server.recv(65536):
            if fate == "cut answer":
                return
            client.sendall(answer)
            if self.bad:
                return

    def relay(self, source: socket.socket, sink: socket.socket) -> None:
        """Carry what the tablet says."""
        with suppress(OSError):
            while said := source.recv(65536):
                sink.sendall(said)

    def close(self) -> None:
        """Take no more connections."""
        shut_down_socket(self.listener)


@contextmanager
def closing_socket(line: socket.socket) -> Iterator[socket.socket]:
    """A line that is hung up at the end, however it ends."""
    try:
        yield line
    finally:
        shut_down_socket(line)


def shut_down_socket(line: socket.socket) -> None:
    """End a line for both sides: closing alone says nothing while another thread waits on it."""
    with suppress(OSError):  # the other side was faster
        line.shutdown(socket.SHUT_RDWR)
    line.close()

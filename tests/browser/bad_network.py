"""A proxy that loses requests and responses, as a bad mobile network does."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class BadNetwork:
    """A proxy that, while `bad`, refuses connections or cuts them within the request or before the response."""

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
        """Accept connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                fate = self.dice.choice(("pass", "refuse", "cut request", "cut answer")) if self.bad else "pass"
                self.fates.append(fate)
                threading.Thread(target=self.carry, args=(client, fate), daemon=True).start()

    def carry(self, client: socket.socket, fate: str) -> None:
        """Handle one connection as its outcome says."""
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
        """Forward the response. While the network is bad, one response a connection, so that each request has its own outcome."""
        while answer := server.recv(65536):
            if fate == "cut answer":
                return
            client.sendall(answer)
            if self.bad:
                return

    def relay(self, source: socket.socket, sink: socket.socket) -> None:
        """Forward the request."""
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)

    def close(self) -> None:
        """Accept no more connections."""
        shut_down_socket(self.listener)


@contextmanager
def closing_socket(line: socket.socket) -> Iterator[socket.socket]:
    """Shut the socket down when the block ends."""
    try:
        yield line
    finally:
        shut_down_socket(line)


def shut_down_socket(line: socket.socket) -> None:
    """End a connection for both sides; closing alone does not wake a thread that reads from it."""
    with suppress(OSError):  # the other side was faster
        line.shutdown(socket.SHUT_RDWR)
    line.close()

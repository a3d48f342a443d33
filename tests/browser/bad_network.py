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
    outcomes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.generator = random.Random(self.seed)
        threading.Thread(target=self.accept_connections, daemon=True).start()

    def accept_connections(self) -> None:
        """Accept connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                outcome = self.generator.choice(("pass", "refuse", "cut request", "cut answer")) if self.bad else "pass"
                self.outcomes.append(outcome)
                threading.Thread(target=self.handle_connection, args=(client, outcome), daemon=True).start()

    def handle_connection(self, client: socket.socket, outcome: str) -> None:
        """Handle one connection as its outcome says."""
        with suppress(OSError), close_socket_afterwards(client):
            if outcome == "refuse":
                return
            with close_socket_afterwards(socket.create_connection(("127.0.0.1", self.target), timeout=20)) as server:
                if outcome == "cut request":
                    server.sendall(client.recv(150))
                else:
                    threading.Thread(target=self.forward_request, args=(client, server), daemon=True).start()
                    self.forward_response(client, server, outcome)

    def forward_response(self, client: socket.socket, server: socket.socket, outcome: str) -> None:
        """Forward the response. While the network is bad, one response a connection, so that each request has its own outcome."""
        while answer := server.recv(65536):
            if outcome == "cut answer":
                return
            client.sendall(answer)
            if self.bad:
                return

    def forward_request(self, source: socket.socket, sink: socket.socket) -> None:
        """Forward the request."""
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)

    def close(self) -> None:
        """Accept no more connections."""
        shut_down_socket(self.listener)


@contextmanager
def close_socket_afterwards(connection: socket.socket) -> Iterator[socket.socket]:
    """Shut the socket down when the block ends."""
    try:
        yield connection
    finally:
        shut_down_socket(connection)


def shut_down_socket(connection: socket.socket) -> None:
    """End a connection for both sides; closing alone does not wake a thread that reads from it."""
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()

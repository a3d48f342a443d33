"""A site on this machine that has a public address: whoever connects to PUBLIC_NUMBER reaches it."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from trainer.fetching import Outside

PUBLIC_NUMBER = "93.184.215.14"
SendAnswer = Callable[[socket.socket], object]


@dataclass
class Site:
    """What the site answers by path, and what was asked of it. A path that it does not know is not found."""

    listener: socket.socket
    context: ssl.SSLContext | None = None
    answers: dict[str, bytes | SendAnswer] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    """IP addresses by name; every other name leads to PUBLIC_NUMBER."""
    requests: list[str] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)

    def resolve(self, host: str, _port: int) -> list[str]:
        """Return the IP addresses of a name."""
        self.lookups.append(host)
        if host in self.names:
            return self.names[host]
        return [host] if host.replace(".", "").isdigit() or ":" in host else [PUBLIC_NUMBER]

    def connect(self, number: str, _port: int, seconds: float) -> socket.socket:
        """Return a connection to the site if it has this number."""
        self.connections.append(number)
        if number != PUBLIC_NUMBER:
            raise ConnectionRefusedError(number)
        return socket.create_connection(self.listener.getsockname(), seconds)

    def build_outside(self, build_tls: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> Outside:
        """Return the way to this site."""
        return Outside(self.resolve, self.connect, build_tls)

    def serve(self) -> None:
        """Answer requests until the listener is closed."""
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            Thread(target=self.answer, args=[connection], daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        """Read one request and answer it."""
        try:
            with self.context.wrap_socket(connection, server_side=True) if self.context else connection as stream:
                request = b""
                while b"\r\n\r\n" not in request and (part := stream.recv(4096)):
                    request += part
                self.requests.append(request.decode())
                answer = self.answers.get(request.decode().split(" ")[1], build_answer(b"", "404 Not Found"))
                stream.sendall(answer) if isinstance(answer, bytes) else answer(stream)
        except OSError:  # the client has gone
            connection.close()


@contextmanager
def run_site(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Context manager: run a site in the test's process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = Site(listener, context)
        thread = Thread(target=site.serve, daemon=True)
        thread.start()
        yield site
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def build_answer(body: bytes, status: str = "200 OK", media_type: str = "text/html", **headers: str) -> bytes:
    """Return an answer as bytes."""
    lines = {"Content_Type": media_type, "Content_Length": str(len(body)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def redirect_to(address: str) -> bytes:
    """Return an answer that leads to another address."""
    return build_answer(b"", "302 Found", Location=address)

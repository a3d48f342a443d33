"""The running copy for a browser: what a test leaves behind when it is over."""

import gc
import socket
import sys
from pathlib import Path

import pytest
from flask import Flask, Response, send_file

from tests.browser.server import free_port, serving


def test_a_server_that_is_stopped_in_the_middle_of_a_file_closes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(20_000_000))
    app = Flask("sender")
    asked = []

    @app.get("/large.bin")
    def answer() -> Response:
        asked.append(True)
        return send_file(large)

    left_open: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: left_open.append(str(raised.exc_value)))
    port = free_port()
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with serving(app, port):
            slow.connect(("127.0.0.1", port))
            slow.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            slow.recv(1)
    gc.collect()

    assert asked
    assert left_open == []

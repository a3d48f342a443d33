"""The served application ends without traces: connections, files and contexts are closed."""

import gc
import socket
import struct
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask, Response, send_file
from playwright.sync_api import Browser

from tests.browser.bad_network import BadNetwork
from tests.browser.server import close_contexts, find_free_port, serve_in_process, serve_in_thread
from trainer.settings import Settings

RESET = struct.pack("ii", 1, 0)  # of SO_LINGER: what is closed is cut off at once


def test_a_server_that_is_stopped_in_the_middle_of_a_file_closes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(20_000_000))
    app = Flask("sender")
    requests = []

    @app.get("/large.bin")
    def answer() -> Response:
        requests.append(True)
        return send_file(large)

    left_open: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: left_open.append(str(raised.exc_value)))
    port = find_free_port()
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with serve_in_thread(app, port):
            slow.connect(("127.0.0.1", port))
            slow.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            slow.recv(1)
    gc.collect()

    assert requests
    assert left_open == []


@pytest.mark.browser
def test_contexts_of_a_failed_test_are_closed(chromium: Browser) -> None:
    with pytest.raises(RuntimeError), close_contexts(chromium):
        chromium.new_page()
        chromium.new_context()
        raise RuntimeError

    assert chromium.contexts == []


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_a_server_process_that_ends_is_not_waited_for(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AssertionError, match="ended with 2"),
        serve_in_process(settings, taken.getsockname()[1]),
    ):
        raise RuntimeError


def test_a_closed_bad_network_accepts_no_connections() -> None:
    network = BadNetwork(find_free_port())
    with socket.create_connection(("127.0.0.1", network.port), timeout=5) as tablet:
        assert tablet.recv(1) == b"", "nobody answers there"
    network.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", network.port), timeout=5)


def test_a_client_notices_a_cut_connection_at_once() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        closing(BadNetwork(server.getsockname()[1])) as network,
        socket.create_connection(("127.0.0.1", network.port), timeout=5) as tablet,
    ):
        tablet.sendall(b"question")
        line, _address = server.accept()
        assert line.recv(8) == b"question"
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.close()
        assert tablet.recv(1) == b""

"""A running copy for a browser: the application behind waitress in a thread, and Chromium where there is one."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from waitress.server import create_server
from waitress.wasyncore import close_all

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true in the page; Playwright's own waiting needs eval, which our policy forbids."""
    for _attempt in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


@contextmanager
def serving(app: Flask, port: int) -> Iterator[str]:
    """Serve the application and give its address."""
    server: Any = create_server(app, host="127.0.0.1", port=port, threads=6, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.task_dispatcher.shutdown(timeout=5)  # a worker of the page may still be asking
        server.trigger.pull_trigger(lambda: hang_up(server))  # by the server's own thread, between two looks
        thread.join(timeout=5)


def hang_up(server: Any) -> None:
    """Close every connection with the file that it was still sending, then the server: `close_all` forgets the files."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    close_all(server._map)

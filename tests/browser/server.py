"""Serving the application to a browser, from a thread or from a process of its own, and the path of Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from waitress.server import create_server
from waitress.wasyncore import close_all

from tests import databases
from trainer.settings import Settings

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell draws no window around the pages, which takes a third of the time."""
CHROMIUM = next((path for name in BROWSERS if (path := shutil.which(name))), None)
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
)


def find_free_port() -> int:
    """Return a TCP port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def close_contexts(browser: Browser) -> Iterator[None]:
    """Close all contexts of the browser when the block ends."""
    try:
        yield
    finally:
        for context in browser.contexts:
            close_context(context)


def close_context(context: BrowserContext) -> None:
    """Close a context. A request that a test answers itself may be under way: its answer is not waited for."""
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.unroute_all(behavior="ignoreErrors")
    context.close()


@contextmanager
def serve_in_thread(app: Flask, port: int) -> Iterator[str]:
    """Serve the application from a thread of this process and yield its address."""
    server: Any = create_server(app, host="127.0.0.1", port=port, threads=6, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.task_dispatcher.shutdown(timeout=30)  # a worker of the page may still be asking
        server.trigger.pull_trigger(lambda: close_server(server))  # by the server's own thread, between two looks
        thread.join(timeout=30)


def close_server(server: Any) -> None:
    """Close all connections, with the files that they were still sending, and the server. waitress's `close_all` leaves the files open."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    close_all(server._map)


@contextmanager
def serve_in_process(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve an instance with `trainer run` and yield the process once it answers; kill it afterwards."""
    environment = {
        **os.environ,
        "INSTANCE": str(settings.instance),
        "PORT": str(port),
        "SECRET_KEY": databases.SECRET_KEY,
    }
    command = [sys.executable, "-m", "trainer", "run", "--empty"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for_server(process, port)
            yield process
        finally:
            process.kill()


def wait_for_server(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers, at most half a minute."""
    for _attempt in range(300):
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode} before it answered")
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")

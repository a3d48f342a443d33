"""One server process: waitress with its threads on one core, which stops without failing a request."""

import ctypes
import gc
import logging
import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from trainer.serving.balance import Balance
from trainer.serving.reload import Reload
from trainer.settings import list_cores

M_MMAP_THRESHOLD = -3  # mallopt(3) of glibc
LARGE_BLOCK_BYTES = 2**20
BACKLOG = 1024
POLL_SECONDS = 1.0
HELD_BACK_SECONDS = 0.05
STOP_PATIENCE_SECONDS = 30.0
"""How long requests may take after the server was asked to stop."""
IDLE_PATIENCE_SECONDS = 2.0
"""How long a connection without a request stays open then: its next request may be on the way."""


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address. Raises OSError if it can't be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.setblocking(False)
    return listener


def serve_app(
    app: Flask,
    listener: socket.socket,
    threads: int,
    behind_proxy: bool,
    core: int | None = None,
    report_ready: Callable[[], None] = lambda: None,
    reload: Reload | None = None,
    balance: Balance | None = None,
) -> int | None:
    """Serve an application on a listening socket until SIGTERM or SIGINT; then answer what has begun, and return None.

    `behind_proxy` says whether the X-Forwarded headers of a trusted proxy are kept. `core` is the CPU core of the threads;
    any if None. Other processes may serve on the same socket: what this one does not accept goes to them, and `balance`
    says whether it is their turn. With `reload`, SIGHUP ends serving too, and the number of a file descriptor is returned
    on which connections wait.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it logs one line per waiting request
    pin_to_core(core)
    return_large_blocks()
    exempt_loaded_objects()
    server = create_waitress_server(app, listener, threads, behind_proxy, balance)
    with receive_stop_signals(server, reload) as stop_signals:
        report_ready()
        while not stop_signals and not (reload and reload.is_due()):
            poll_connections(server)
        waiting = None if stop_signals else os.dup(listener.fileno())
        finish_requests(server, goes_on=waiting is not None)
    return waiting


def create_waitress_server(
    app: Flask, listener: socket.socket, threads: int, behind_proxy: bool, balance: Balance | None
) -> Any:
    """Return waitress, listening."""
    import waitress
    from waitress.channel import HTTPChannel

    class ClosingChannel(HTTPChannel):  # type: ignore[misc]
        """A connection that ends with the next answer once the server stops."""

        def service(self) -> None:
            """Answer one request."""
            if not self.server.accepting:
                self.requests[0].headers["CONNECTION"] = "close"
            super().service()

    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=threads,
        ident="trainer",
        clear_untrusted_proxy_headers=not behind_proxy,  # by default waitress removes these headers
    )
    server.channel_class = ClosingChannel
    server.holds_back = False
    is_readable = server.readable

    def take_turn() -> bool:
        """Return whether to wait for new connections."""
        server.holds_back = balance is not None and not balance.may_accept(len(server.active_channels))
        return bool(is_readable()) and not server.holds_back

    server.readable = take_turn
    return server


@contextmanager
def receive_stop_signals(server: Any, reload: Reload | None) -> Iterator[list[int]]:
    """Yield a list to which SIGTERM and SIGINT are added as they come; SIGHUP asks for a reload."""
    stop_signals: list[int] = []

    def receive(number: int, _frame: object) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            stop_signals.append(number)
        elif reload is not None:
            reload.is_requested = True
        server.pull_trigger()  # else the poll would go on to its end

    numbers = [signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    handlers = {number: signal.signal(number, receive) for number in numbers}
    try:
        yield stop_signals
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def poll_connections(server: Any) -> None:
    """Wait up to POLL_SECONDS for something to happen on a connection, and handle it; shorter while others accept."""
    from waitress import wasyncore

    wasyncore.poll2(HELD_BACK_SECONDS if server.holds_back else POLL_SECONDS, server._map)


def finish_requests(server: Any, goes_on: bool) -> None:
    """Stop listening, answer what has come, and close the connections, within STOP_PATIENCE_SECONDS.

    `goes_on` says that another process accepts the connections that wait.
    """
    if not goes_on:
        accept_waiting_connections(server)
    close_listener(server)
    began = time.monotonic()
    while server.active_channels and time.monotonic() < began + STOP_PATIENCE_SECONDS:
        if time.monotonic() > began + IDLE_PATIENCE_SECONDS:
            close_idle_connections(server)
        poll_connections(server)
    server.task_dispatcher.shutdown()
    server.close()


def accept_waiting_connections(server: Any) -> None:
    """Accept all connections that the system has established, which it would reset once nobody listens any more."""
    count = -1
    while count != len(server.active_channels):
        count = len(server.active_channels)
        server.handle_accept()


def close_listener(server: Any) -> None:
    """Close the listening socket, but no connection."""
    from waitress import wasyncore

    wasyncore.dispatcher.close(server)
    server.accepting = False


def close_idle_connections(server: Any) -> None:
    """Close the connections on which no request is being received or answered."""
    for channel in list(server.active_channels.values()):
        if not channel.requests and channel.request is None and not channel.total_outbufs_len:
            channel.will_close = True


def pin_to_core(core: int | None = None) -> None:
    """Pin the process to one CPU core, a randomly chosen one if None, where the operating system allows it.

    Python runs one thread at a time. Handing the interpreter lock from core to core costs more than rendering the
    pages: 8 callers got 450 certificate verifications per second on two cores, and 1,080 on one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    try:
        os.sched_setaffinity(0, {random.choice(list_cores()) if core is None else core})  # noqa: S311
    except OSError as refused:
        logging.getLogger(__name__).warning(
            "The threads that answer stay on several cores, which is slower: %s", refused
        )


def return_large_blocks() -> None:
    """Configure glibc to return freed blocks of LARGE_BLOCK_BYTES and more to the system; other C libraries are left as they are.

    By default it keeps up to 32 MB a block for the thread that freed it. After eight photos of 25 megapixels, decoded one
    after the other by four threads, the process kept 430 MB; with this 15 MB.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if set_option is not None:
        set_option(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def exempt_loaded_objects() -> None:
    """Exempt what is loaded by now, such as modules, from the search for garbage.

    Looking through it took 0.1 s, several times in a request that reads thousands of rows.
    """
    gc.collect()
    gc.freeze()

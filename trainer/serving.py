"""The production server: waitress, with its threads pinned to one CPU core."""

import ctypes
import logging
import os
import random

from flask import Flask

M_MMAP_THRESHOLD = -3  # mallopt(3) of glibc
LARGE_BLOCK_BYTES = 2**20


def serve_app(app: Flask, host: str, port: int, threads: int, behind_proxy: bool) -> None:
    """Serve an application with waitress until the process is stopped.

    `behind_proxy` says whether the X-Forwarded headers of a trusted proxy are kept.
    """
    from waitress import serve as waitress_serve

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it logs one line per waiting request
    pin_to_one_core()
    return_large_blocks()
    waitress_serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="trainer",
        clear_untrusted_proxy_headers=not behind_proxy,  # by default waitress removes these headers
    )


def pin_to_one_core() -> None:
    """Pin the process to one randomly chosen CPU core, where the operating system allows it.

    Python runs one thread at a time. Handing the interpreter lock from core to core costs more than rendering the
    pages: 8 callers got 450 certificate verifications per second on two cores, and 1,080 on one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    try:
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})  # noqa: S311
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

"""Serving an application with waitress: its threads stay together on one core."""

import logging
import os
import random

from flask import Flask


def serve_app(app: Flask, host: str, port: int, threads: int, behind_proxy: bool) -> None:
    """Answer requests until stopped; `behind_proxy` says whether what a proxy tells of the caller is believed."""
    from waitress import serve as waitress_serve

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # in a crowd, a line for each request that waits
    pin_to_one_core()
    waitress_serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="trainer",
        clear_untrusted_proxy_headers=not behind_proxy,  # else waitress takes away what the proxy says
    )


def pin_to_one_core() -> None:
    """Keep the threads that answer on one core, where the system can.

    Python computes in one thread at a time. Where the threads are on several cores, handing over from one to the other costs
    more than the pages themselves: 8 callers got 450 checks of certificates a second from two cores, and 1,080 from one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    try:
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})  # noqa: S311
    except OSError as refused:
        logging.getLogger(__name__).warning(
            "The threads that answer stay on several cores, which is slower: %s", refused
        )

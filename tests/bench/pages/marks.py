"""Marks of tablets: the CPU time of one beside an empty view, and on PostgreSQL their number by two processes beside one.

Server processes run on one core each. With two cores, the clients and PostgreSQL take their share of both.
"""

import json
import os
import random
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.attendance.marking_data import MarkingData, fill_database
from tests.bench.attendance.server import MarkingServer
from tests.bench.figures import Figure, format_table
from tests.bench.pages.calls import PageClient, list_medians, measure_costs
from tests.bench.verification import compute_median_ratio, open_instance
from tests.bench.verification.caller import read_response
from tests.bench.verification.server import Server
from trainer.attendance.tablet.changes import CURSOR_OVERLAP
from trainer.clock import now
from trainer.settings import Settings

ROUNDS, CALLS, EMPTY_CALLS = 5, 60, 400
RATE_ROUNDS, CONNECTIONS, SECONDS = 7, 8, 3.0
GOAL_CPU, GOAL_PROCESSES = 10.0, 1.3


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of both databases."""
    for database in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = stack.enter_context(open_instance(database, folder / f"{database}-onemark"))
            data = fill_database(settings.sqlalchemy_url)
            costs = measure_mark_costs(stack, folder, settings, data)
            print(format_table((f"marks, {database}", "CPU ms"), list(list_medians(costs))))
            ratio = compute_median_ratio(costs["one mark"], costs["empty view"])
            yield Figure(f"pages-{database}-one-mark", ratio, GOAL_CPU, at_most=True)
            if database == "postgresql":
                yield Figure("pages-postgresql-marks-two-processes", measure_speedup(settings, data), GOAL_PROCESSES)


def measure_mark_costs(stack: ExitStack, folder: Path, settings: Settings, data: MarkingData) -> dict[str, list[float]]:
    """Return the CPU seconds of a mark and of an empty view in each round."""
    empty = PageClient(stack.enter_context(Server("", folder)))
    client = PageClient(stack.enter_context(MarkingServer(settings.database_url, settings.instance)))
    headers: dict[str, Any] = {"Authorization": f"Bearer {data.token}", "Content-Type": "application/json"}
    cursor = (now() + CURSOR_OVERLAP).isoformat()
    marks = [
        partial(client.call, "/api/v1/tablet/sync", build_body(data, cursor), **headers)
        for _mark in range(CALLS * (ROUNDS + 1))
    ]
    empties = [partial(empty.call, "/")] * EMPTY_CALLS * (ROUNDS + 1)
    return measure_costs({"empty view": (empty, empties), "one mark": (client, marks)}, ROUNDS)


def measure_speedup(settings: Settings, data: MarkingData) -> float:
    """Return how many times the marks a second of one process two processes store, in the median of the rounds."""
    generator = random.Random(7)
    rates: dict[int, list[float]] = {1: [], 2: []}
    with ExitStack() as stack:
        servers = [stack.enter_context(start_on_core(settings, core)) for core in sorted(os.sched_getaffinity(0))[:2]]
        for number in range(RATE_ROUNDS + 1):
            for count in generator.sample([1, 2], 2):
                rate = measure_mark_rate([server.port for server in servers[:count]], data)
                if number:
                    rates[count].append(rate)
    rows = [(f"{count} processes", f"{median(each):,.0f}") for count, each in rates.items()]
    print(format_table(("marks of one seminar, postgresql", "a second"), rows))
    return compute_median_ratio(rates[2], rates[1])


def start_on_core(settings: Settings, core: int) -> MarkingServer:
    """Start a server process that may use one core only."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        return MarkingServer(settings.database_url, settings.instance)
    finally:
        os.sched_setaffinity(0, allowed)


def measure_mark_rate(ports: Sequence[int], data: MarkingData) -> float:
    """Send marks over some connections, spread over the ports, and return the marks stored a second."""
    counts: list[int] = []
    ends = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=send_marks, args=(ports[place % len(ports)], place, data, ends, counts))
        for place in range(CONNECTIONS)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CONNECTIONS:
        raise RuntimeError("a mark was not stored")
    return sum(counts) / (time.perf_counter() - begun)


def send_marks(port: int, place: int, data: MarkingData, ends: float, counts: list[int]) -> None:
    """Send one mark after the other over one connection, from changing addresses, so that nobody reaches a limit."""
    head = f"POST /api/v1/tablet/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {data.token}\r\n"
    cursor, stored = (now() + CURSOR_OVERLAP).isoformat(), 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        while time.perf_counter() < ends:
            body = build_body(data, cursor).encode()
            length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            caller = f"X-Forwarded-For: 192.{place}.{stored // 250 % 250}.{stored % 250}\r\n\r\n"
            line.sendall(f"{head}{length}{caller}".encode() + body)
            if b'"answer":"stored"' not in read_response(line):
                return
            stored += 1
    counts.append(stored)


def build_body(data: MarkingData, cursor: str) -> str:
    """Return a sync request with the next mark."""
    return json.dumps({"time": now().isoformat(), "waiting": 0, "cursor": cursor, "items": [data.build_next_mark()]})

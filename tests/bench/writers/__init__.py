"""Writers: eight at once on each database, marks and registrations; on SQLite beside a server whose writers do not queue.

And the worker at rest: which share of a core it takes while thousands of letters wait to be sent by hand.
"""

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.attendance.marking_data import MarkingData, fill_database
from tests.bench.attendance.server import MarkingServer
from tests.bench.figures import Figure, format_table
from tests.bench.verification import open_instance
from tests.bench.verification.server import Server
from tests.bench.writers import queued_letters
from tests.bench.writers.clients import WRITERS, prepare_marks, prepare_registrations, time_at_once
from tests.bench.writers.unqueued_server import UnqueuedServer
from tests.bench.writers.worker import measure_worker_share
from tests.load.surveys import get_percentile

SERVERS = {"sqlite": MarkingServer, "sqlite unqueued": UnqueuedServer, "postgresql": MarkingServer}
ROUNDS, MARKS, REGISTRATIONS = 3, 30, 12  # works of each writer in a round
GOAL_SPREAD = 5.0  # p99 in times of p50
GOAL_RATE = 0.95  # of the writes a second without the queue
LETTERS, WORKER_SECONDS = 4_700, 70.0
GOAL_PERCENT = 0.5  # of a core

Times = dict[str, dict[str, list[float]]]
"""Values of each kind of work by the name of the server."""


def measure_figures() -> Iterator[Figure]:
    """Start all servers, let them be written to in turn and yield the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers: dict[str, tuple[Server, MarkingData]] = {}
        for name, server_class in SERVERS.items():
            copy = stack.enter_context(open_instance(name.split()[0], folder / f"writers-{name.replace(' ', '')}"))
            data = fill_database(copy.sqlalchemy_url, capacity=1_000_000)
            servers[name] = stack.enter_context(server_class(copy.database_url, copy.instance)), data
        times, rates = measure_rounds(servers)
    rows = []
    for work, by_server in times.items():
        for name, seconds in by_server.items():
            ordered = sorted(1000 * second for second in seconds)
            p50, p99 = get_percentile(ordered, 50), get_percentile(ordered, 99)
            rows.append(
                (work, name, f"{median(rates[work][name]):,.0f}", f"{p50:,.1f}", f"{p99:,.1f}", f"{ordered[-1]:,.1f}")
            )
            if name in ("sqlite", "postgresql"):
                yield Figure(f"writers-{name}-{work}-p99-to-p50", p99 / p50, GOAL_SPREAD, at_most=True)
    print(format_table((f"{WRITERS} writers", "server", "a second", "p50 ms", "p99 ms", "max ms"), rows))
    for database in ("sqlite", "postgresql"):
        yield Figure(f"writers-{database}-worker-percent", measure_resting_worker(database), GOAL_PERCENT, at_most=True)
    for work, by_name in rates.items():
        ratios = [own / other for own, other in zip(by_name["sqlite"], by_name["sqlite unqueued"], strict=True)]
        yield Figure(f"writers-sqlite-{work}-rate", median(ratios), GOAL_RATE)


def measure_resting_worker(database: str) -> float:
    """Return how many percent of a core the worker takes while letters wait and nothing is written."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_instance(database, Path(folder, f"{database}-letters")) as copy,
    ):
        queued_letters.fill_database(copy.sqlalchemy_url, LETTERS)
        return 100 * measure_worker_share(copy, WORKER_SECONDS)


def measure_rounds(servers: dict[str, tuple[Server, MarkingData]]) -> tuple[Times, Times]:
    """Write to each server in every round, in shuffled order; return the seconds of all writes, and the writes a second."""
    works = ("marks", "registrations")
    times: Times = {work: {name: [] for name in servers} for work in works}
    rates: Times = {work: {name: [] for name in servers} for work in works}
    chance = random.Random(7)
    for number in range(ROUNDS + 1):
        for name in chance.sample(list(servers), len(servers)):
            server, data = servers[name]
            for work, prepared in (
                ("marks", prepare_marks(server.port, data, MARKS)),
                ("registrations", prepare_registrations(server.port, REGISTRATIONS, chance)),
            ):
                seconds, whole = time_at_once(prepared)
                if number:  # what is loaded at first is not counted
                    times[work][name] += seconds
                    rates[work][name].append(len(seconds) / whole)
    return times, rates

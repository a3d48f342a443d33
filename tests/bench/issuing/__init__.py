"""Issuing: certificates a second for few and for many people on each database, beside bare signing, rendering and writing."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests import databases
from tests.bench.figures import Figure, format_table
from tests.bench.issuing.bare import make_certificates
from tests.bench.issuing.candidates import fill_database
from tests.bench.issuing.ours import check_batch, issue_batch
from tests.bench.verification import open_instance
from trainer import create_app

SIZES = (2_000, 10_000)
WARM_UP, BARE = 100, 1_000  # certificates
GOAL_RATE = 0.74  # of the bare work's certificates a second: 700 of 940
GOAL_GROWTH = 1.1  # seconds for a certificate of a large batch against one of a small batch


class Took(NamedTuple):
    """Seconds by the clock and of the processor for one certificate."""

    clock: float
    processor: float


def measure_figures() -> Iterator[Figure]:
    """Issue batches, each between two pieces of bare work, and yield the figures."""
    make_certificates(WARM_UP)
    rows = []
    for database in ("sqlite", "postgresql"):
        took: dict[int, Took] = {}
        for size in SIZES:
            before = measure(lambda: make_certificates(BARE), BARE)
            took[size] = issue_to_many(database, size)
            after = measure(lambda: make_certificates(BARE), BARE)
            bare = Took((before.clock + after.clock) / 2, (before.processor + after.processor) / 2)
            rows += [
                format_row(f"bare beside {database} {size:,}", bare),
                format_row(f"{database} {size:,}", took[size]),
            ]
            yield Figure(f"issuing-{database}-{size}", bare.clock / took[size].clock, GOAL_RATE)
        small, large = (took[size].processor for size in SIZES)
        yield Figure(f"issuing-{database}-growth", large / small, GOAL_GROWTH, at_most=True)
    print(format_table(("issuing", "a second", "a second of processor time"), rows))


def issue_to_many(database: str, size: int) -> Took:
    """Issue certificates to many people in a database of its own, in steps."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        copy = stack.enter_context(open_instance(database, folder / f"issuing-{size}"))
        seminar_id = fill_database(copy.sqlalchemy_url, size)
        key = {"SIGNING_KEY_FILE": str(copy.instance / "keys" / "seal.pem")}
        app = create_app(
            databases.build_settings(copy.instance, copy.database_url, BASE_URL="https://seminar.example.org", **key)
        )
        stack.callback(databases.close_connections, app)
        checked = check_batch(app, seminar_id)
        issued: list[int] = []
        took = measure(lambda: issued.append(issue_batch(app, seminar_id, checked)), size)
        if issued != [size]:
            raise RuntimeError(f"{issued} certificates instead of {size}")
        return took


def measure(work: Callable[[], object], count: int) -> Took:
    """Do some work and return what it took for each of `count` certificates."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Took((time.perf_counter() - clock) / count, (time.process_time() - processor) / count)


def format_row(name: str, took: Took) -> tuple[str, str, str]:
    """Return a line of the table."""
    return name, f"{1 / took.clock:,.0f}", f"{1 / took.processor:,.0f}"

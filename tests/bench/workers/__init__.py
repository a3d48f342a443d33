"""Workers: `trainer run` with two server processes beside one, on PostgreSQL: marks of one seminar, and a personal page.

One process counts the rate limits by itself, two count them together in the database. With two cores the clients and
PostgreSQL take their share of both.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from tests import databases
from tests.bench.attendance.marking_data import fill_database
from tests.bench.figures import Figure, format_table
from tests.bench.pages.marks import measure_mark_rate
from tests.bench.pages.public_pages import fill_instance
from tests.bench.verification import compute_median_ratio, open_instance
from tests.bench.verification.caller import measure_call_rate
from tests.serving.deployment import run_deployment
from trainer.settings import Settings

ROUNDS, CONNECTIONS, SECONDS = 7, 8, 3.0
PROCESSES = (1, 2)
GOALS = {"marks": 1.3, "personal page": 1.5}  # times the rate of one process
Measurement = Callable[[int], float]
"""Returns what the server at a port does in a second."""


def measure_figures() -> Iterator[Figure]:
    """Yield how many times the rate of one process two processes reach."""
    for work, goal in GOALS.items():
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = stack.enter_context(open_instance("postgresql", folder / f"pg-workers{work.split()[0]}"))
            measure = prepare_marks(settings) if work == "marks" else prepare_personal_page(settings)
            ports = {
                count: stack.enter_context(run_deployment(settings.instance, count, "--no-jobs", **list_own(settings)))
                for count in PROCESSES
            }
            rates = measure_rounds({count: partial(measure, each.port) for count, each in ports.items()})
        rows = [(f"{count} processes", f"{median(each):,.0f}") for count, each in rates.items()]
        print(format_table((f"{work}, postgresql", "a second"), rows))
        yield Figure(f"workers-{work.replace(' ', '-')}", compute_median_ratio(rates[2], rates[1]), goal)


def list_own(settings: Settings) -> dict[str, str]:
    """Return the settings of a deployment whose clients come from many addresses."""
    own = {"DATABASE_URL": settings.database_url, "SECRET_KEY": databases.SECRET_KEY, "TRUSTED_PROXIES": "1"}
    return {**own, "SIGNING_KEY_FILE": str(settings.instance / "keys" / "seal.pem")}


def prepare_marks(settings: Settings) -> Measurement:
    """Fill the database with a seminar of thousands, and return what measures marks of it."""
    data = fill_database(settings.sqlalchemy_url)
    return lambda port: measure_mark_rate([port], data)


def prepare_personal_page(settings: Settings) -> Measurement:
    """Load the example, and return what measures a personal page with a certificate."""
    address = fill_instance(settings, 0).personal
    return lambda port: measure_call_rate(port, [address], SECONDS, CONNECTIONS)


def measure_rounds(measurements: dict[int, Callable[[], float]]) -> dict[int, list[float]]:
    """Measure each number of processes in every round, in shuffled order."""
    generator = random.Random(7)
    rates: dict[int, list[float]] = {count: [] for count in measurements}
    for number in range(ROUNDS + 1):
        for count in generator.sample(list(measurements), len(measurements)):
            rate = measurements[count]()
            if number:  # what is loaded at first is not counted
                rates[count].append(rate)
    return rates

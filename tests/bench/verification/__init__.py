"""Verification: requests a second of the verdict page on each database, small and large, beside an empty Flask view."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests import databases
from tests.bench.figures import Figure, format_table
from tests.bench.verification.caller import measure_call_rate
from tests.bench.verification.registers import SMALL_SIZE, fill_register, get_code, get_large_size
from tests.bench.verification.server import Server
from trainer.settings import Settings

ROUNDS, SECONDS = 5, 3.0
CONNECTIONS = (1, 8)
GOALS = {"sqlite": 0.33, "postgresql": 0.33}  # of an empty view's requests
Rates = dict[tuple[str, int], list[float]]
"""Requests a second in each round, by server and number of connections."""
GROWTH = 1.2  # the most that a page may take with the large register against the small one


def measure_figures() -> Iterator[Figure]:
    """Start all servers, call them in turn and yield the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {"empty view": stack.enter_context(Server("", folder))}
        for database in GOALS:
            for size in (SMALL_SIZE, get_large_size()):
                settings = stack.enter_context(open_instance(database, folder / f"{database}-{size}"))
                fill_register(settings.sqlalchemy_url, size)
                servers[f"{database} {size:,}"] = stack.enter_context(Server(settings.database_url, settings.instance))
        rates = measure_request_rates(servers)
    print(
        format_table(
            ("verification", "connections", "requests a second"),
            [(name, str(count), f"{median(each):,.0f}") for (name, count), each in rates.items()],
        )
    )
    for database, goal in GOALS.items():
        small, large = f"{database} {SMALL_SIZE:,}", f"{database} {get_large_size():,}"
        for count in CONNECTIONS:
            ratio = compute_median_ratio(rates[large, count], rates["empty view", count])
            yield Figure(f"verification-{database}-{count}-connections", ratio, goal)
        growth = compute_median_ratio(rates[small, CONNECTIONS[-1]], rates[large, CONNECTIONS[-1]])
        yield Figure(f"verification-{database}-growth", growth, GROWTH, at_most=True)


def measure_request_rates(servers: dict[str, Server]) -> Rates:
    """Call each server for some seconds in every round, in shuffled order."""
    rates: Rates = {(name, count): [] for name in servers for count in CONNECTIONS}
    chance = random.Random(7)
    for name, server in servers.items():
        measure_call_rate(server.port, list_addresses(name), 1.0, 1)  # what is loaded at first is not counted
    for _round in range(ROUNDS):
        for name, count in chance.sample(list(rates), len(rates)):
            rates[name, count].append(measure_call_rate(servers[name].port, list_addresses(name), SECONDS, count))
    return rates


def list_addresses(name: str) -> list[str]:
    """Return some thousand addresses to call at random."""
    if name == "empty view":
        return ["/"]
    size = int(name.split()[1].replace(",", ""))
    chance = random.Random(size)
    return [f"/v/{get_code(chance.randrange(size))}" for _each in range(5000)]


def compute_median_ratio(those: list[float], these: list[float]) -> float:
    """Return the median of the ratios of the rounds."""
    return median(one / other for one, other in zip(those, these, strict=True))


@contextmanager
def open_instance(database: str, folder: Path) -> Iterator[Settings]:
    """Yield the settings of a migrated instance on a database of its own."""
    folder.mkdir()
    if database == "sqlite":
        yield databases.create_migrated_instance(folder / "instance")
        return
    with databases.open_postgresql_database(name=f"trainer_bench_{folder.name.rpartition('-')[2]}") as address:
        yield databases.create_migrated_instance(folder / "instance", address)

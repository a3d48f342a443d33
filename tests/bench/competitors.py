"""Competitors that do the same work, each in its own process; one works at a time, in rounds of shuffled order."""

import os
import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
Make = Callable[[int], bytes]
"""Makes the piece of work with a number, from nothing but what is prepared once."""


class Competitor:
    """A process that makes pieces of work; `module` has a function `prepare` that returns a Make."""

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        context = get_context("spawn")  # nothing is inherited: its memory is its own
        self.connection, other_end = context.Pipe()
        self.process = context.Process(target=execute_orders, args=(other_end, module), daemon=True)
        self.process.start()
        other_end.close()  # so that a process that died is noticed
        self.rates: list[float] = []

    def request(self, order: str, number: float = 0) -> Any:
        """Send an order and return the answer. Raises RuntimeError with the error of the process."""
        self.connection.send((order, number))
        answer = self.connection.recv()
        if isinstance(answer, Exception):
            raise RuntimeError(f"{self.name}: {answer!r}") from answer
        return answer

    @property
    def rate(self) -> float:
        """The median of the rounds, in pieces a second."""
        return median(self.rates)

    def stop(self) -> None:
        """End the process."""
        self.connection.send(("stop", 0))
        self.process.join(10)


@dataclass
class WorkerState:
    """The pieces that a process has made so far."""

    make: Make
    made: int = 0
    orders: dict[str, Callable[[float], Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.orders = {
            "work": self.work_for,
            "many": self.make_many,
            "sample": self.make_next,
            "memory": self.measure_memory,
        }

    def work_for(self, seconds: float) -> float:
        """Work for some seconds and return the pieces a second."""
        started, done = time.perf_counter(), 0
        while (spent := time.perf_counter() - started) < seconds:
            self.make_next()
            done += 1
        return done / spent

    def make_many(self, number: float) -> int:
        """Make a number of pieces and return the memory then held, in bytes."""
        for _piece in range(int(number)):
            self.make_next()
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE

    def make_next(self, _number: float = 0) -> bytes:
        """Make the next piece and return it."""
        self.made += 1
        return self.make(self.made)

    def measure_memory(self, _number: float) -> int:
        """Return the most memory ever held, in bytes."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def execute_orders(connection: Connection, module: str) -> None:
    """Execute orders until told to stop."""
    state: WorkerState | None = None
    while True:
        try:
            order, number = connection.recv()
        except EOFError:  # the other process has ended
            return
        if order == "stop":
            return
        try:
            state = state or WorkerState(import_module(module).prepare())
            connection.send(state.orders[order](number))
        except Exception as error:  # whatever a competitor's library raises is told at the other end
            connection.send(RuntimeError(repr(error)))


def run_rounds(competitors: Sequence[Competitor], rounds: int, seconds: float) -> None:
    """Run each competitor for some seconds in each round, in shuffled order; the first piece of each is not counted."""
    for each in competitors:
        each.request("sample")
    generator = random.Random(7)
    for _round in range(rounds):
        for each in generator.sample(list(competitors), len(competitors)):
            each.rates.append(each.request("work", seconds))


def compute_speed_ratio(ours: Competitor, other: Competitor) -> float:
    """Return how many times as fast ours is: the median of the ratios of the rounds."""
    return median(own / other_rate for own, other_rate in zip(ours.rates, other.rates, strict=True))

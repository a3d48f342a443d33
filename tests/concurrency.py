"""Run actions at the same moment in threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def run_concurrently(*actions: Callable[[], Result]) -> list[Result]:
    """Start all actions at the same moment and return their results in order. An exception in an action is raised here."""
    start = Barrier(len(actions), timeout=30)

    def run(action: Callable[[], Result]) -> Result:
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        futures = [threads.submit(run, action) for action in actions]
        return [future.result() for future in futures]

"""Things that several people do at the same moment, in threads of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def run_concurrently(*actions: Callable[[], Result]) -> list[Result]:
    """Start every action at the same moment and give what each came to; an exception in one is raised here."""
    start = Barrier(len(actions), timeout=30)

    def run(action: Callable[[], Result]) -> Result:
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        running = [threads.submit(run, each) for each in actions]
        return [each.result() for each in running]

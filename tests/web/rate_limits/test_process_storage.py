"""Rate limit storage: exact under concurrency, and cleaned of ended windows."""

from datetime import datetime, timedelta

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.concurrency import run_concurrently
from tests.factories import NOON
from trainer.web.rate_limits import process_storage
from trainer.web.rate_limits.process_storage import ProcessRateLimitStorage


def test_many_at_once_are_all_counted() -> None:
    storage = ProcessRateLimitStorage()
    counts = run_concurrently(*[lambda: max(storage.incr("a", 60) for _each in range(200)) for _thread in range(8)])
    assert storage.get("a") == max(counts) == 1600


def test_a_window_begins_with_the_first_and_is_forgotten_when_it_is_over(clock: time_machine.Traveller) -> None:
    storage = ProcessRateLimitStorage()
    assert [storage.incr("a", 60) for _each in range(3)] == [1, 2, 3]
    assert storage.get_expiry("a") == NOON.timestamp() + 60
    clock.move_to(NOON + timedelta(seconds=59.9), tick=False)
    assert storage.get("a") == 3
    clock.move_to(NOON + timedelta(seconds=60), tick=False)
    assert (storage.get("a"), storage.incr("a", 60)) == (0, 1)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), max_size=60))
def test_it_counts_as_a_simple_model_does(steps: list[tuple[str, int]]) -> None:
    storage, moment = ProcessRateLimitStorage(), NOON
    model: dict[str, tuple[int, datetime]] = {}
    for key, seconds in steps:
        moment += timedelta(seconds=seconds)
        with time_machine.travel(moment, tick=False):
            count, ends = model.get(key, (0, NOON))
            model[key] = (count + 1, ends) if ends > moment else (1, moment + timedelta(seconds=60))
            assert storage.incr(key, 60) == model[key][0]


def test_memory_stays_small_when_everybody_comes_once(clock: time_machine.Traveller) -> None:
    storage = ProcessRateLimitStorage()
    for number in range(3 * process_storage.MIN_KEYS_BEFORE_CLEANUP):
        if number % 1000 == 0:
            clock.shift(timedelta(seconds=20))
        storage.incr(str(number), 60)
    assert len(storage.windows) <= process_storage.MIN_KEYS_BEFORE_CLEANUP + 1000


def test_all_keys_and_single_keys_can_be_removed() -> None:
    storage = ProcessRateLimitStorage("process://")
    storage.incr("a", 60)
    storage.incr("b", 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b"), storage.check()) == (0, 1, True)
    assert (storage.reset(), storage.get("b")) == (1, 0)

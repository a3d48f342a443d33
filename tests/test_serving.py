"""Serving: the threads that answer requests stay on one core, and nothing else is bound to it."""

import os
import threading

import pytest

from trainer.serving import pin_to_one_core


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let us choose")
def test_whoever_serves_and_the_threads_begun_after_are_on_one_core_and_others_are_not() -> None:
    before, seen = os.sched_getaffinity(0), []

    def serving() -> None:
        pin_to_one_core()
        helper = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        helper.start()
        helper.join()
        seen.append(os.sched_getaffinity(0))

    server = threading.Thread(target=serving)
    server.start()
    server.join()
    [one], [same] = seen

    assert one == same
    assert one in before
    assert os.sched_getaffinity(0) == before


def test_where_the_system_refuses_it_serves_on_several_cores_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(_who: int, _cores: set[int]) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refused, raising=False)
    pin_to_one_core()

    assert "several cores" in caplog.text

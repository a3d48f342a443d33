"""Serving: the threads that answer requests stay on one core, and nothing else is bound to it."""

import os
import platform
import subprocess
import sys
import threading

import pytest

from trainer.serving import server
from trainer.serving.server import pin_to_core


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let us choose")
def test_whoever_serves_and_the_threads_begun_after_are_on_one_core_and_others_are_not() -> None:
    before, seen = os.sched_getaffinity(0), []

    def serving() -> None:
        pin_to_core()
        helper = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        helper.start()
        helper.join()
        seen.append(os.sched_getaffinity(0))

    thread = threading.Thread(target=serving)
    thread.start()
    thread.join()
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
    pin_to_core()

    assert "several cores" in caplog.text


MEASURE_FREED_MEMORY = """
import platform
import subprocess
import sys
import runpy, sys, threading
from pathlib import Path
runpy.run_path(sys.argv[1])["return_large_blocks"]()
def measure():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024
before = measure()
def use():
    [bytearray(16 * 2**20) for _block in range(6)]
for _each in range(4):
    thread = threading.Thread(target=use); thread.start(); thread.join()
print(measure() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library decides for itself")
def test_memory_for_pictures_goes_back_to_the_system() -> None:
    command = [sys.executable, "-c", MEASURE_FREED_MEMORY, server.__file__]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 40  # of 96 MB

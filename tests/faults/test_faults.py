"""Small faults: what was acknowledged is there once after a server process was killed, and after the disk was full."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from tests.faults.disks import fill_disk
from tests.faults.outcome import FaultOutcome
from tests.faults.servers import kill_servers
from tests.faults.stage import Stage, prepare_stage
from tests.faults.uploads import cut_storage_while_uploading, fill_disk_while_uploading, kill_while_uploading

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("play", [kill_servers, fill_disk])
def test_nothing_acknowledged_is_lost_or_doubled(play: Callable[[Stage], FaultOutcome]) -> None:
    with prepare_stage("sqlite", people=400) as stage:
        outcome = play(stage)
    assert outcome.is_good, outcome


@pytest.mark.parametrize(
    "play",
    [
        partial(kill_while_uploading, files=24, kills=3),
        partial(fill_disk_while_uploading, files=80, times=1),
        partial(cut_storage_while_uploading, files=80, cuts=1),
    ],
    ids=["killed", "disk full", "storage cut"],
)
def test_no_file_that_was_acknowledged_is_lost_or_doubled(play: Callable[[Stage], FaultOutcome]) -> None:
    with prepare_stage("sqlite", people=4) as stage:
        outcome = play(stage)
    assert outcome.is_good, outcome


GOOD = FaultOutcome(sent=10, acknowledged=10, lost=0, doubled=0, errors=3, faults=2, p50=1.0, p99=2.0)


def test_an_outcome_is_good_only_if_there_were_faults_and_all_is_there_once() -> None:
    assert GOOD.is_good
    for bad in (
        replace(GOOD, lost=1),
        replace(GOOD, doubled=1),
        replace(GOOD, acknowledged=9),
        replace(GOOD, faults=0),
        replace(GOOD, sent=0, acknowledged=0),
    ):
        assert not bad.is_good

"""Who accepts the next connection: not a process that has more than another one which is there."""

import time

import pytest

from trainer.serving.balance import MARGIN, SILENCE_SECONDS, Balance, create_shared_file, forget_process


def test_a_process_leaves_connections_to_one_that_has_fewer() -> None:
    with create_shared_file() as file:
        first, second = Balance(file.fileno(), 0), Balance(file.fileno(), 1)
        assert first.may_accept(5), "it is alone"
        assert second.may_accept(0)
        assert not first.may_accept(5)
        assert first.may_accept(MARGIN - 1), "the difference is small"
        assert second.may_accept(4 - MARGIN)


def test_a_process_that_has_ended_or_is_silent_keeps_nobody_from_accepting(monkeypatch: pytest.MonkeyPatch) -> None:
    with create_shared_file() as file:
        first, second = Balance(file.fileno(), 0), Balance(file.fileno(), 1)
        second.may_accept(0)
        assert not first.may_accept(9)
        forget_process(file, 1)
        assert first.may_accept(9)

        second.may_accept(0)
        assert not first.may_accept(9)
        later = time.monotonic() + SILENCE_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        assert first.may_accept(9)

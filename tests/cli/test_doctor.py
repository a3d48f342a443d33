"""`trainer doctor`: what it says about processes, rate limits and connections."""

import pytest

from tests.cli.command import Command
from trainer.extensions import limiter


def test_the_doctor_says_how_many_processes_answer_and_whether_they_count_together(trainer: Command) -> None:
    assert "WORKERS = 0 (1 on this machine)  [default]" in trainer("doctor", DATABASE_URL="").output
    assert "WORKERS = 2  [environment]" in trainer("doctor", WORKERS="2").output

    apart = trainer("doctor", WORKERS="2", RATELIMIT_STORAGE="process://")
    assert (apart.exit_code, "each of 2 processes counts for itself" in apart.output) == (1, True), apart.output
    assert trainer("doctor", WORKERS="2").exit_code == 0


def test_the_doctor_names_a_storage_of_rate_limits_that_does_not_answer_and_prints_no_password(
    trainer: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    for attribute in ("_storage", "_limiter"):  # which the new application replaces
        monkeypatch.setattr(limiter, attribute, getattr(limiter, attribute))
    result = trainer("doctor", RATELIMIT_STORAGE="redis://:geheim@127.0.0.1:1/0")
    assert result.exit_code == 1
    assert "! The storage of the rate limits (RATELIMIT_STORAGE) does not answer" in result.output
    assert "geheim" not in result.output


@pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)
def test_the_doctor_warns_of_more_connections_than_postgresql_accepts(trainer: Command) -> None:
    result = trainer("doctor", WORKERS="64", THREADS="64")
    assert (result.exit_code, "lower WORKERS or THREADS" in result.output) == (1, True), result.output

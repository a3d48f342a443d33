"""Rate limits that processes share: exact in the database and in Redis, in this process while neither answers, without personal data."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import settings as configure
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from tests.browser.server import find_free_port
from tests.concurrency import run_concurrently
from tests.factories import NOON
from tests.fake_smtp import BackgroundWorker
from tests.redis_server import REDIS, RedisServer, run_redis_server
from trainer.settings import Settings
from trainer.web.rate_limits import shared_storage
from trainer.web.rate_limits.database_storage import FILE_SUFFIX
from trainer.web.rate_limits.shared_storage import FallbackRateLimitStorage

IN_DATABASE = "shared+database://"


def count(app: Flask, storage: FallbackRateLimitStorage, key: str = "a", times: int = 1) -> int:
    """Count so many requests and return the last count."""
    with app.app_context():
        return [storage.incr(key, 60) for _each in range(times)][-1]


def test_processes_count_together_in_the_database(app: Flask) -> None:
    servers = [FallbackRateLimitStorage(IN_DATABASE) for _server in range(2)]
    highest = run_concurrently(*[lambda server=server: count(app, server, "a", 40) for server in servers * 2])
    assert max(highest) == 160
    with app.app_context():
        assert servers[0].get("a") == servers[1].get("a") == 160
        servers[0].clear("a")
        assert servers[1].get("a") == 0


def test_a_window_in_the_database_ends(app: Flask, clock: time_machine.Traveller) -> None:
    storage = FallbackRateLimitStorage(IN_DATABASE)
    assert count(app, storage, times=3) == 3
    with app.app_context():
        assert storage.get_expiry("a") == NOON.timestamp() + 60
        clock.move_to(NOON + timedelta(seconds=59.9), tick=False)
        assert storage.get("a") == 3
        clock.move_to(NOON + timedelta(seconds=60), tick=False)
        assert (storage.get("a"), storage.incr("a", 60)) == (0, 1)


@configure(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), max_size=20))
def test_the_database_counts_as_a_simple_model_does(app: Flask, steps: list[tuple[str, int]]) -> None:
    storage, moment = FallbackRateLimitStorage(IN_DATABASE), NOON
    model: dict[str, tuple[int, datetime]] = {}
    with app.app_context():
        storage.reset()
        for key, seconds in steps:
            moment += timedelta(seconds=seconds)
            with time_machine.travel(moment, tick=False):
                number, ends = model.get(key, (0, NOON))
                model[key] = (number + 1, ends) if ends > moment else (1, moment + timedelta(seconds=60))
                assert storage.incr(key, 60) == model[key][0]


def test_stored_counters_tell_no_address_or_phone_and_go_when_they_have_ended(
    app: Flask, worker: BackgroundWorker, clock: time_machine.Traveller
) -> None:
    count(app, FallbackRateLimitStorage(IN_DATABASE), "LIMITER/+77011234567/192.0.2.1/20/1/hour" * 20)
    original: Settings = app.extensions["settings"]
    url = f"{original.sqlalchemy_url}{FILE_SUFFIX}" if original.uses_sqlite else original.sqlalchemy_url
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        [key] = connection.scalars(text("SELECT key FROM rate_limit_window"))
        assert re.fullmatch("LIMITER/[0-9a-f]{32}", key)
        clock.shift(timedelta(seconds=30))
        worker.run_jobs("ended rate limits")
        assert connection.scalar(text("SELECT count(*) FROM rate_limit_window")) == 1
        clock.shift(timedelta(seconds=31))
        worker.run_jobs("ended rate limits")
        assert connection.scalar(text("SELECT count(*) FROM rate_limit_window")) == 0
    engine.dispose()


def test_whoever_looks_does_not_wait_for_a_writer_to_be_counted(app: Flask) -> None:
    original: Settings = app.extensions["settings"]
    engine = create_engine(original.sqlalchemy_url)
    with engine.connect() as writer:
        writer.execute(text("UPDATE project SET id = id" if not original.uses_sqlite else "BEGIN IMMEDIATE"))
        assert count(app, FallbackRateLimitStorage(IN_DATABASE), "looks", 2) == 2
    engine.dispose()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """Yield a Redis server."""
    if REDIS is None:
        pytest.skip("there is no Redis on this machine")
    with run_redis_server(find_free_port(), tmp_path) as server:
        yield server


@pytest.mark.one_database
def test_servers_count_together_in_redis(app: Flask, redis: RedisServer) -> None:
    servers = [FallbackRateLimitStorage(f"shared+{redis.address}") for _server in range(2)]
    assert [count(app, server) for server in servers * 2] == [1, 2, 3, 4]
    with app.app_context():
        assert servers[0].reset() == 1
        assert servers[1].get("a") == 0
        assert servers[1].check()


@pytest.mark.one_database
def test_without_redis_each_process_counts_and_the_log_says_so_once_until_redis_is_back(
    app: Flask, redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = [FallbackRateLimitStorage(f"shared+{redis.address}") for _server in range(2)]
    assert [count(app, server) for server in servers] == [1, 2]

    redis.stop()
    assert [count(app, servers[0]) for _each in range(5)] == [1, 2, 3, 4, 5], "limited in memory"
    monkeypatch.setattr(shared_storage, "RETRY_SECONDS", 0.0)
    assert count(app, servers[0]) == 6  # tried again, in vain
    assert count(app, servers[1]) == 1
    assert caplog.text.count("does not answer") == 2, "once for each server"
    assert not servers[0].check()

    servers[0].retry_at = servers[1].retry_at = 0.0
    redis.start()
    assert [count(app, server) for server in servers * 2] == [1, 2, 3, 4]
    assert caplog.text.count("answers again") == 2


@pytest.mark.one_database
def test_a_restart_of_redis_is_not_noticed(app: Flask, redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    storage = FallbackRateLimitStorage(f"shared+{redis.address}")
    assert count(app, storage) == 1
    redis.stop()
    redis.start()
    assert count(app, storage) == 1
    assert caplog.text == ""


def test_a_database_that_fails_stops_no_request(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    storage = FallbackRateLimitStorage(IN_DATABASE)
    original: Settings = app.extensions["settings"]
    assert count(app, storage) == 1
    url = f"{original.sqlalchemy_url}{FILE_SUFFIX}" if original.uses_sqlite else original.sqlalchemy_url
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE rate_limit_window RENAME TO away"))
    try:
        assert [count(app, storage) for _each in range(3)] == [1, 2, 3]
        assert caplog.text.count("does not answer") == 1
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO rate_limit_window"))
        engine.dispose()


def test_one_process_counts_in_memory_and_several_in_the_database(settings: Settings) -> None:
    assert replace(settings, workers=1).ratelimit_url == "process://"
    assert replace(settings, workers=2).ratelimit_url == IN_DATABASE
    assert replace(settings, workers=1, ratelimit_storage="database://").ratelimit_url == IN_DATABASE
    assert replace(settings, ratelimit_storage="redis://127.0.0.1/0").ratelimit_url == "shared+redis://127.0.0.1/0"

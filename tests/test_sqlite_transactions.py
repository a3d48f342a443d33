"""Writers of SQLite queue, threads and processes alike; who only looks waits for nobody."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.visitor import Visitor
from trainer import build_jobs, sqlite_transactions
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.sqlite_transactions import FairLock, configure_sqlite_connections, configure_sqlite_transactions, read_only
from trainer.tasks import run_jobs_once

THREADS, TURNS = 8, 25
COUNT_IN_PROCESS = """
import sys
from tests.test_sqlite_transactions import count_up, open_engine
count_up(open_engine(sys.argv[1]))
"""


def open_engine(path: str | Path) -> Engine:
    """Return an engine for a database, configured as the application's."""
    engine = create_engine(f"sqlite:///{path}", pool_size=THREADS)
    configure_sqlite_connections(engine)
    configure_sqlite_transactions(engine)
    return engine


def count_up(engine: Engine) -> None:
    """Start several threads at once, which add 1 many times, each time reading first and writing later."""
    start = Barrier(THREADS)

    def add(_number: int) -> None:
        start.wait()
        for _turn in range(TURNS):
            with Session(engine) as session:
                total = session.scalar(text("SELECT total FROM counter"))
                session.execute(text("UPDATE counter SET total = :total"), {"total": (total or 0) + 1})
                session.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(add, range(THREADS)))
    engine.dispose()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Engine]:
    """Yield an engine for a database with a counter that is 0."""
    engine = open_engine(tmp_path / "counter.db")
    with Session(engine) as session:
        session.execute(text("CREATE TABLE counter (total INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
        session.commit()
    yield engine
    engine.dispose()


def read_total(engine: Engine) -> int:
    """Return what the counter says."""
    with Session(engine) as session, read_only(session):
        return int(session.scalar(text("SELECT total FROM counter")) or 0)


@contextmanager
def hold_write_lock(path: Path) -> Iterator[None]:
    """Hold the write lock of a database, as a program does that knows nothing of the queue."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


@pytest.mark.slow
def test_nothing_that_threads_of_several_processes_add_is_lost(counter: Engine) -> None:
    command = [sys.executable, "-c", COUNT_IN_PROCESS, str(counter.url.database)]
    processes = [subprocess.Popen(command) for _process in range(2)]
    count_up(counter)
    assert [process.wait(120) for process in processes] == [0, 0]
    assert read_total(counter) == 3 * THREADS * TURNS


def test_after_an_error_the_next_writer_has_its_turn(counter: Engine) -> None:
    for _time in range(3):
        with pytest.raises(OperationalError), Session(counter) as session:
            session.execute(text("UPDATE nothing SET total = 1"))
    count_up(counter)
    assert read_total(counter) == THREADS * TURNS


def test_who_only_reads_does_not_wait_for_who_writes(counter: Engine) -> None:
    with Session(counter) as writer:
        writer.execute(text("UPDATE counter SET total = 5"))
        assert read_total(counter) == 0
        writer.commit()
    assert read_total(counter) == 5


def test_a_writer_whose_turn_never_comes_gets_the_error_of_a_busy_database(
    counter: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(counter) as first, Session(counter) as second, monkeypatch.context() as patch:
        first.execute(text("UPDATE counter SET total = 5"))
        patch.setattr(sqlite_transactions, "PATIENCE_SECONDS", 0.05)
        with pytest.raises(OperationalError, match="locked"):
            second.execute(text("UPDATE counter SET total = 6"))
        first.commit()
    count_up(counter)
    assert read_total(counter) == 5 + THREADS * TURNS


def test_what_was_not_committed_is_gone_after_reading(counter: Engine) -> None:
    with Session(counter) as session:
        session.execute(text("UPDATE counter SET total = 7"))
        with read_only(session):
            assert session.scalar(text("SELECT total FROM counter")) == 0
        session.execute(text("UPDATE counter SET total = total + 1"))
        session.commit()
    assert read_total(counter) == 1


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_jobs_that_find_nothing_to_do_never_lock(app: Flask, settings: Settings, seminar: Seminar) -> None:
    jobs = build_jobs(settings)
    assert run_jobs_once(app, jobs)  # some tidy up at first
    with hold_write_lock(settings.instance / "trainer.db"):
        assert [job.name for job in jobs if not run_jobs_once(app, [job], Event())] == []


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_pages_that_only_show_answer_while_somebody_writes(
    settings: Settings, organizer: Visitor, stranger: Visitor, seminar: Seminar
) -> None:
    with hold_write_lock(settings.instance / "trainer.db"):
        stranger.get(f"/s/{seminar.slug}/register")
        organizer.get(f"/desk/seminars/{seminar.id}")


def test_the_turn_passes_in_the_order_of_asking() -> None:
    lock, passed = FairLock(), list[int]()

    def write(number: int) -> None:
        assert lock.acquire(timeout=20)
        passed.append(number)
        lock.release()

    assert lock.acquire(timeout=0)
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(THREADS):
            pool.submit(write, number)
            while len(lock.waiting) <= number:
                sleep(0.001)
        lock.release()
        write(THREADS)  # whoever has just written asks again, behind those who wait
    assert passed == [*range(THREADS), THREADS]


def test_whoever_gives_up_waiting_leaves_the_queue() -> None:
    lock = FairLock()
    assert lock.acquire(timeout=0)
    assert not lock.acquire(timeout=0.01)
    assert not lock.waiting
    lock.release()
    assert lock.acquire(timeout=0)

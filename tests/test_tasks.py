"""The loop of the background worker: each job has its own session, a failing job stops no other, and all stop on request."""

import threading
import time
from datetime import datetime
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.tasks import Job, run_for_each, run_jobs, run_jobs_once, take_for


def test_a_job_that_fails_is_logged_and_stops_none(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def broken(_session: Session, _stop: Event) -> None:
        raise ValueError("why")

    jobs = [Job("broken", broken), Job("whole", lambda _session, _stop: done.append("whole"))]
    assert not run_jobs_once(app, jobs)
    assert run_jobs_once(app, jobs[1:])
    assert done == ["whole", "whole"]
    assert "'broken' failed" in caplog.text


def test_each_that_is_found_is_a_transaction_of_its_own(app: Flask, session: Session) -> None:
    def make(session: Session, name: str, _now: datetime) -> None:
        get_or_create_organizer(session, f"{name}@example.org")
        if name == "b":
            raise ValueError(name)

    assert not run_jobs_once(app, [Job("accounts", run_for_each(lambda _session, _now: "abc", make))])
    assert session.scalars(select(User.email).order_by(User.email)).all() == ["a@example.org", "c@example.org"]


def test_what_a_failed_job_began_is_undone(app: Flask, session: Session) -> None:
    def broken(session: Session, _stop: Event) -> None:
        get_or_create_organizer(session, "a@example.org")
        raise ValueError

    assert not run_jobs_once(app, [Job("broken", broken)])
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_the_loop_repeats_each_job_in_its_own_time_and_stops_promptly(app: Flask) -> None:
    stop = Event()
    often: list[int] = []
    seldom: list[int] = []

    def count(_session: Session, _stop: Event) -> None:
        often.append(1)
        if len(often) == 3:
            stop.set()

    jobs = [
        Job("often", count, interval_seconds=0),
        Job("seldom", lambda *_given: seldom.append(1), interval_seconds=60),
    ]
    begun = time.perf_counter()
    run_jobs(app, jobs, stop, pause_seconds=0.01)
    assert (len(often), len(seldom)) == (3, 1)
    waiting = Event()
    thread = threading.Thread(target=run_jobs, args=(app, [], waiting, 60.0))
    thread.start()
    waiting.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert time.perf_counter() - begun < 10


def test_a_job_that_follows_changes_rests_while_nothing_is_written(app: Flask, session: Session) -> None:
    stop = Event()
    runs: list[int] = []
    turns: list[int] = []

    def look(_session: Session, _stop: Event) -> None:
        runs.append(len(turns))

    def write_in_the_fifth_turn(_session: Session, _stop: Event) -> None:
        turns.append(1)
        if len(turns) == 5:
            get_or_create_organizer(session, "a@example.org")
            session.commit()
        if len(turns) == 9:
            stop.set()

    jobs = [
        Job("turns", write_in_the_fifth_turn, interval_seconds=0),
        Job("outdated", look, interval_seconds=0, only_after_changes=True),
    ]
    run_jobs(app, jobs, stop, pause_seconds=0.001)
    assert {1, 5} <= set(runs)
    if session.get_bind().dialect.name == "sqlite":  # PostgreSQL counts what is written to other databases too
        assert runs == [1, 5]


def test_a_run_takes_at_least_one_item_and_ends_in_time_or_when_asked_to() -> None:
    stop = Event()
    assert list(take_for([1, 2, 3], 60, stop)) == [1, 2, 3]
    assert list(take_for([1, 2, 3], 0, stop)) == [1], "the rest waits for the next run"
    stop.set()
    assert list(take_for([1, 2, 3], 60, stop)) == []

"""Periodic background jobs, run by a thread of the server or by `trainer jobs`. The database is the only queue."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import TypeVar

from flask import Flask
from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.clock import now
from trainer.extensions import db
from trainer.raw_queries import AUTOCOMMIT_BIND
from trainer.sqlite_transactions import read_only

log = logging.getLogger(__name__)
WorkItem = TypeVar("WorkItem")
JobFunction = Callable[[Session, Event], object]
PAUSE_SECONDS = 2.0  # between two checks for due jobs
IDLE_SECONDS = 60.0  # what depends on the time is then done, although nothing was written
NEXT_TRANSACTION_QUERY = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"


@dataclass(frozen=True)
class Job:
    """A named function that runs every `interval_seconds`, with a session of its own and an event that asks it to stop.

    With `only_after_changes` it runs only if something was written to the database since its last run, or IDLE_SECONDS have
    passed: for work that takes long although nothing is to be done.
    """

    name: str
    function: JobFunction
    interval_seconds: float = 5.0
    only_after_changes: bool = False


class ChangeDetector:
    """Detector of writes to the database by whatever process, at the price of one cheap query."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: Connection | None = None

    def read_state(self) -> int | None:
        """Return a number that is another one once something was written; None if the database can't be asked.

        SQLite counts for each connection what others have written, so the connection stays open. PostgreSQL gives each
        transaction that writes a number; this is the next one.
        """
        query = "PRAGMA data_version" if self.engine.dialect.name == "sqlite" else NEXT_TRANSACTION_QUERY
        try:
            self.connection = self.connection or self.engine.connect()
            return int(self.connection.exec_driver_sql(query).scalar_one())
        except DBAPIError:
            self.close()
            return None

    def close(self) -> None:
        """Return the connection to its pool."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def run_for_each(
    find_items: Callable[[Session, datetime], Iterable[WorkItem]],
    process_item: Callable[[Session, WorkItem, datetime], object],
) -> JobFunction:
    """Return a job function that processes every item that `find_items` returns, each in its own transaction.

    Looking for items holds no lock, so nobody waits for it. An item that fails is rolled back and does not stop the
    others; the first such error is raised at the end. A lost database connection (OperationalError) ends the run at once.
    """

    def process_items(session: Session, stop: Event) -> None:
        errors: list[Exception] = []
        with read_only(session):
            items = list(find_items(session, now()))
        for item in items:
            if stop.is_set():
                break
            try:
                process_item(session, item, now())
                session.commit()
            except OperationalError:  # the database is unavailable, so the other items would fail too
                raise
            except Exception as error:
                session.rollback()
                errors.append(error)
        if errors:
            raise errors[0]

    return process_items


def take_for(items: Iterable[WorkItem], seconds: float, stop: Event) -> Iterator[WorkItem]:
    """Yield items until the time is over or the event is set; at least one, so that a job gets on. The rest waits for the next run."""
    end = time.monotonic() + seconds
    for item in items:
        if stop.is_set():
            return
        yield item
        if time.monotonic() >= end:
            return


def delete_where(model: type[Base], build_condition: Callable[[datetime], ColumnElement[bool]]) -> JobFunction:
    """Return a job function that deletes the rows of a table that meet a condition. Without such rows it takes no lock."""

    def delete_rows(session: Session, _stop: Event) -> None:
        condition = build_condition(now())
        with read_only(session):
            is_needed = session.scalar(select(exists().where(condition)))
        if is_needed:
            session.execute(delete(model).where(condition))
            session.commit()

    return delete_rows


def run_jobs_once(app: Flask, jobs: Sequence[Job], stop: Event | None = None) -> bool:
    """Run every job once, in order, and return whether all succeeded. A failed job is logged and does not stop the rest."""
    results = [run_job(app, job, stop or Event()) for job in jobs]
    return all(results)


def run_job(app: Flask, job: Job, stop: Event) -> bool:
    """Run one job in its own application context and session; return False, and log the error, if it failed."""
    if stop.is_set():
        return True
    with app.app_context():
        try:
            db.session().info["actor"] = f"job:{job.name}"  # for the audit log, which stands above this layer
            job.function(db.session(), stop)
        except Exception:
            log.exception("The job %r failed; it will be tried again.", job.name)
            return False
        finally:
            db.session.remove()
    return True


def run_jobs(app: Flask, jobs: Sequence[Job], stop: Event, pause_seconds: float = PAUSE_SECONDS) -> None:
    """Run the jobs repeatedly, each at its own interval, until the event is set."""
    with app.app_context():
        changes = ChangeDetector(db.engines[AUTOCOMMIT_BIND])
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    idle_until = dict.fromkeys((job.name for job in jobs), 0.0)
    seen_states: dict[str, int | None] = {}
    while not stop.is_set():
        for job in jobs:
            moment = time.monotonic()
            if moment < due[job.name]:
                continue
            due[job.name] = moment + job.interval_seconds
            state = changes.read_state() if job.only_after_changes else None
            if state is None or state != seen_states.get(job.name) or moment >= idle_until[job.name]:
                seen_states[job.name], idle_until[job.name] = state, moment + IDLE_SECONDS
                run_job(app, job, stop)
        stop.wait(pause_seconds)
    changes.close()

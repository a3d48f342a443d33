"""Periodic background jobs, run by a thread of the server or by `trainer jobs`. The database is the only queue."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import TypeVar

from flask import Flask
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.clock import now
from trainer.extensions import db
from trainer.sqlite_transactions import read_only

log = logging.getLogger(__name__)
WorkItem = TypeVar("WorkItem")
JobFunction = Callable[[Session, Event], object]
PAUSE_SECONDS = 2.0  # between two checks for due jobs


@dataclass(frozen=True)
class Job:
    """A named function that runs every `interval_seconds`, with a session of its own and an event that asks it to stop."""

    name: str
    function: JobFunction
    interval_seconds: float = 5.0


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
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    while not stop.is_set():
        for job in jobs:
            if time.monotonic() >= due[job.name]:
                due[job.name] = time.monotonic() + job.interval_seconds
                run_job(app, job, stop)
        stop.wait(pause_seconds)

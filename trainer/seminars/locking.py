"""Locks a seminar while its seats or attendance are counted and changed."""

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from trainer.seminars.models import Seminar, SeminarSession


class StatusChanged(Exception):
    """The registration has changed its status in the meantime, so the requested action no longer applies."""


def lock_seminar(session: Session, seminar: Seminar) -> None:
    """Lock the seminar's row until the end of the transaction, so that only one transaction counts its seats.

    SQLite needs no row lock: its writing transactions run one after another.
    """
    session.execute(build_locking_query(), {"seminar_id": seminar.id})


@cache
def build_locking_query() -> Select[int]:
    """Build the query that locks the row of a seminar."""
    return select(Seminar.id).where(Seminar.id == bindparam("seminar_id")).with_for_update()


def lock_and_reload_seminar(session: Session, seminar: Seminar) -> None:
    """Lock the seminar's row, then read it and its sessions anew: somebody may have changed them before they were locked."""
    lock_seminar(session, seminar)
    session.refresh(seminar)
    sessions = select(SeminarSession).where(SeminarSession.seminar_id == seminar.id)
    session.scalars(sessions.execution_options(populate_existing=True)).all()

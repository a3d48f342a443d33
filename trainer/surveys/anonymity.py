"""Keeping the promise of an anonymous survey: when it closes, nothing that is left tells whose answers are whose.

While it is open, a slip and the tick that somebody has answered are written together, and a database remembers such things: in its log,
in the number of the transaction, in the place of a row. So closing takes all slips out of the box in random order, gives each a new key,
and writes the ticks anew, all in one transaction; then what the database remembers of before is overwritten.
"""

import random
import sqlite3
from contextlib import closing
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from trainer.base import Base
from trainer.surveys.catalogue import lock_survey
from trainer.surveys.models import AnonymousResponse, Ballot, Survey, SurveyParticipation

TABLES_TO_REWRITE = (SurveyParticipation, Ballot, AnonymousResponse)
"""In the order in which somebody who answers comes to them."""
LOCK_TIMEOUT_MS = 300
"""How long sealing waits for each table: less than a third of the second after which PostgreSQL looks for a deadlock, so that whoever
is answering meanwhile never loses to it."""
LOCK_ERROR_CODES = ("55P03", "40P01")  # PostgreSQL: lock_not_available, deadlock_detected


class DatabaseBusy(Exception):
    """Somebody is using what is to be written anew, or reading the database, so that its log can't be cut off; it is tried again."""


def close_survey(session: Session, survey: Survey, now: datetime) -> Survey:
    """Close a survey for good; what was answered without a name is shuffled. A survey that is closed stays as it is."""
    survey = lock_survey(session, survey)
    if survey.closed_at is None:
        survey.closed_at = now
        if survey.anonymous:
            shuffle_ballots(session, survey)
        session.flush()
    return survey


def shuffle_ballots(session: Session, survey: Survey) -> None:
    """Take the slips out of the box in random order, each with a key of its own, and write anew who has answered."""
    ballots = list(session.scalars(select(Ballot).where(Ballot.survey_id == survey.id)))
    random.SystemRandom().shuffle(ballots)
    for ballot in ballots:
        session.add(
            AnonymousResponse(
                survey_id=ballot.survey_id,
                version_id=ballot.version_id,
                answers=ballot.answers,
                on_paper=ballot.on_paper,
            )
        )
        session.flush()
    session.execute(delete(Ballot).where(Ballot.survey_id == survey.id))
    of_survey = SurveyParticipation.survey_id == survey.id
    registration_ids = sorted(session.scalars(select(SurveyParticipation.registration_id).where(of_survey)))
    session.execute(delete(SurveyParticipation).where(of_survey))
    if registration_ids:
        rows = [{"survey_id": survey.id, "registration_id": registration_id} for registration_id in registration_ids]
        session.execute(insert(SurveyParticipation), rows)


def list_surveys_to_close(session: Session, now: datetime) -> list[Survey]:
    """Find the surveys whose time is over."""
    statement = select(Survey).where(Survey.closed_at.is_(None), Survey.closes_at <= now)
    return list(session.scalars(statement.order_by(Survey.id)))


def list_surveys_to_seal(session: Session, _now: datetime) -> list[Survey]:
    """Find the anonymous surveys that are closed and of which the database may still remember too much."""
    statement = select(Survey).where(Survey.anonymous, Survey.closed_at.is_not(None), Survey.sealed_at.is_(None))
    return list(session.scalars(statement.order_by(Survey.id)))


def seal_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Overwrite what the database remembers of before the closing, then let the results be seen; commits what was done so far.

    Raises StillRead; then it is tried again by the worker.
    """
    bind = session.get_bind()
    session.commit()
    erase_write_history(bind.engine if isinstance(bind, Connection) else bind)
    survey.sealed_at = now
    session.flush()


def erase_write_history(engine: Engine) -> None:
    """Write anew what was rewritten, into fresh files, and cut off the log of a SQLite database. Raises StillRead."""
    if engine.dialect.name == "sqlite":
        compact_sqlite(engine)
    else:
        rewrite_postgres_tables(engine)


def compact_sqlite(engine: Engine) -> None:
    """Write a SQLite database into a fresh file and cut off its log. Raises StillRead."""
    with closing(engine.raw_connection()) as connection:  # neither can be done in a transaction
        cursor = connection.cursor()
        try:
            cursor.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise DatabaseBusy from error
            raise
        [busy, *_pages] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise DatabaseBusy


def rewrite_postgres_tables(engine: Engine) -> None:
    """Put the rows of all PostgreSQL tables that are to be rebuilt into fresh files; none may be in use. Raises StillRead."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
            table_names = ", ".join(table.__tablename__ for table in TABLES_TO_REWRITE)
            connection.exec_driver_sql(f"LOCK TABLE {table_names} IN ACCESS EXCLUSIVE MODE")
            for table in TABLES_TO_REWRITE:
                rewrite_postgres_table(connection, table)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in LOCK_ERROR_CODES:
            raise DatabaseBusy from error
        raise


def rewrite_postgres_table(connection: Connection, table: type[Base]) -> None:
    """Put the rows of a PostgreSQL table that is locked into a fresh file in random order, all by one transaction.

    VACUUM FULL would keep rows that were deleted while anybody still looks at an older state; TRUNCATE leaves none.
    """
    rows = [dict(row) for row in connection.execute(select(table.__table__)).mappings()]
    random.SystemRandom().shuffle(rows)
    connection.exec_driver_sql(f"TRUNCATE {table.__tablename__}")
    if rows:
        connection.execute(insert(table), rows)

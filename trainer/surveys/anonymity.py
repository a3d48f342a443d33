"""Closing and sealing of anonymous surveys, so that no stored trace links answers to people.

While a survey is open, a ballot and the participation of its respondent are written in one transaction, and a database
keeps such coincidences: in its write-ahead log, in transaction numbers, in the position of rows. Closing therefore moves all
ballots to responses in random order with new keys and rewrites the participations, in one transaction. Sealing then
overwrites what the database files and the log of SQLite still hold of the earlier state; `postgres_log` does so with the
log of PostgreSQL. Never writing the link was considered: encrypted ballots would need a key outside the database for as
long as a survey is open, and whoever restores a backup without it would have lost the answers.
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
"""In the order in which answering locks them, so that sealing and answering can't deadlock."""
LOCK_TIMEOUT_MS = 300
"""How long sealing waits for each table lock.

Below a third of the second after which PostgreSQL looks for deadlocks, so that a person who is answering never loses to it.
"""
LOCK_ERROR_CODES = ("55P03", "40P01")  # PostgreSQL: lock_not_available, deadlock_detected


class DatabaseBusy(Exception):
    """A table to be rewritten is in use, or a reader prevents truncating the SQLite log. Sealing must be retried."""


def close_survey(session: Session, survey: Survey, now: datetime) -> Survey:
    """Close a survey permanently, shuffle its ballots if it is anonymous, and return the locked survey.

    A survey that is already closed is returned unchanged.
    """
    survey = lock_survey(session, survey)
    if survey.closed_at is None:
        survey.closed_at = now
        if survey.anonymous:
            shuffle_ballots(session, survey)
        session.flush()
    return survey


def shuffle_ballots(session: Session, survey: Survey) -> None:
    """Move the ballots of a survey to responses in random order with new keys, and rewrite its participations."""
    ballots = list(session.scalars(select(Ballot).where(Ballot.survey_id == survey.id)))
    random.SystemRandom().shuffle(ballots)
    for ballot in ballots:
        session.add(
            AnonymousResponse(
                survey_id=ballot.survey_id,
                version_id=ballot.version_id,
                answers=ballot.answers,
                entered_by_organizer=ballot.entered_by_organizer,
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
    """Return the open surveys whose closing time has passed."""
    statement = select(Survey).where(Survey.closed_at.is_(None), Survey.closes_at <= now)
    return list(session.scalars(statement.order_by(Survey.id)))


def list_surveys_to_seal(session: Session, _now: datetime) -> list[Survey]:
    """Return the closed anonymous surveys that are not sealed yet."""
    statement = select(Survey).where(Survey.anonymous, Survey.closed_at.is_not(None), Survey.sealed_at.is_(None))
    return list(session.scalars(statement.order_by(Survey.id)))


def seal_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Commit, erase the write history of the database and mark the survey as sealed.

    Raises DatabaseBusy; the background job then tries again.
    """
    bind = session.get_bind()
    session.commit()
    erase_write_history(bind.engine if isinstance(bind, Connection) else bind)
    survey.sealed_at = now
    if session.get_bind().dialect.name == "sqlite":
        survey.log_erased_at = now
    session.flush()


def erase_write_history(engine: Engine) -> None:
    """Rewrite the affected tables into new files; on SQLite also truncate the log. Raises DatabaseBusy."""
    if engine.dialect.name == "sqlite":
        compact_sqlite(engine)
    else:
        rewrite_postgres_tables(engine)


def compact_sqlite(engine: Engine) -> None:
    """Rewrite a SQLite database with VACUUM and truncate its write-ahead log. Raises DatabaseBusy."""
    with closing(engine.raw_connection()) as connection:  # VACUUM and the checkpoint can't run in a transaction
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
    """Rewrite all tables of TABLES_TO_REWRITE in PostgreSQL, under exclusive locks. Raises DatabaseBusy."""
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
    """Rewrite the rows of a locked PostgreSQL table in random order, into a new file and in one transaction.

    TRUNCATE is used because VACUUM FULL keeps deleted rows while any older snapshot is in use.
    """
    rows = [dict(row) for row in connection.execute(select(table.__table__)).mappings()]
    random.SystemRandom().shuffle(rows)
    connection.exec_driver_sql(f"TRUNCATE {table.__tablename__}")
    if rows:
        connection.execute(insert(table), rows)

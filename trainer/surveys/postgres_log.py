"""The write-ahead log of PostgreSQL, which links answers to people until it is overwritten.

While an anonymous survey is open, the log holds the transaction in which a person answered, and the segment files of the
log are kept: after a checkpoint PostgreSQL renames an old segment to a future one, with its content. Overwriting takes as
many segment switches as there are segments, because a switch fills the rest of a segment with zeros. Measured on
PostgreSQL 15 and 16: a switch and a checkpoint alone leave every answer readable.

This needs two grants, and a server that keeps no segments for others. Beyond its reach are archives, replicas, backups and
disk images that were made before.
"""

from collections.abc import Sequence
from threading import Event

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.sqlite_transactions import read_only
from trainer.surveys.models import Survey

LOG_STATE = text("""
    SELECT quote_ident(current_user) AS role,
        has_function_privilege('pg_switch_wal()', 'EXECUTE') AS may_switch,
        current_setting('is_superuser') = 'on'
            OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_checkpoint' AND pg_has_role(oid, 'USAGE')) AS may_checkpoint,
        current_setting('server_version_num')::int >= 150000 AS has_checkpoint_role,
        current_setting('wal_keep_size') <> '0' AS keeps_segments,
        EXISTS (SELECT FROM pg_replication_slots) AS has_slots
""")
MOST_SEGMENTS = text("""
    SELECT greatest(pg_size_bytes(current_setting('max_wal_size')), pg_size_bytes(current_setting('min_wal_size')))
        / pg_size_bytes(current_setting('wal_segment_size')) + 1
""")
"""Without the right to list segments: PostgreSQL renames no more than these sizes allow (XLOGfileslop in xlog.c)."""


def list_log_obstacles(session: Session) -> list[str]:
    """Return what keeps this deployment from overwriting the log, in English, with the exact SQL; empty with SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    state = session.execute(LOG_STATE).one()
    obstacles = {
        f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {state.role};": not state.may_switch,
        f"GRANT pg_checkpoint TO {state.role};": not state.may_checkpoint and state.has_checkpoint_role,
        "PostgreSQL 15 or later, where the right to a checkpoint can be granted": not (
            state.may_checkpoint or state.has_checkpoint_role
        ),
        "ALTER SYSTEM SET wal_keep_size = 0; SELECT pg_reload_conf();": state.keeps_segments,
        "no replication slots, which keep segments (SELECT slot_name FROM pg_replication_slots;)": state.has_slots,
    }
    return [obstacle for obstacle, is_there in obstacles.items() if is_there]


def list_surveys_in_log(session: Session) -> Sequence[Survey]:
    """Return the sealed surveys whose answers the log may still link to people."""
    query = select(Survey).where(Survey.anonymous, Survey.sealed_at.is_not(None), Survey.log_erased_at.is_(None))
    return session.scalars(query.order_by(Survey.id)).all()


def erase_sealed_surveys_from_log(session: Session, _stop: Event) -> None:
    """Overwrite the log once for all surveys that were sealed since, if that is possible. A background job."""
    with read_only(session):
        surveys = list_surveys_in_log(session)
        if not surveys or list_log_obstacles(session):
            return
    bind = session.get_bind()
    erase_log(bind.engine if isinstance(bind, Connection) else bind)
    for survey in surveys:
        survey.log_erased_at = now()
    session.commit()


def erase_log(engine: Engine) -> None:
    """Overwrite every segment of the log that was written before, whether it still has its name or has been renamed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        switch_segment(connection)
        connection.exec_driver_sql("CHECKPOINT")  # renames or removes what lies before the switch
        for _segment in range(count_segments(connection)):
            switch_segment(connection)


def switch_segment(connection: Connection) -> None:
    """Fill the current segment with zeros and begin the next; a message goes first, because an empty one is not switched."""
    connection.execute(text("SELECT pg_logical_emit_message(false, 'trainer', 'overwriting the log')"))
    connection.execute(text("SELECT pg_switch_wal()"))


def count_segments(connection: Connection) -> int:
    """Return how many segments there are, or how many there can be at most where we may not list them."""
    if connection.scalar(text("SELECT has_function_privilege('pg_ls_waldir()', 'EXECUTE')")):
        return int(connection.scalar(text("SELECT count(*) FROM pg_ls_waldir()")) or 0)
    return int(connection.scalar(MOST_SEGMENTS) or 0)

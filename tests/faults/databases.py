"""Databases that cut connections, are locked by somebody else, or crash, under load."""

import os
import signal
import sqlite3
import time
from contextlib import closing

from psycopg import Connection, OperationalError, connect

from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.faults.traffic import send_traffic

TIMES, BETWEEN = 4, 25  # acknowledgements between two faults
LOCK_SECONDS = 1.5
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def cut_connections(stage: Stage) -> FaultOutcome:
    """Terminate all connections to PostgreSQL, several times; lock the file of SQLite for a while instead."""
    with stage.serve() as deployment, send_traffic(stage, deployment.port) as traffic:
        for _time in range(TIMES):
            if stage.uses_sqlite:
                hold_write_lock(stage)
            else:
                with connect(stage.database_url, autocommit=True) as connection:
                    connection.execute(CUT)
            traffic.wait_for(BETWEEN)
    return traffic.compare_with_database(TIMES, " locked by another program" if stage.uses_sqlite else "")


def hold_write_lock(stage: Stage) -> None:
    """Hold the write lock of SQLite as another program does, which does not queue."""
    with closing(sqlite3.connect(stage.folder / "trainer.db", timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(LOCK_SECONDS)
        connection.execute("ROLLBACK")


def crash_database(stage: Stage) -> FaultOutcome:
    """Kill a process of PostgreSQL with SIGKILL: the server ends all others and recovers from its log."""
    with stage.serve() as deployment, send_traffic(stage, deployment.port) as traffic:
        for _time in range(2):
            with closing(connect_patiently(stage.database_url)) as connection:
                os.kill(connection.info.backend_pid, signal.SIGKILL)
            traffic.wait_for(BETWEEN)
    return traffic.compare_with_database(2)


def connect_patiently(url: str) -> Connection:
    """Return a connection to a server that may be starting."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return connect(url, autocommit=True)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

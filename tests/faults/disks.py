"""A full disk under load. A limit on the size of files takes its part: writing beyond it fails, and reading goes on."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.databases import connect_patiently
from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.faults.traffic import send_traffic
from tests.serving.deployment import Deployment
from tests.serving.processes import list_children

FULL_SECONDS, TIMES, BETWEEN = 2.0, 2, 30
LIMIT_SQLITE = 1_000
LIMIT_POSTGRESQL = 2**20
"""In bytes: that of a log segment of the server, which it writes on, while tables that are larger can't grow."""
BALLAST = (
    "INSERT INTO attendance_mark (id, registration_id, session_id, status, decides, made_at, skew, received_at, source) "
    "SELECT gen_random_uuid(), registration_id, session_id, 'present', false, now(), 0, now(), 'tap' FROM "
    "(SELECT id AS registration_id FROM registration) people, "
    "(SELECT min(id) AS session_id FROM seminar_session) sessions, generate_series(1, 3)"
)


def fill_disk(stage: Stage) -> FaultOutcome:
    """Take the space from the database for a while, several times."""
    if not stage.uses_sqlite:
        enlarge_ledger(stage)
    with stage.serve() as deployment, send_traffic(stage, deployment.port) as traffic:
        failed = 0
        for _time in range(TIMES):
            before = sum(client.errors for client in traffic.clients)
            with limit_file_sizes(stage, deployment):
                time.sleep(FULL_SECONDS)
            failed += sum(client.errors for client in traffic.clients) > before
            traffic.wait_for(BETWEEN)
    return traffic.compare_with_database(failed)


def enlarge_ledger(stage: Stage) -> None:
    """Add marks that are not of tablets until the ledger is larger than the limit."""
    with closing(connect_patiently(stage.database_url)) as connection:
        connection.execute(BALLAST)
        [size] = connection.execute("SELECT pg_relation_size('attendance_mark')").fetchone() or (0,)
    assert size > LIMIT_POSTGRESQL


@contextmanager
def limit_file_sizes(stage: Stage, deployment: Deployment) -> Iterator[None]:
    """Limit the size of the files that the database may write, and lift the limit again."""
    limit = LIMIT_SQLITE if stage.uses_sqlite else LIMIT_POSTGRESQL
    set_limit(list_writers(stage, deployment), limit)
    try:
        yield
    finally:
        set_limit(list_writers(stage, deployment), None)


def list_writers(stage: Stage, deployment: Deployment) -> list[int]:
    """Return the processes that write the database: the server's, or those of PostgreSQL, the first one first."""
    if stage.uses_sqlite:
        return [deployment.process.pid, *list_children(deployment.process.pid)]
    with closing(connect_patiently(stage.database_url)) as connection:
        [folder] = connection.execute("SHOW data_directory").fetchone() or ("",)
    server = int(Path(folder, "postmaster.pid").read_text().splitlines()[0])
    return [server, *list_children(server)]


def set_limit(processes: list[int], limit: int | None) -> None:
    """Limit the size of files that processes may write, None for no limit; those that they start inherit it."""
    for pid in processes:
        try:
            owner = Path(f"/proc/{pid}").stat()
            if owner.st_uid == os.geteuid():
                limit_process(pid, limit)
            else:
                limit_process_as(owner.st_uid, owner.st_gid, pid, limit)
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue


def limit_process(pid: int, limit: int | None) -> None:
    """Limit the size of files that a process may write."""
    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if limit is None else limit, hard))


def limit_process_as(user: int, group: int, pid: int, limit: int | None) -> None:
    """Limit a process of another user, as PostgreSQL is if it was started by root, by a process of that user."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(group, group, group)
            os.setresuid(user, user, user)
            limit_process(pid, limit)
        finally:
            os._exit(0)
    os.waitpid(child, 0)

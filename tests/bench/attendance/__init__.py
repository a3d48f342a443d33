"""Attendance: one mark beside an empty POST, 200 marks beside a bare executemany of the same rows, 5,000 marks in a row."""

import http.client
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from tests.bench.attendance.marking_data import MarkingData, fill_database
from tests.bench.attendance.server import MarkingServer
from tests.bench.figures import Figure, format_table
from tests.bench.verification import compute_median_ratio, open_instance
from trainer.attendance.models import AttendanceMark
from trainer.attendance.tablet.changes import CURSOR_OVERLAP
from trainer.clock import now
from trainer.settings import Settings

ROUNDS, ALONE, BATCHES, BATCH = 9, 40, 3, 200
QUEUED, PIECE = 5_000, 500
GOAL_ALONE, GOAL_BATCH = 3.0, 6.0  # times an empty POST, times a bare executemany


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of both databases."""
    rows = []
    for database in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory() as folder,
            open_instance(database, Path(folder, f"{database}-marks")) as copy,
        ):
            data = fill_database(copy.sqlalchemy_url)
            with MarkingServer(copy.database_url, copy.instance) as server:
                client = TabletClient(server.port, data)
                with open_bare_inserts(copy) as insert_rows:
                    seconds = measure_rounds(client, data, insert_rows)
                whole = send_queue(client, data)
        milliseconds = {name: f"{1000 * median(each):,.2f}" for name, each in seconds.items()}
        rows.append((database, *milliseconds.values(), f"{whole:.2f}"))
        yield Figure(
            f"attendance-{database}-alone",
            compute_median_ratio(seconds["alone"], seconds["empty"]),
            GOAL_ALONE,
            at_most=True,
        )
        yield Figure(
            f"attendance-{database}-batch",
            compute_median_ratio(seconds["batch"], seconds["bare"]),
            GOAL_BATCH,
            at_most=True,
        )
    heads = (
        "attendance",
        "empty POST ms",
        "1 bare ms",
        "1 mark ms",
        f"{BATCH} bare ms",
        f"{BATCH} marks ms",
        f"{QUEUED:,} marks s",
    )
    print(format_table(heads, rows))


class TabletClient:
    """A tablet that keeps one connection open."""

    def __init__(self, port: int, data: MarkingData) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {data.token}", "Content-Type": "application/json"}
        self.generator = random.Random(7)
        self.cursor: str | None = now().isoformat()

    def post(self, address: str, content: bytes) -> bytes:
        """Send content and return the response. Raises RuntimeError for any status but 200."""
        forwarded = {"X-Forwarded-For": f"192.0.{self.generator.randrange(8)}.{self.generator.randrange(250)}"}
        self.connection.request("POST", address, content, self.headers | forwarded)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:200]!r}")
        return body

    def send_to_empty_view(self, marks: list[dict[str, Any]]) -> None:
        """Send marks to the view that ignores them."""
        json.loads(self.post("/empty", self.build_body(marks)))

    def build_body(self, marks: list[dict[str, Any]]) -> bytes:
        """Return marks as the body of a sync request."""
        return json.dumps({"time": now().isoformat(), "waiting": 0, "cursor": self.cursor, "items": marks}).encode()

    def send_marks(self, marks: list[dict[str, Any]]) -> None:
        """Send marks. Raises RuntimeError if one is not stored."""
        body = json.loads(self.post("/api/v1/tablet/sync", self.build_body(marks)))
        self.cursor = body["cursor"]
        if {each["answer"] for each in body["answers"]} != {"stored"}:
            raise RuntimeError(str(body)[:300])


def measure_rounds(
    client: TabletClient, data: MarkingData, insert_rows: Callable[[list[dict[str, Any]]], None]
) -> dict[str, list[float]]:
    """Do each piece of work once in every round, in shuffled order, and return the seconds of each by its name."""
    sizes = {
        "empty": (1, ALONE),
        "row": (1, ALONE),
        "alone": (1, ALONE),
        "bare": (BATCH, BATCHES),
        "batch": (BATCH, BATCHES),
    }
    seconds: dict[str, list[float]] = {name: [] for name in sizes}
    generator = random.Random(7)
    for number in range(ROUNDS + 1):
        for name in generator.sample(list(sizes), len(sizes)):
            size, times = sizes[name]
            works = [[data.build_next_mark() for _each in range(size)] for _piece in range(times)]
            do = {"empty": client.send_to_empty_view, "row": insert_rows, "bare": insert_rows}.get(
                name, client.send_marks
            )
            rows = [[data.build_row(each) for each in marks] for marks in works] if do is insert_rows else works
            time.sleep(
                CURSOR_OVERLAP.total_seconds()
            )  # what was kept just before is looked at again: alone is after a while
            started = time.perf_counter()
            for each in rows:
                do(each)
            if number:  # what is loaded at first is not counted
                seconds[name].append((time.perf_counter() - started) / times)
    return seconds


def send_queue(client: TabletClient, data: MarkingData) -> float:
    """Send a long queue in batches, as a tablet does after a day offline, and return the seconds."""
    batches = [[data.build_next_mark() for _each in range(PIECE)] for _batch in range(QUEUED // PIECE)]
    started = time.perf_counter()
    for each in batches:
        client.send_marks(each)
    return time.perf_counter() - started


@contextmanager
def open_bare_inserts(copy: Settings) -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """Yield a function that inserts rows by the driver's executemany and commits, with the server's settings for the disk."""
    place: Any = AttendanceMark.__table__
    if copy.uses_sqlite:
        line: Any = sqlite3.connect(copy.instance / "trainer.db", isolation_level=None)
        for pragma in ("foreign_keys = ON", "busy_timeout = 20000", "synchronous = FULL"):
            line.execute(f"PRAGMA {pragma}")
        dialect: Any = sqlite.dialect(paramstyle="named")
    else:
        line = psycopg.connect(copy.sqlalchemy_url.replace("+psycopg", ""), autocommit=True)
        dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    text = str(insert(place).compile(dialect=dialect))
    cursor = line.cursor()

    def insert_rows(rows: list[dict[str, Any]]) -> None:
        cursor.execute("BEGIN")
        cursor.executemany(text, [convert_row(row) for row in rows] if copy.uses_sqlite else rows)
        cursor.execute("COMMIT")

    yield insert_rows
    line.close()


def convert_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the values that SQLite stores."""
    moments = {name: row[name].replace(tzinfo=None).isoformat(" ") for name in ("made_at", "received_at")}
    return {**row, "id": row["id"].hex, **moments}

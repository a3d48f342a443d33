"""Tablets that mark at once: each sends every mark in a request of its own, as it does while the network is there."""

import http.client
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests import databases
from tests.bench.attendance.marking_data import build_person_row, build_registration_row
from tests.factories import create_project, create_seminar
from tests.load.surveys import LoadResult, get_percentile, print_result, serve_instance
from trainer import create_app
from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import AttendanceMark
from trainer.attendance.tablet.devices import create_device, pair_device
from trainer.clock import now
from trainer.extensions import db
from trainer.people.models import Person
from trainer.registration.models import Registration

SYNC_ADDRESS = "/api/v1/tablet/sync"
ACCEPTED = ("stored", "known")


@dataclass(frozen=True)
class Hall:
    """What the tablets mark: the registrations and the sessions of a seminar, and the token of each tablet."""

    people: list[int]
    sessions: list[int]
    tokens: list[str]

    def divide_marks(self) -> list[list[dict[str, Any]]]:
        """Return the marks of each tablet: people of its own, in every session."""
        tablets = len(self.tokens)
        return [
            [build_mark(person, session) for session in self.sessions for person in self.people[number::tablets]]
            for number in range(tablets)
        ]


@dataclass
class Tablet:
    """A tablet that keeps a connection open and opens it again when it breaks."""

    port: int
    token: str
    cursor: str | None = None
    connection: http.client.HTTPConnection | None = None
    seconds: list[float] = field(default_factory=list)

    def sync(self, items: list[dict[str, Any]]) -> dict[str, str]:
        """Send items; return the answer to each by its id. Raises OSError and HTTPException without a good response."""
        body = {"time": now().isoformat(), "waiting": len(items), "cursor": self.cursor, "items": items}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        begun = time.perf_counter()
        try:
            self.connection.request("POST", SYNC_ADDRESS, json.dumps(body), headers)
            response = self.connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise http.client.HTTPException(f"status {response.status}")
            answer = json.loads(content)
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            raise
        self.seconds.append(time.perf_counter() - begun)
        self.cursor = answer["cursor"]
        return {item["id"]: item["answer"] for item in answer["answers"]}

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def build_mark(person: int, session: int) -> dict[str, Any]:
    """Return a mark as a tablet sends it."""
    at = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    own = {"kind": "mark", "id": str(generate_mark_id(now())), "person": person, "session": session}
    return {**own, "status": "present", "after": None, "at": at, "source": "tap"}


def load_databases(tablets: int = 20, people: int = 600) -> Iterator[LoadResult]:
    """Send marks from so many tablets about so many people on each database, and yield the outcomes."""
    with tempfile.TemporaryDirectory() as place:
        yield print_result(load_instance("sqlite", Path(place) / "copy", "", tablets, people))
    with tempfile.TemporaryDirectory() as place, databases.open_postgresql_database() as database:
        yield print_result(load_instance("postgresql", Path(place) / "copy", database, tablets, people))


def load_instance(name: str, place: Path, database: str, tablets: int, people: int) -> LoadResult:
    """Load one instance and return the outcome."""
    app = create_app(databases.create_migrated_instance(place, database))
    hall = create_hall(app, tablets, people)
    with serve_instance(place, database) as port:
        outcome = mark_at_once(app, name, port, hall)
    databases.close_connections(app)
    return outcome


def create_hall(app: Flask, tablets: int, people: int) -> Hall:
    """Create a seminar of today with so many people and tablets; anybody can still register for it."""
    with app.app_context():
        session = db.session()
        seminar = create_seminar(session, create_project(session), now() + timedelta(hours=1), capacity=100_000)
        rows = [build_person_row(number) for number in range(people)]
        person_ids = list(session.scalars(insert(Person).returning(Person.id), rows))
        registrations = [build_registration_row(seminar.id, person_id) for person_id in person_ids]
        registered = list(session.scalars(insert(Registration).returning(Registration.id), registrations))
        tokens = []
        for number in range(tablets):
            _device, code = create_device(session, f"Планшет {number + 1}", [seminar], now())
            session.flush()
            tokens.append(pair_device(session, code, now())[1])
        hall = Hall(registered, [each.id for each in seminar.sessions], tokens)
        session.commit()
        db.session.remove()
    databases.close_connections(app)
    return hall


def mark_at_once(app: Flask, name: str, port: int, hall: Hall) -> LoadResult:
    """Send the marks of all tablets at once; compare with the ledger."""
    tablets = [Tablet(port, token) for token in hall.tokens]
    with ThreadPoolExecutor(len(tablets)) as threads:
        answers = list(threads.map(send_marks_singly, tablets, hall.divide_marks()))
    for tablet in tablets:
        tablet.close()
    with app.app_context():
        outcome = compare_with_ledger(name, db.session(), answers, tablets)
        db.session.remove()
    return outcome


def send_marks_singly(tablet: Tablet, marks: list[dict[str, Any]]) -> dict[str, str]:
    """Send each mark in a request of its own; return the answer to each by its id, empty if there was none."""
    answers: dict[str, str] = {}
    for mark in marks:
        try:
            answers |= {mark["id"]: "", **tablet.sync([mark])}
        except (OSError, http.client.HTTPException, ValueError):
            answers[mark["id"]] = ""
    return answers


def compare_with_ledger(
    name: str, session: Session, answers: list[dict[str, str]], tablets: list[Tablet]
) -> LoadResult:
    """Return how many of the marks that were acknowledged are in the ledger, and how many people were marked twice."""
    stored, doubled = read_ledger(session)
    sent = [answer for own in answers for answer in own.items()]
    acknowledged = [mark_id for mark_id, answer in sent if answer in ACCEPTED]
    times = sorted(1000 * seconds for tablet in tablets for seconds in tablet.seconds)
    return LoadResult(
        database=name,
        sent=len(sent),
        acknowledged=len(acknowledged),
        lost=len(set(acknowledged) - stored),
        doubled=doubled,
        errors=len(sent) - len(acknowledged),
        p50=get_percentile(times, 50),
        p99=get_percentile(times, 99),
    )


def read_ledger(session: Session) -> tuple[set[str], int]:
    """Return the ids of all marks by tablets, and how many people have more than one mark in a session."""
    query = select(AttendanceMark.id, AttendanceMark.registration_id, AttendanceMark.session_id)
    rows = session.execute(query.where(AttendanceMark.device_id.is_not(None))).all()
    counts = Counter((row.registration_id, row.session_id) for row in rows)
    return {str(UUID(str(row.id))) for row in rows}, sum(count > 1 for count in counts.values())

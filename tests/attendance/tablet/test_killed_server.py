"""A server killed while tablets sync: acknowledged marks are stored, and none is stored twice."""

import http.client
import json
import threading
import time
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bench.attendance.server import MarkingServer
from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import AttendanceMark
from trainer.attendance.tablet.devices import create_device, pair_device
from trainer.clock import now
from trainer.seminars.models import Seminar
from trainer.settings import Settings

MARKS, PIECE, KILLS = 480, 12, 2


class QueueSender(threading.Thread):
    """A tablet that sends its queue batch by batch and drops only acknowledged items."""

    def __init__(self, port: int, token: str, queue: list[dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.queue = port, token, queue
        self.acknowledged: set[str] = set()
        self.is_disconnected = False

    def run(self) -> None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
                while self.queue:
                    self.send(connection, self.queue[:PIECE])
        except (OSError, http.client.HTTPException):
            self.is_disconnected = True

    def send(self, connection: http.client.HTTPConnection, batch: list[dict[str, Any]]) -> None:
        """Send a batch and remove it from the queue once it is acknowledged."""
        content = {"time": NOON.isoformat(), "waiting": len(self.queue), "cursor": now().isoformat(), "items": batch}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/tablet/sync", json.dumps(content), headers)
        response = connection.getresponse()
        answers = json.loads(response.read())["answers"]
        assert {answer["answer"] for answer in answers} <= {"stored", "known"}
        self.acknowledged |= {answer["id"] for answer in answers}
        self.queue = self.queue[len(batch) :]


@pytest.fixture
def queue(session: Session, past_seminar: Seminar) -> tuple[str, list[dict[str, Any]]]:
    """Return a tablet's token and a queue of marks, each after the previous one of the same person."""
    people = [register_person(session, past_seminar, details).id for details in (AIGUL, YERLAN, MARINA)]
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.flush()
    token = pair_device(session, code, NOON)[1]
    session.commit()
    last: dict[int, str] = {}
    items = []
    for number in range(MARKS):
        person, name = people[number % 3], str(generate_mark_id(now()))
        item = {"kind": "mark", "id": name, "person": person, "session": past_seminar.sessions[0].id, "source": "tap"}
        status = ("present", "late")[number // 3 % 2]
        items.append(item | {"status": status, "after": last.get(person), "at": NOON.isoformat()})
        last[person] = name
    return token, items


def wait_until(condition: Any) -> None:
    """Wait at most 30 seconds until the condition is true."""
    for _attempt in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the condition did not become true")


@pytest.mark.slow
def test_what_a_killed_server_has_acknowledged_is_there_once(
    settings: Settings, session: Session, queue: tuple[str, list[dict[str, Any]]]
) -> None:
    token, waiting = queue
    database = "" if settings.uses_sqlite else settings.database_url
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        with MarkingServer(database, settings.instance) as server:
            sender = QueueSender(server.port, token, waiting)
            sender.start()
            wait_until(lambda sender=sender, kill=kill: len(sender.acknowledged) >= PIECE * (3 + 5 * kill))
            server.process.kill()
            sender.join(60)
        assert sender.is_disconnected, "the server was killed while the tablet was sending"
        acknowledged |= sender.acknowledged
        waiting = sender.queue
        session.rollback()
        stored = [str(row_id) for row_id in session.scalars(select(AttendanceMark.id))]
        assert acknowledged <= set(stored)
        assert len(stored) == len(set(stored))
    with MarkingServer(database, settings.instance) as server:
        last = QueueSender(server.port, token, waiting)
        last.run()
    session.rollback()
    rows = session.execute(select(AttendanceMark.id, AttendanceMark.after, AttendanceMark.registration_id)).all()
    assert sorted(str(row.id) for row in rows) == sorted(item["id"] for item in queue[1])
    known = {UUID(item["id"]): item for item in queue[1]}
    assert all(str(row.after or "") == (known[row.id]["after"] or "") for row in rows)

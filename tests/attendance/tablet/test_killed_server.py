"""A server that is killed in the middle of syncing and started again: what it has acknowledged is there, nothing is there twice."""

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

MARKS, PIECE, KILLS = 1_200, 12, 3


class QueueSender(threading.Thread):
    """A tablet that sends its queue, batch by batch, and forgets only what was acknowledged."""

    def __init__(self, port: int, token: str, queue: list[dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.queue = port, token, queue
        self.acknowledged: set[str] = set()
        self.cut = False

    def run(self) -> None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
                while self.queue:
                    self.send(line, self.queue[:PIECE])
        except (OSError, http.client.HTTPException):
            self.cut = True

    def send(self, line: http.client.HTTPConnection, batch: list[dict[str, Any]]) -> None:
        """Send a batch; who gets no answer has sent nothing."""
        content = {"time": NOON.isoformat(), "waiting": len(self.queue), "cursor": now().isoformat(), "items": batch}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        line.request("POST", "/api/v1/tablet/sync", json.dumps(content), headers)
        answer = line.getresponse()
        told = json.loads(answer.read())["answers"]
        assert {item["answer"] for item in told} <= {"stored", "known"}
        self.acknowledged |= {item["id"] for item in told}
        self.queue = self.queue[len(batch) :]


@pytest.fixture
def queue(session: Session, past_seminar: Seminar) -> tuple[str, list[dict[str, Any]]]:
    """A paired tablet's token, and a long queue in which each mark follows the one before it of the same person."""
    people = [register_person(session, past_seminar, details).id for details in (AIGUL, YERLAN, MARINA)]
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.flush()
    token = pair_device(session, code, NOON)[1]
    session.commit()
    last: dict[int, str] = {}
    found = []
    for number in range(MARKS):
        person, name = people[number % 3], str(generate_mark_id(now()))
        item = {"kind": "mark", "id": name, "person": person, "session": past_seminar.sessions[0].id, "source": "tap"}
        status = ("present", "late")[number // 3 % 2]
        found.append(item | {"status": status, "after": last.get(person), "at": NOON.isoformat()})
        last[person] = name
    return token, found


def wait_until(condition: Any) -> None:
    """Wait until something is so."""
    for _attempt in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


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
        assert sender.cut, "the server was killed while the tablet was sending"
        acknowledged |= sender.acknowledged
        waiting = sender.queue
        session.rollback()
        kept = [str(row_id) for row_id in session.scalars(select(AttendanceMark.id))]
        assert acknowledged <= set(kept)
        assert len(kept) == len(set(kept))
    with MarkingServer(database, settings.instance) as server:
        last = QueueSender(server.port, token, waiting)
        last.run()
    session.rollback()
    rows = session.execute(select(AttendanceMark.id, AttendanceMark.after, AttendanceMark.registration_id)).all()
    assert sorted(str(row.id) for row in rows) == sorted(item["id"] for item in queue[1])
    known = {UUID(item["id"]): item for item in queue[1]}
    assert all(str(row.after or "") == (known[row.id]["after"] or "") for row in rows)

"""A tablet for tests: builds items, sends them, and reads the answers of the API."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import Device
from trainer.attendance.tablet.devices import create_device
from trainer.clock import now
from trainer.seminars.models import Seminar

API = "/api/v1/tablet"


def format_js_timestamp(moment: datetime) -> str:
    """Format a time as JavaScript does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Tablet:
    """A paired tablet whose clock may be wrong."""

    app: Flask
    session: Session
    device: int
    token: str
    clock_lag: timedelta = timedelta()
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def clock(self) -> datetime:
        """Return the time by the tablet's clock."""
        return now() - self.clock_lag

    def request(self, method: str, address: str, **more: Any) -> Any:
        """Send a request with the token, after committing the session of the test."""
        self.session.commit()
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.app.test_client().open(f"{API}{address}", method=method, headers=headers, **more)

    def roster(self) -> dict[str, Any]:
        """Fetch and return the roster."""
        answer = self.request("GET", "/roster")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def mark(self, person: int | str, place: int, status: str = "present", **more: Any) -> dict[str, Any]:
        """Return a mark item; `place` is a session id."""
        item = {
            "kind": "mark",
            "id": str(generate_mark_id(now())),
            "person": person,
            "session": place,
            "status": status,
            "after": None,
            "at": format_js_timestamp(self.clock),
            "source": "tap",
        }
        return item | more

    def walk_in(self, seminar: int, **more: Any) -> dict[str, Any]:
        """Return a walk-in item with the consent version of the roster."""
        version = next(
            other_seminar["consent"]["version"]
            for other_seminar in self.roster()["seminars"]
            if other_seminar["id"] == seminar
        )
        item = {
            "kind": "walk_in",
            "id": str(generate_mark_id(now())),
            "seminar": seminar,
            "surname": "Сәтбаева",
            "given_name": "Дина",
            "patronymic": "",
            "phone": "8 702 555 01 77",
            "workplace": "№ 3 емхана",
            "position": "мейіргер",
            "language": "kk",
            "consent": version,
            "photo": False,
            "at": format_js_timestamp(self.clock),
        }
        return item | more

    def signature(self, person: int | str, place: int, **more: Any) -> dict[str, Any]:
        """Return a signature item."""
        strokes = [[[10, 20], [500, 399], [1000, 0]], [[3, 4]]]
        item = {"kind": "signature", "id": str(generate_mark_id(now())), "person": person, "session": place}
        return {**item, "strokes": strokes, "at": format_js_timestamp(self.clock), **more}

    def send(self, *items: Any, status: int = 200, **more: Any) -> dict[str, Any]:
        """Send a batch and return the answer's JSON."""
        batch = {"time": format_js_timestamp(self.clock), "waiting": 0, "cursor": None, "items": list(items), **more}
        answer = self.request("POST", "/sync", json=batch)
        assert answer.status_code == status, answer.text
        return dict(answer.json)

    def send_and_list_outcomes(self, *items: Any, **more: Any) -> list[str]:
        """Send a batch and return "answer reason" for each item."""
        answers = self.send(*items, **more)["answers"]
        assert [answer.get("id") for answer in answers] == [
            item.get("id") if isinstance(item, dict) else None for item in items
        ]
        return [" ".join(filter(None, (answer["answer"], answer["reason"]))) for answer in answers]


def create_paired_tablet(app: Flask, session: Session, *seminars: Seminar, name: str = "Планшет 1") -> Tablet:
    """Create a tablet and pair it through the API."""
    device, code = create_device(session, name, seminars, now())
    session.commit()
    answer = app.test_client().post(f"{API}/pair", json={"code": code})
    assert answer.status_code == 200, answer.text
    content: Any = answer.json
    return Tablet(app, session, device.id, content["token"])


def get_device(session: Session, tablet: Tablet) -> Device:
    """Return the current row of a tablet."""
    session.commit()
    session.expire_all()
    return session.get_one(Device, tablet.device)

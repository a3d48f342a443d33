"""A seminar with many people on each database, a paired tablet, and the rows that its marks become."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, insert, text
from sqlalchemy.orm import Session

from tests.factories import NOON, create_project, create_seminar
from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import AttendanceMark
from trainer.attendance.tablet.devices import create_device, pair_device
from trainer.clock import now
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.registration.seats.tokens import generate_pass_code, generate_token

PEOPLE = 2_000


@dataclass
class MarkingData:
    """The people and sessions that a tablet may mark, and its token."""

    people: list[int]
    places: list[int]
    device: int
    token: str
    made: int = 0

    def build_next_mark(self) -> dict[str, Any]:
        """Return the next mark: person by person, then the next session."""
        self.made += 1
        person, place = self.people[self.made % PEOPLE], self.places[self.made // PEOPLE % len(self.places)]
        at = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found = {"kind": "mark", "id": str(generate_mark_id(now())), "person": person, "session": place}
        return {**found, "status": "present", "after": None, "at": at, "source": "tap"}

    def build_row(self, mark: dict[str, Any]) -> dict[str, Any]:
        """Return the row that a mark becomes."""
        return {
            "id": UUID(mark["id"]),
            "registration_id": mark["person"],
            "session_id": mark["session"],
            "status": mark["status"],
            "after": None,
            "decides": False,
            "made_at": now(),
            "skew": 0,
            "received_at": now(),
            "source": mark["source"],
            "user_id": None,
            "device_id": self.device,
        }


def fill_database(database: str, capacity: int = PEOPLE) -> MarkingData:
    """Fill an empty database."""
    engine = create_engine(database)
    with Session(engine) as session:
        seminar = create_seminar(session, create_project(session), now() + timedelta(hours=1), capacity=capacity)
        people = [build_person_row(number) for number in range(PEOPLE)]
        ids = list(session.scalars(insert(Person).returning(Person.id), people))
        rows = [build_registration_row(seminar.id, each) for each in ids]
        registered = list(session.scalars(insert(Registration).returning(Registration.id), rows))
        _device, code = create_device(session, "Планшет", [seminar], now())
        session.flush()
        device, token = pair_device(session, code, now())
        data = MarkingData(registered, [each.id for each in seminar.sessions], device.id, token)
        morning = [
            data.build_row(data.build_next_mark()) | {"received_at": now() - timedelta(hours=3)} for _person in people
        ]
        session.execute(insert(AttendanceMark), morning)
        if engine.dialect.name == "postgresql":
            session.execute(text("ANALYZE"))  # as it does by itself within a minute
        session.commit()
    engine.dispose()
    return data


def build_person_row(number: int) -> dict[str, Any]:
    """Return the values of a person."""
    name = {"surname": f"Сейітов{number}", "given_name": "Арман", "patronymic": "", "phone": f"+7701{number:07d}"}
    keys = {"sort_key": f"{number:09d}", "folded_name": f"сеиитов{number} арман", "search_text": f"сеиитов{number}"}
    rest = {"email": "", "language": "kk", "workplace": "Облыстық аурухана", "position": "", "certificate_name": ""}
    return {**name, **keys, **rest, "created_at": NOON}


def build_registration_row(seminar: int, number: int) -> dict[str, Any]:
    """Return the values of a registration."""
    secrets = {"token": generate_token(), "nonce": generate_token(), "pass_code": generate_pass_code()}
    where = {
        "seminar_id": seminar,
        "person_id": number,
        "status": "registered",
        "notified_status": "registered",
        "answers": {},
    }
    return {**secrets, **where, "created_at": NOON, "status_since": NOON}

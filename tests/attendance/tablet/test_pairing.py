"""Pairing of tablets by a code, their tokens, and requests without a valid token."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.marks import list_marks
from tests.attendance.tablet_client import API, Tablet, format_js_timestamp, get_device
from tests.factories import NOON
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus, Device
from trainer.attendance.tablet.devices import PAIRING_VALIDITY, create_device, hash_device_secret, revoke_device
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


def test_a_code_pairs_one_tablet_once(app: Flask, session: Session, past_seminar: Seminar) -> None:
    device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    client = app.test_client()
    first = client.post(f"{API}/pair", json={"code": code})
    answers: Any = first.json
    assert (first.status_code, len(answers["token"])) == (200, 43)
    assert answers["device"] == {"id": device.id, "name": "Планшет"}
    again = client.post(f"{API}/pair", json={"code": code})
    assert (again.status_code, again.json) == (410, {"error": "expired"})


def test_a_pairing_code_expires_after_ten_minutes(
    app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    clock.shift(PAIRING_VALIDITY)
    answer = app.test_client().post(f"{API}/pair", json={"code": code})
    assert (answer.status_code, answer.json) == (410, {"error": "expired"})


@pytest.mark.parametrize("sent", [{"code": "A" * 26}, {"code": ""}, {"code": "\x00Ә" * 9}])
def test_an_unknown_pairing_code_is_refused(app: Flask, past_seminar: Seminar, sent: dict[str, str]) -> None:
    answer = app.test_client().post(f"{API}/pair", json=sent)
    assert (answer.status_code, answer.json) == (404, {"error": "unknown"})


def test_neither_code_nor_token_is_stored_in_clear(app: Flask, session: Session, past_seminar: Seminar) -> None:
    _device, code = create_device(session, "Планшет", [past_seminar], NOON)
    session.commit()
    answers: Any = app.test_client().post(f"{API}/pair", json={"code": code}).json
    token = answers["token"]
    stored = list(session.execute(select(*Device.__table__.c)).one())
    assert not {code, token} & set(stored)
    assert {hash_device_secret(code), hash_device_secret(token)} <= set(stored)


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/roster"), ("POST", "/sync"), ("GET", "/time"), ("POST", "/read")]
)
def test_requests_without_a_valid_token_are_refused(tablet: Tablet, method: str, address: str) -> None:
    more: dict[str, Any] = {"json": {"time": format_js_timestamp(NOON), "items": []}} if address == "/sync" else {}
    for token in ("", "forged", "Ә" * 43):
        tablet.token = token
        answer = tablet.request(method, address, headers={"Authorization": f"Bearer {token}".encode()}, **more)
        assert (answer.status_code, answer.json) == (401, {"error": "unknown"})


def test_a_revoked_tablet_gets_an_error_and_its_items_are_not_stored(
    tablet: Tablet,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    revoke_device(get_device(session, tablet), NOON)
    clock.shift(timedelta(minutes=5))
    mark = tablet.mark(registrations[0].id, past_seminar.sessions[0].id)
    assert tablet.send(mark, status=401) == {"error": "revoked"}
    for method, address in (("GET", "/roster"), ("GET", "/time"), ("POST", "/read")):
        answer = tablet.request(method, address)
        assert (answer.status_code, answer.json) == (401, {"error": "revoked"})
    assert list_marks(session) == []
    assert get_device(session, tablet).seen_at == NOON + timedelta(minutes=5)


@pytest.mark.usefixtures("rate_limits")
def test_pairing_is_limited_for_each_code_and_syncing_hardly(tablet: Tablet, app: Flask) -> None:
    client = app.test_client()
    answers = [client.post(f"{API}/pair", json={"code": "A" * 26}).status_code for _try in range(11)]
    assert answers == [404] * 10 + [429]
    assert client.post(f"{API}/pair", json={"code": "B" * 26}).json == {"error": "unknown"}
    assert {tablet.request("GET", "/time").status_code for _try in range(100)} == {200}


def test_a_cookie_of_the_organizer_opens_nothing_here(organizer: Visitor, tablet: Tablet) -> None:
    assert organizer.client.get(f"{API}/roster").status_code == 401

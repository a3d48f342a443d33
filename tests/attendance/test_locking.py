"""Marks of different people are stored at the same time on PostgreSQL; nothing is missed, and what must wait, waits."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.factories import NOON
from trainer.attendance.locking import STAMP_RANGE, compute_stamp, subtract_oldest
from trainer.attendance.tablet.devices import admit_device
from trainer.attendance.tablet.sync import sync_batch
from trainer.clock import now
from trainer.extensions import db
from trainer.registration.models import Registration
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar

on_postgresql = pytest.mark.parametrize("deployment", ["postgresql"], indirect=True)
PATIENCE, DOUBT = 30, 0.7  # seconds: until something is taken to hang, and until it is taken to wait
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.fixture
def tablets(app: Flask, session: Session, past_seminar: Seminar, registrations: list[Registration]) -> list[Tablet]:
    """Return two paired tablets of the past seminar."""
    return [create_paired_tablet(app, session, past_seminar, name=f"Планшет {number}") for number in range(2)]


@pytest.fixture
def elsewhere() -> Iterator[Callable[..., Future[Any]]]:
    """Return a function that starts another one in a thread."""
    with ThreadPoolExecutor(2) as threads:
        yield threads.submit


@contextmanager
def open_batch(app: Flask, tablet: Tablet, *items: dict[str, Any]) -> Iterator[None]:
    """Store a batch of a tablet, and commit it when the block ends."""
    tablet.session.commit()
    with app.app_context(), db.engine.connect() as connection:
        permit = admit_device(connection, tablet.token, now(), is_shared=True)
        outcomes, _changes = sync_batch(connection, permit, items, now().isoformat(), 0, now())
        assert {outcome.answer for outcome in outcomes} == {"stored"}
        yield
        connection.commit()


def send_batch(app: Flask, tablet: Tablet, *items: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    """Send a batch by HTTP without touching the session of the test, and return the answer."""
    content = {"time": now().isoformat(), "waiting": 0, "cursor": cursor or now().isoformat(), "items": items}
    headers = {"Authorization": f"Bearer {tablet.token}"}
    answer = app.test_client().post("/api/v1/tablet/sync", json=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@on_postgresql
def test_a_mark_does_not_wait_for_the_mark_of_somebody_else(
    app: Flask, past_seminar: Seminar, registrations: list[Registration], tablets: list[Tablet], elsewhere: Any
) -> None:
    place = past_seminar.sessions[0].id
    marks = [tablet.mark(person.id, place) for tablet, person in zip(tablets, registrations, strict=False)]
    with open_batch(app, tablets[0], marks[0]):
        answer = elsewhere(send_batch, app, tablets[1], marks[1]).result(PATIENCE)
    assert [outcome["answer"] for outcome in answer["answers"]] == ["stored"]


@on_postgresql
def test_the_later_of_two_conflicting_marks_waits_and_becomes_a_question(
    app: Flask, past_seminar: Seminar, registrations: list[Registration], tablets: list[Tablet], elsewhere: Any
) -> None:
    person, place = registrations[0].id, past_seminar.sessions[0].id
    first, second = tablets[0].mark(person, place, "present"), tablets[1].mark(person, place, "absent")
    with open_batch(app, tablets[0], first):
        sending = elsewhere(send_batch, app, tablets[1], second)
        with pytest.raises(StillWaiting):
            sending.result(DOUBT)
    assert [outcome["answer"] for outcome in sending.result(PATIENCE)["answers"]] == ["question"]


@on_postgresql
def test_a_mark_that_becomes_visible_late_is_sent_to_the_other_tablets(
    app: Flask, past_seminar: Seminar, registrations: list[Registration], tablets: list[Tablet]
) -> None:
    mark = tablets[0].mark(registrations[0].id, past_seminar.sessions[0].id)
    with open_batch(app, tablets[0], mark), time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        during = send_batch(app, tablets[1])
        roster_cursor = tablets[1].roster()["cursor"]
    assert during["marks"] == []
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        for cursor in (during["cursor"], roster_cursor):
            assert [each["id"] for each in send_batch(app, tablets[1], cursor=cursor)["marks"]] == [mark["id"]]


@on_postgresql
def test_who_locks_the_seminar_waits_for_marks_on_their_way(
    app: Flask, past_seminar: Seminar, registrations: list[Registration], tablets: list[Tablet], elsewhere: Any
) -> None:
    seminar_id, mark = past_seminar.id, tablets[0].mark(registrations[0].id, past_seminar.sessions[0].id)

    def lock() -> None:
        with app.app_context():
            lock_seminar(db.session(), db.session.get_one(Seminar, seminar_id))
            db.session.rollback()

    with open_batch(app, tablets[0], mark):
        locking = elsewhere(lock)
        with pytest.raises(StillWaiting):
            locking.result(DOUBT)
    locking.result(PATIENCE)


@on_postgresql
def test_a_walk_in_waits_for_marks_on_their_way(
    app: Flask, past_seminar: Seminar, registrations: list[Registration], tablets: list[Tablet], elsewhere: Any
) -> None:
    walk_in = tablets[1].walk_in(past_seminar.id)
    with open_batch(app, tablets[0], tablets[0].mark(registrations[0].id, past_seminar.sessions[0].id)):
        sending = elsewhere(send_batch, app, tablets[1], walk_in)
        with pytest.raises(StillWaiting):
            sending.result(DOUBT)
    assert [outcome["answer"] for outcome in sending.result(PATIENCE)["answers"]] == ["stored"]


@given(moments, st.lists(st.integers(0, 10**8)))
def test_changes_are_complete_before_every_batch_that_began_earlier(moment: datetime, ages: list[int]) -> None:
    stamps = [compute_stamp(moment - timedelta(milliseconds=age)) for age in ages]
    complete = subtract_oldest(moment, stamps)
    assert all(complete < moment - timedelta(milliseconds=age) for age in ages)
    assert complete >= moment - timedelta(milliseconds=max(ages, default=0) + 2)


@given(moments, st.integers(1, STAMP_RANGE // 2 - 1))
def test_a_batch_that_begins_later_holds_nothing_back(moment: datetime, milliseconds: int) -> None:
    later = compute_stamp(moment + timedelta(milliseconds=milliseconds))
    assert subtract_oldest(moment, [later]) == moment

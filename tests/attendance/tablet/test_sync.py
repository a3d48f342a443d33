"""Properties of sync with two tablets, a bad network and wrong clocks: no acknowledged mark is lost, doubled or dropped."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.concurrency import run_concurrently
from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from trainer.attendance.ledger import (
    AttendanceKey,
    derive_session_attendance,
    generate_mark_id,
    load_seminar_attendance,
)
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.attendance.tablet.devices import DevicePermit, create_device, get_device_permit, pair_device
from trainer.attendance.tablet.sync import accept_batch
from trainer.registration.models import Registration
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import Seminar

STATUSES = list(map(str, AttendanceStatus))


@dataclass
class SyncScenario:
    """A seminar with three people and two tablets."""

    session: Session
    seminar: Seminar
    people: list[int]
    permits: list[DevicePermit]

    @property
    def sessions(self) -> list[int]:
        return [session.id for session in self.seminar.sessions]

    def list_marks(self) -> list[Any]:
        """Return all marks in the order received."""
        columns = (AttendanceMark.id, AttendanceMark.registration_id, AttendanceMark.session_id)
        more = (AttendanceMark.status, AttendanceMark.after, AttendanceMark.decides, AttendanceMark.device_id)
        wanted = select(*columns, *more, AttendanceMark.made_at, AttendanceMark.skew)
        return list(self.session.execute(wanted.order_by(AttendanceMark.received_at, AttendanceMark.id)))


@pytest.fixture
def scenario(session: Session, past_seminar: Seminar) -> SyncScenario:
    """Return a scenario with three people and two paired tablets."""
    people = [register_person(session, past_seminar, details).id for details in (AIGUL, YERLAN, MARINA)]
    permits = []
    for number in range(2):
        _made, code = create_device(session, f"Планшет {number}", [past_seminar], NOON)
        session.flush()
        device, _token = pair_device(session, code, NOON)
        session.flush()
        permits.append(get_device_permit(session, device))
    session.commit()
    return SyncScenario(session, past_seminar, people, permits)


@dataclass
class OfflineTablet:
    """A tablet with a queue: marks after the latest mark it knows, sends batches, and drops only acknowledged items."""

    scenario: SyncScenario
    permit: DevicePermit
    clock_lag: timedelta
    queue: list[dict[str, Any]] = field(default_factory=list)
    made: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[UUID] = field(default_factory=set)
    known: list[Any] = field(default_factory=list)
    is_clock_measured: bool = False  # whether it knows how wrong its clock is
    is_clock_changed: bool = False  # whether its clock was ever set
    moments: dict[UUID, datetime] = field(default_factory=dict)

    def tap(self, person: int, place: int, status: str, moment: datetime) -> None:
        """Add a mark to the queue."""
        where = (self.scenario.people[person], self.scenario.sessions[place])
        seen = [
            entry for entry in (*self.known, *map(build_known_mark, self.made.values())) if get_mark_key(entry) == where
        ]
        unique = list({entry.id: entry for entry in seen}.values())
        head = derive_session_attendance(unique).last_mark_id
        item: dict[str, Any] = {
            "kind": "mark",
            "id": str(generate_mark_id(moment - self.clock_lag)),
            "person": where[0],
            "session": where[1],
            "status": status,
            "after": str(head) if head else None,
            "at": (moment - self.clock_lag).isoformat(),
            "source": "tap",
            "skew": self.skew if self.is_clock_measured else None,
        }
        self.moments[UUID(item["id"])] = moment
        self.made[UUID(item["id"])] = item
        self.queue.append(item)

    def send(self, size: int, order: int, fate: str, moment: datetime) -> None:
        """Send part of the queue in rotated order; `fate` says whether the request or the answer is lost."""
        batch = self.queue[: size + 1]
        batch = batch[order % max(1, len(batch)) :] + batch[: order % max(1, len(batch))]
        if fate == "request lost":
            return
        raw = json.loads(json.dumps(batch))
        answers = accept_batch(self.scenario.session, self.permit, raw, self.skew, moment)
        assert [answer.id for answer in answers] == [item["id"] for item in batch]
        assert {answer.answer for answer in answers} <= {"stored", "known", "question"}
        if fate == "answer lost":
            return
        self.acknowledged |= {UUID(item["id"]) for item in batch}
        remaining = [item for item in self.queue if UUID(item["id"]) not in self.acknowledged]
        self.queue = self.queue if fate == "answer late" else remaining

    def look(self) -> None:
        """Load the server's marks and measure the clock."""
        self.known = self.scenario.list_marks()
        self.is_clock_measured = True

    def set_clock(self, behind: int) -> None:
        """Set the clock `behind` seconds behind the server's."""
        self.clock_lag, self.is_clock_measured, self.is_clock_changed = timedelta(seconds=behind), False, True

    @property
    def skew(self) -> int:
        """Return how far the clock is behind, in milliseconds."""
        return round(self.clock_lag / timedelta(milliseconds=1))


def build_known_mark(item: dict[str, Any]) -> Any:
    """Return a mark item with the attributes of a ledger mark."""
    after = UUID(item["after"]) if item["after"] else None
    where = {"registration_id": item["person"], "session_id": item["session"]}
    return SimpleNamespace(id=UUID(item["id"]), status=item["status"], after=after, decides=False, **where)


def get_mark_key(mark: Any) -> AttendanceKey:
    """Return registration id and session id of a mark."""
    return mark.registration_id, mark.session_id


TAP = st.tuples(st.just("tap"), st.integers(0, 1), st.integers(0, 2), st.integers(0, 1), st.sampled_from(STATUSES))
FATES = st.sampled_from(["good", "good", "request lost", "answer lost", "answer late"])
SEND = st.tuples(st.just("send"), st.integers(0, 1), st.integers(0, 5), st.integers(0, 5), FATES)
LOOK = st.tuples(st.just("look"), st.integers(0, 1))
WRONG = st.integers(-(10**9), 10**9)
SET = st.tuples(st.just("set_clock"), st.integers(0, 1), WRONG)
STEPS = st.lists(st.one_of(TAP, TAP, SEND, SEND, LOOK, SET), max_size=25)
CLOCKS = st.tuples(WRONG, WRONG)
QUICK = settings(max_examples=40)


def play_steps(scenario: SyncScenario, steps: list[Any], clocks: tuple[int, int]) -> list[OfflineTablet]:
    """Run the steps on two tablets, then send what is left in their queues."""
    tablets = [
        OfflineTablet(scenario, permit, timedelta(seconds=clock))
        for permit, clock in zip(scenario.permits, clocks, strict=True)
    ]
    moments = (NOON + timedelta(seconds=number) for number in range(1000))
    for kind, who, *more in steps:
        moment = [next(moments)] if kind in ("tap", "send") else []
        getattr(tablets[who], kind)(*more, *moment)
    for tablet in tablets:
        while tablet.queue:
            tablet.send(4, 0, "good", next(moments))
    return tablets


@QUICK
@given(STEPS, CLOCKS)
def test_no_acknowledged_mark_is_lost_and_none_is_doubled(
    scenario: SyncScenario, steps: list[Any], clocks: tuple[int, int]
) -> None:
    tablets = play_steps(scenario, steps, clocks)
    ledger = {mark.id: mark for mark in scenario.list_marks()}
    assert len(scenario.list_marks()) == len(ledger) == sum(len(tablet.made) for tablet in tablets)
    for tablet in tablets:
        assert tablet.acknowledged == set(tablet.made) <= set(ledger)
        for name, item in tablet.made.items():
            stored = ledger[name]
            assert (stored.registration_id, stored.session_id, stored.status) == (
                item["person"],
                item["session"],
                item["status"],
            )
            assert (str(stored.after) if stored.after else None) == item["after"]
            assert stored.device_id == tablet.permit.device_id
            if item["skew"] is not None or not tablet.is_clock_changed:
                assert stored.made_at + timedelta(milliseconds=stored.skew) == tablet.moments[name]
    scenario.session.rollback()


@QUICK
@given(STEPS, CLOCKS)
def test_no_status_is_dropped_silently(scenario: SyncScenario, steps: list[Any], clocks: tuple[int, int]) -> None:
    play_steps(scenario, steps, clocks)
    ledger = scenario.list_marks()
    superseded = {item.after for item in ledger}
    for place, attendance in load_seminar_attendance(scenario.session, scenario.seminar).items():
        unanswered = {item.status for item in ledger if get_mark_key(item) == place and item.id not in superseded}
        assert set(attendance.latest_statuses) == unanswered
        assert attendance.is_conflicting == (len(unanswered) > 1)
    scenario.session.rollback()


@QUICK
@given(STEPS, CLOCKS, st.randoms(use_true_random=False))
def test_the_order_of_batches_does_not_change_the_attendance(
    scenario: SyncScenario, steps: list[Any], clocks: tuple[int, int], chance: Any
) -> None:
    tablets = play_steps(scenario, steps, clocks)
    first = {
        place: (each.status, each.latest_statuses)
        for place, each in load_seminar_attendance(scenario.session, scenario.seminar).items()
    }
    scenario.session.rollback()
    items = [(tablet, item) for tablet in tablets for item in tablet.made.values()]
    chance.shuffle(items)
    for number, (tablet, item) in enumerate(items):
        moment = NOON + timedelta(seconds=number)
        accept_batch(scenario.session, tablet.permit, [json.loads(json.dumps(item))], 0, moment)
    second = {
        place: (each.status, each.latest_statuses)
        for place, each in load_seminar_attendance(scenario.session, scenario.seminar).items()
    }
    scenario.session.rollback()
    assert first == second


@QUICK
@given(STEPS, CLOCKS, st.integers(0, 2), st.integers(0, 2))
def test_a_merge_joins_the_marks_of_two_people_and_its_undo_separates_them(
    scenario: SyncScenario, steps: list[Any], clocks: tuple[int, int], one: int, other: int
) -> None:
    play_steps(scenario, steps, clocks)
    before = load_seminar_attendance(scenario.session, scenario.seminar)
    merged, surviving = (scenario.session.get_one(Registration, scenario.people[item]) for item in (one, other))
    if merged is surviving:
        scenario.session.rollback()
        return
    merge_registration(scenario.session, merged, surviving, NOON)
    joined = load_seminar_attendance(scenario.session, scenario.seminar)
    assert not any(person == merged.id for person, _place in joined)
    for place in scenario.sessions:
        known = [before[who.id, place].latest_statuses for who in (merged, surviving) if (who.id, place) in before]
        claims = {claim for item in known for claim in item}
        assert set(joined[surviving.id, place].latest_statuses if (surviving.id, place) in joined else ()) == claims
    unmerge_registration(scenario.session, merged, NOON)
    assert load_seminar_attendance(scenario.session, scenario.seminar) == before
    scenario.session.rollback()


@pytest.fixture
def crowd(app: Flask, session: Session, past_seminar: Seminar) -> Iterator[tuple[Tablet, list[dict[str, Any]]]]:
    """Yield a tablet and a queue of 61 marks with a walk-in."""
    people = [register_person(session, past_seminar, details).id for details in (AIGUL, YERLAN, MARINA)]
    tablet = create_paired_tablet(app, session, past_seminar)
    walk_in = tablet.walk_in(past_seminar.id)
    places_of = [session.id for session in past_seminar.sessions]
    marks = [tablet.mark(people[number % 3], places_of[number % 2], STATUSES[number % 4]) for number in range(60)]
    session.commit()
    yield tablet, [*marks[:30], tablet.mark(walk_in["id"], places_of[0]), walk_in, *marks[30:]]


def test_a_batch_sent_many_times_at_once_is_stored_once(
    app: Flask, session: Session, crowd: tuple[Tablet, list[dict[str, Any]]]
) -> None:
    tablet, items = crowd
    answers = run_concurrently(*[lambda: post_batch(app, tablet.token, items)] * 6)
    session.commit()
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 61
    assert session.scalar(select(func.count()).select_from(Registration)) == 4
    kinds = [[item["answer"] for item in answer] for answer in answers]
    assert sum(kind.count("stored") + kind.count("question") > 0 for kind in kinds) >= 1
    assert not any("refused" in kind for kind in kinds)
    assert len({answer[31]["person"] for answer in answers}) == 1


def test_two_tablets_that_send_at_once_lose_nothing(
    app: Flask, session: Session, past_seminar: Seminar, crowd: tuple[Tablet, list[dict[str, Any]]]
) -> None:
    tablet, items = crowd
    other = create_paired_tablet(app, session, past_seminar, name="Планшет 2")
    other_items = [
        item | {"id": str(generate_mark_id(NOON))}
        for item in items
        if item["kind"] == "mark" and item["person"] != items[31]["id"]
    ]
    session.commit()
    pieces = [
        (tablet.token, items[:32]),
        (tablet.token, items[32:]),
        (other.token, other_items[:40]),
        (other.token, other_items[40:]),
    ]
    answers = run_concurrently(*[lambda piece=piece: post_batch(app, *piece) for piece in pieces])
    session.commit()
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 61 + 60
    assert not any(item["answer"] == "refused" for answer in answers for item in answer)


def post_batch(app: Flask, token: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send a batch with its own client, for use in threads."""
    answer = app.test_client().post(
        "/api/v1/tablet/sync",
        json={"time": "2025-06-02T07:00:00Z", "waiting": 0, "cursor": None, "items": items},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    result: Any = answer.json
    return list(result["answers"])

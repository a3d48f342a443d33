"""Whatever marks tablets send in whatever order: each is afterwards counted, waits for the organizer, or was decided by a person."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.decisions import count_open_conflicts
from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from trainer.attendance import unlisted
from trainer.attendance.desk import refusals
from trainer.attendance.ledger import generate_mark_id, list_latest_marks, load_ledger
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceMark, AttendanceStatus, RefusedItem
from trainer.attendance.tablet.devices import DevicePermit, build_permit, create_device
from trainer.attendance.tablet.sync import sync_batch
from trainer.registration.desk.bulk_actions import reinstate_as_organizer
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.duplicates import merge_registration
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

STATUSES = list(map(str, AttendanceStatus))
LEFT = [RegistrationStatus(name) for name in ("cancelled", "refused", "lapsed", "waiting", "applied")]
UNKNOWN_PERSON, UNKNOWN_SESSION = 10**6, 10**6


@dataclass
class Hall:
    """A seminar with three people, two tablets and an organizer, who do things one second after another."""

    session: Session
    seminar: Seminar
    people: list[Registration]
    devices: list[int]
    sent: list[dict[str, Any]] = field(default_factory=list)
    seconds: int = 0

    @property
    def moment(self) -> datetime:
        """Return the next second."""
        self.seconds += 1
        return NOON + timedelta(seconds=self.seconds)

    def build_permit(self, tablet: int) -> DevicePermit:
        """Return the permit of a tablet; a deleted session is not in it."""
        rows = [(self.seminar.id, part.id) for part in self.seminar.sessions if part.id not in self.deleted_ids]
        return build_permit(self.devices[tablet], rows)

    @property
    def deleted_ids(self) -> set[int]:
        """Return the session that the tablets know and the server does not: as if deleted, whoever is marked in it."""
        return {self.seminar.sessions[1].id}

    def mark(self, tablet: int, person: int, place: int, status: str, earlier: int | None, is_twice: bool) -> None:
        """Send a mark, perhaps with the id of an earlier one, perhaps twice."""
        people = [*(registration.id for registration in self.people), UNKNOWN_PERSON]
        sessions = [*(part.id for part in self.seminar.sessions), UNKNOWN_SESSION]
        is_reused = earlier is not None and self.sent
        item = {
            "kind": "mark",
            "id": self.sent[(earlier or 0) % len(self.sent)]["id"] if is_reused else str(generate_mark_id(self.moment)),
            "person": people[person],
            "session": sessions[place],
            "status": status,
            "after": None,
            "at": self.moment.isoformat(),
            "source": "tap",
        }
        self.sent.append(item)
        for _time in range(1 + is_twice):
            self.session.flush()
            permit, raw = self.build_permit(tablet), json.loads(json.dumps([item]))
            outcomes, changes = sync_batch(self.session.connection(), permit, raw, None, 0, self.moment)
            assert outcomes[0].answer in ("stored", "known", "question") or outcomes[0].kept
            assert outcomes[0].answer != "refused" or item["id"] in changes.undecided

    def leave(self, person: int, status: RegistrationStatus) -> None:
        """Take somebody off the list."""
        set_registration_status(self.people[person], status, self.moment)
        self.session.flush()

    def merge(self, person: int, other: int) -> None:
        """Merge two registrations, where that is possible."""
        with suppress(StatusChanged):
            merge_registration(self.session, self.people[person], self.people[other], self.moment)

    def decide(self, way: str) -> None:
        """Decide about the first person who is not on the list, and about the first refused item."""
        for attendee in unlisted.list_unlisted_attendees(self.session, self.seminar)[:1]:
            if attendee.is_open and way == "ignore":
                unlisted.ignore_unlisted_attendee(self.session, attendee, self.moment, None)
            elif attendee.is_ignored and way == "review":
                unlisted.review_ignored_attendee(self.session, attendee, self.moment, None)
            elif way == "record":
                reinstate_as_organizer(self.session, attendee.registration, True, None, self.moment)
        self.session.flush()
        for refusal in self.list_refusals()[:1]:
            if refusal.item.decided_at is None and way == "ignore":
                refusals.ignore_refused_item(refusal, self.moment, None)
            elif refusal.item.decided_at is None and way == "record":
                registration = refusal.registration or self.people[0]
                first = self.seminar.sessions[0]
                refusals.record_refused_item(self.session, refusal, registration, first, self.moment, None)
            elif way == "review":
                self.review(refusal)
        self.session.flush()

    def review(self, refusal: refusals.ExplainedRefusal) -> None:
        """Review a decision, where that is possible."""
        with suppress(StatusChanged):
            refusals.review_refused_item(self.session, refusal, self.moment, None)

    def list_refusals(self) -> list[refusals.ExplainedRefusal]:
        """Return the refused items as they are now."""
        self.session.flush()
        return refusals.list_refused_items(self.session, self.seminar)

    def find_fate(self, item: dict[str, Any]) -> str:
        """Return what became of a sent mark; empty if it vanished. It reads rows, not the rules that are tested."""
        for mark in self.session.scalars(select(AttendanceMark).where(AttendanceMark.id == UUID(item["id"]))):
            content = mark.registration_id, mark.session_id, mark.status, mark.made_at.isoformat()
            if content == (item["person"], item["session"], item["status"], item["at"]):
                return self.find_fate_of_mark(mark)
        for refused in self.session.scalars(select(RefusedItem).where(RefusedItem.item_id == item["id"])):
            if json.loads(refused.content) == item:
                return "decided" if refused.decision else "waits"
        return ""

    def find_fate_of_mark(self, mark: AttendanceMark) -> str:
        """Return whether a stored mark counts, waits, or was overruled by a later one."""
        surviving_ids = map_merged_registrations(self.session, [self.seminar.id])
        registration = self.session.get_one(Registration, surviving_ids.get(mark.registration_id, mark.registration_id))
        if registration.status == RegistrationStatus.REGISTERED:
            return "counted"
        waiting = {(found.registration.id, part.session.id) for found in self.list_open() for part in found.sessions}
        if (registration.id, mark.session_id) in waiting:
            return "waits"
        marks = load_ledger(self.session, [mark.session_id], surviving_ids)[registration.id, mark.session_id]
        latest = list_latest_marks(marks)
        is_agreed = {found.status for found in latest} == {AttendanceStatus.ABSENT}
        return "decided" if is_agreed else ""

    def list_open(self) -> list[unlisted.UnlistedAttendee]:
        """Return the people about whom the organizer has to decide."""
        return [found for found in unlisted.list_unlisted_attendees(self.session, self.seminar) if found.is_open]


@pytest.fixture
def hall(session: Session, past_seminar: Seminar) -> Iterator[Hall]:
    """Yield a hall."""
    people = [register_person(session, past_seminar, details) for details in (AIGUL, YERLAN, MARINA)]
    devices = [create_device(session, f"Планшет {number}", [past_seminar], NOON)[0].id for number in range(2)]
    session.commit()
    yield Hall(session, past_seminar, people, devices)


# Most steps are about the first person and the first session, so that they meet.
PERSON, TABLET = st.sampled_from([0, 0, 0, 1, 2]), st.integers(0, 1)
MARKED, PLACE = st.sampled_from([0, 0, 0, 0, 1, 2, 3]), st.sampled_from([0, 0, 0, 0, 1, 2])
EARLIER = st.none() | st.integers(0, 3)
MARK = st.tuples(st.just("mark"), TABLET, MARKED, PLACE, st.sampled_from(STATUSES), EARLIER, st.booleans())
LEAVE = st.tuples(st.just("leave"), PERSON, st.sampled_from(LEFT))
MERGE = st.tuples(st.just("merge"), PERSON, PERSON)
DECIDE = st.tuples(st.just("decide"), st.sampled_from(["ignore", "review", "record"]))
STEPS = st.lists(st.one_of(MARK, MARK, LEAVE, DECIDE, MERGE), min_size=4, max_size=12)


@settings(max_examples=40)
@given(STEPS)
def test_each_mark_is_counted_or_waits_or_was_decided_by_a_person(hall: Hall, steps: list[Any]) -> None:
    hall.sent, hall.seconds = [], 0
    for kind, *arguments in steps:
        getattr(hall, kind)(*arguments)
    fates = [hall.find_fate(item) for item in hall.sent]
    assert "" not in fates
    assert "waits" not in fates or count_open_conflicts(hall.session, hall.seminar) > 0
    hall.session.rollback()

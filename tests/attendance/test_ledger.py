"""Properties of the ledger: attendance derived from marks, summaries, and people present."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, mark_sessions, register_person
from trainer.attendance.ledger import (
    SessionAttendance,
    append_mark,
    derive_session_attendance,
    generate_mark_id,
    list_present_registration_ids,
)
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.attendance.summary import (
    AttendanceSummary,
    count_attendance,
    summarize_attendance,
)
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)
STATUSES = st.sampled_from(list(AttendanceStatus))


def build_mark(status: AttendanceStatus, after: AttendanceMark | None = None, decides: bool = False) -> AttendanceMark:
    """Return a mark whose author had seen `after` last."""
    return AttendanceMark(id=uuid.uuid4(), status=status, after=after.id if after else None, decides=decides)


@dataclass
class MarkingTablet:
    """A device that knows the ledger as of its last look, and its own marks since."""

    known: list[AttendanceMark] = field(default_factory=list)

    def learn(self, ledger: list[AttendanceMark]) -> None:
        self.known = list(ledger)

    def mark(self, status: AttendanceStatus, ledger: list[AttendanceMark]) -> AttendanceMark:
        created = build_mark(status)
        created.after = derive_session_attendance(self.known).last_mark_id
        self.known.append(created)
        return created


class BrowserWindow(MarkingTablet):
    """A desk page that knows the ledger as of its opening; it decides if it has seen the latest of parallel marks."""

    def mark(self, status: AttendanceStatus, ledger: list[AttendanceMark]) -> AttendanceMark:
        created, now = build_mark(status), derive_session_attendance(ledger)
        created.after = derive_session_attendance(self.known).last_mark_id
        created.decides = now.has_parallel_marks and created.after == now.last_mark_id
        return created


@dataclass
class MarkHistory:
    """Marks of two devices, and the ids of marks that a later author knew."""

    devices: tuple[MarkingTablet, MarkingTablet]
    ledger: list[AttendanceMark] = field(default_factory=list)
    known: set[uuid.UUID] = field(default_factory=set)

    def play(self, steps: list[tuple[int, AttendanceStatus | None]]) -> "MarkHistory":
        """Run steps of device and status; None makes the device look at the ledger."""
        for which, status in steps:
            device = self.devices[which]
            if status is None:
                device.learn(self.ledger)
            else:
                self.known |= {item.id for item in device.known}
                self.ledger.append(device.mark(status, self.ledger))
        return self

    def list_unseen_statuses(self) -> set[str]:
        """Return the statuses of marks that no later author knew."""
        return {item.status for item in self.ledger if item.id not in self.known}


STEPS = st.lists(st.tuples(st.integers(0, 1), st.none() | STATUSES), max_size=12)
STORIES = st.builds(
    lambda kinds, steps: MarkHistory((kinds[0](), kinds[1]())).play(steps),
    st.tuples(st.sampled_from([MarkingTablet, BrowserWindow]), st.sampled_from([MarkingTablet, BrowserWindow])),
    STEPS,
)


def test_a_person_without_marks_has_no_status() -> None:
    assert derive_session_attendance([]) == SessionAttendance()
    assert not derive_session_attendance([]).is_conflicting


def test_a_mark_after_another_takes_its_place() -> None:
    first = build_mark(ABSENT)
    second = build_mark(LATE, first)
    assert derive_session_attendance([first, second]) == SessionAttendance(LATE, second.id, (LATE,))


def test_two_different_marks_after_the_same_one_are_a_conflict() -> None:
    first = build_mark(PRESENT)
    attendance = derive_session_attendance([first, build_mark(ABSENT, first), build_mark(LATE, first)])
    assert (attendance.status, attendance.is_conflicting) == (None, True)
    assert set(attendance.latest_statuses) == {ABSENT, LATE}


def test_the_same_status_twice_is_no_conflict() -> None:
    attendance = derive_session_attendance([build_mark(PRESENT), build_mark(PRESENT)])
    assert (attendance.status, attendance.is_conflicting) == (PRESENT, False)


def test_a_decision_resolves_a_conflict_and_a_late_mark_makes_a_new_one() -> None:
    first, second = build_mark(PRESENT), build_mark(ABSENT)
    decision = build_mark(EXCUSED, second, decides=True)
    assert derive_session_attendance([first, second, decision]).status == EXCUSED
    stale = derive_session_attendance([first, second, decision, build_mark(LATE, first)])
    assert set(stale.latest_statuses) == {EXCUSED, LATE}
    assert stale.is_conflicting


def test_a_late_mark_with_the_decided_status_makes_no_conflict() -> None:
    first, second = build_mark(PRESENT), build_mark(ABSENT)
    decision = build_mark(ABSENT, second, decides=True)
    assert derive_session_attendance([first, second, decision, build_mark(ABSENT, first)]).status == ABSENT


@given(st.lists(STATUSES, min_size=1, max_size=10))
def test_one_device_never_disagrees_with_itself(statuses: list[AttendanceStatus]) -> None:
    tablet = MarkingTablet()
    created = [tablet.mark(status, []) for status in statuses]
    assert derive_session_attendance(created) == SessionAttendance(statuses[-1], created[-1].id, (statuses[-1],))


@given(STORIES)
def test_no_unseen_mark_is_dropped_silently(story: MarkHistory) -> None:
    attendance = derive_session_attendance(story.ledger)
    assert set(attendance.latest_statuses) >= story.list_unseen_statuses()
    assert attendance.is_conflicting or len(story.list_unseen_statuses()) <= 1
    assert (attendance.status is None) == (attendance.is_conflicting or not story.ledger)


@given(STORIES)
def test_every_latest_status_comes_from_a_mark(story: MarkHistory) -> None:
    attendance = derive_session_attendance(story.ledger)
    assert set(attendance.latest_statuses) <= {item.status for item in story.ledger}
    assert (attendance.last_mark_id in {item.id for item in story.ledger}) == bool(story.ledger)


@given(STORIES, STATUSES)
def test_who_has_the_newest_page_has_the_last_word(story: MarkHistory, status: AttendanceStatus) -> None:
    window = BrowserWindow(list(story.ledger))
    story.ledger.append(window.mark(status, story.ledger))
    assert derive_session_attendance(story.ledger).status == status


@given(st.lists(st.tuples(st.integers(0, 1), STATUSES), max_size=10))
def test_devices_that_look_before_they_mark_make_no_question(steps: list[tuple[int, AttendanceStatus]]) -> None:
    story = MarkHistory((MarkingTablet(), MarkingTablet()))
    for which, status in steps:
        story.play([(which, None), (which, status)])
    assert derive_session_attendance(story.ledger).status == (steps[-1][1] if steps else None)


@given(STORIES, STATUSES)
def test_a_decision_resolves_all_marks_before_it(story: MarkHistory, status: AttendanceStatus) -> None:
    decision = build_mark(status, story.ledger[-1] if story.ledger else None, decides=True)
    assert derive_session_attendance([*story.ledger, decision]) == SessionAttendance(status, decision.id, (status,))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 100))
def test_the_share_is_compared_without_rounding(present: int, missed: int, excused: int, percent: int) -> None:
    held = present + missed + excused
    result = AttendanceSummary(held, present, excused, conflicting=0, marked=held)
    enough = present + missed > 0 and present * 100 >= percent * (present + missed)
    assert result.reaches_share(percent) == enough


@pytest.mark.parametrize(
    ("statuses", "percent", "enough"),
    [
        ((PRESENT, LATE), 100, True),
        ((PRESENT, ABSENT), 50, True),
        ((PRESENT, ABSENT), 51, False),
        ((PRESENT, PRESENT, ABSENT), 66, True),
        ((PRESENT, PRESENT, ABSENT), 67, False),
        ((PRESENT, EXCUSED), 100, True),
        ((EXCUSED, EXCUSED), 0, False),
        ((ABSENT, ABSENT), 0, True),
        ((), 0, False),
    ],
)
def test_the_share_counts_sessions_held_without_those_excused(
    statuses: tuple[AttendanceStatus, ...], percent: int, enough: bool
) -> None:
    assert count_attendance([SessionAttendance(status) for status in statuses]).reaches_share(percent) == enough


def test_a_conflict_prevents_reaching_the_share() -> None:
    result = count_attendance([SessionAttendance(PRESENT), SessionAttendance(None, uuid.uuid4(), (ABSENT, PRESENT))])
    assert (result.present, result.conflicting, result.reaches_share(50)) == (1, 1, False)


def test_a_session_held_without_a_mark_counts_as_missed(session: Session, past_seminar: Seminar) -> None:
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, PRESENT)
    summary = summarize_attendance(session, past_seminar, [registration], NOON)[registration.id]
    assert summary == AttendanceSummary(held=2, present=1, excused=0, conflicting=0, marked=1)


def test_a_session_that_has_not_begun_does_not_count(session: Session, past_seminar: Seminar) -> None:
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, PRESENT)
    summary = summarize_attendance(session, past_seminar, [registration], past_seminar.sessions[0].ends_at)[
        registration.id
    ]
    assert (summary.held, summary.present) == (1, 1)


def test_marks_stay_as_they_were_made(session: Session, past_seminar: Seminar) -> None:
    registration, meeting = register_person(session, past_seminar), past_seminar.sessions[0]
    first = append_mark(session, registration, meeting, PRESENT, after=None, now=NOON)
    session.flush()
    append_mark(session, registration, meeting, ABSENT, after=first.id, now=NOON, decides=True)
    session.commit()
    marks = {mark.id: (mark.status, mark.after, mark.decides) for mark in session.scalars(select(AttendanceMark))}
    assert marks[first.id] == (PRESENT, None, False)
    assert len(marks) == 2


def test_marks_sort_by_the_time_when_they_were_made() -> None:
    mark_ids = [generate_mark_id(NOON + timedelta(milliseconds=number)) for number in range(50)]
    assert sorted(mark_ids) == mark_ids
    assert {(item.version, item.variant) for item in mark_ids} == {(7, uuid.RFC_4122)}


@pytest.mark.parametrize(
    ("first", "second", "there"),
    [
        ((PRESENT,), (), True),
        ((LATE,), (ABSENT,), True),
        ((ABSENT,), (EXCUSED,), False),
        ((), (), False),
        ((PRESENT, ABSENT), (), False),
        ((PRESENT, ABSENT), (LATE,), True),
        ((PRESENT, PRESENT), (), True),
    ],
)
def test_people_present_in_at_least_one_session_are_listed(
    session: Session,
    past_seminar: Seminar,
    first: tuple[AttendanceStatus, ...],
    second: tuple[AttendanceStatus, ...],
    there: bool,
) -> None:
    person, other = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    mark_sessions(session, other, ABSENT, ABSENT)
    for place, statuses in zip(past_seminar.sessions, (first, second), strict=True):
        for status in statuses:  # none knew of another: two that differ are a question for the organizer
            append_mark(session, person, place, status, after=None, now=place.starts_at)
    session.flush()
    present_ids = list_present_registration_ids(session, [past_seminar], NOON)
    assert (
        (person.id in present_ids)
        == there
        == (summarize_attendance(session, past_seminar, [person], NOON)[person.id].present > 0)
    )
    assert other.id not in present_ids


def test_a_merged_registration_is_present_as_the_surviving_one(session: Session, past_seminar: Seminar) -> None:
    surviving, merged = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    mark_sessions(session, merged, PRESENT)
    merged.status, merged.merged_into_id = RegistrationStatus.MERGED, surviving.id
    session.flush()
    assert list_present_registration_ids(session, [past_seminar], NOON) == {surviving.id}
    mark_sessions(session, surviving, ABSENT)
    assert list_present_registration_ids(session, [past_seminar], NOON) == set()
    assert summarize_attendance(session, past_seminar, [surviving], NOON)[surviving.id].conflicting == 1


def test_nobody_is_present_before_the_first_session(session: Session, seminar: Seminar) -> None:
    mark_sessions(session, register_person(session, seminar), PRESENT)
    assert list_present_registration_ids(session, [seminar], NOON) == set()
    assert list_present_registration_ids(session, [], NOON) == set()

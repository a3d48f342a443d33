"""The ledger: what the marks of one person in one session say, whoever made them and in whatever order they came."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, marked, registered
from trainer.attendance.ledger import (
    Attended,
    Standing,
    append_mark,
    attended,
    attended_of,
    came,
    new_mark_id,
    standing_of,
)
from trainer.attendance.models import AttendanceMark, Status
from trainer.registration.models import State
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = Status.PRESENT, Status.LATE, Status.EXCUSED, Status.ABSENT
STATUSES = st.sampled_from(list(Status))


def mark(status: Status, after: AttendanceMark | None = None, decides: bool = False) -> AttendanceMark:
    """A mark made by somebody who had seen another one last."""
    return AttendanceMark(id=uuid.uuid4(), status=status, after=after.id if after else None, decides=decides)


@dataclass
class Tablet:
    """A device that knows what there was when it last looked, and what it marked since."""

    known: list[AttendanceMark] = field(default_factory=list)

    def look(self, ledger: list[AttendanceMark]) -> None:
        self.known = list(ledger)

    def mark(self, status: Status, ledger: list[AttendanceMark]) -> AttendanceMark:
        made = mark(status)
        made.after = standing_of(self.known).head
        self.known.append(made)
        return made


class Window(Tablet):
    """A page in a browser: it knows what it showed when it was opened, and decides where it has seen everything."""

    def mark(self, status: Status, ledger: list[AttendanceMark]) -> AttendanceMark:
        made, now = mark(status), standing_of(ledger)
        made.after = standing_of(self.known).head
        made.decides = now.several and made.after == now.head
        return made


@dataclass
class Story:
    """What two devices did: every mark, and the marks that its maker knew."""

    devices: tuple[Tablet, Tablet]
    ledger: list[AttendanceMark] = field(default_factory=list)
    known: set[uuid.UUID] = field(default_factory=set)

    def tell(self, steps: list[tuple[int, Status | None]]) -> "Story":
        """Let the devices look (None) and mark."""
        for which, status in steps:
            device = self.devices[which]
            if status is None:
                device.look(self.ledger)
            else:
                self.known |= {each.id for each in device.known}
                self.ledger.append(device.mark(status, self.ledger))
        return self

    def unseen(self) -> set[str]:
        """What those marks say that nobody knew who marked later."""
        return {each.status for each in self.ledger if each.id not in self.known}


STEPS = st.lists(st.tuples(st.integers(0, 1), st.none() | STATUSES), max_size=12)
STORIES = st.builds(
    lambda kinds, steps: Story((kinds[0](), kinds[1]())).tell(steps),
    st.tuples(st.sampled_from([Tablet, Window]), st.sampled_from([Tablet, Window])),
    STEPS,
)


def test_nothing_is_said_of_somebody_without_a_mark() -> None:
    assert standing_of([]) == Standing()
    assert not standing_of([]).unresolved


def test_a_mark_after_another_takes_its_place() -> None:
    first = mark(ABSENT)
    second = mark(LATE, first)
    assert standing_of([first, second]) == Standing(LATE, second.id, (LATE,))


def test_two_different_marks_after_the_same_one_are_a_question() -> None:
    first = mark(PRESENT)
    standing = standing_of([first, mark(ABSENT, first), mark(LATE, first)])
    assert (standing.status, standing.unresolved) == (None, True)
    assert set(standing.claims) == {ABSENT, LATE}


def test_the_same_status_twice_is_no_question() -> None:
    standing = standing_of([mark(PRESENT), mark(PRESENT)])
    assert (standing.status, standing.unresolved) == (PRESENT, False)


def test_a_decision_settles_and_a_later_stale_mark_asks_again() -> None:
    first, second = mark(PRESENT), mark(ABSENT)
    decision = mark(EXCUSED, second, decides=True)
    assert standing_of([first, second, decision]).status == EXCUSED
    stale = standing_of([first, second, decision, mark(LATE, first)])
    assert set(stale.claims) == {EXCUSED, LATE}
    assert stale.unresolved


def test_a_later_stale_mark_that_says_what_was_decided_asks_nothing() -> None:
    first, second = mark(PRESENT), mark(ABSENT)
    decision = mark(ABSENT, second, decides=True)
    assert standing_of([first, second, decision, mark(ABSENT, first)]).status == ABSENT


@given(st.lists(STATUSES, min_size=1, max_size=10))
def test_one_device_never_disagrees_with_itself(statuses: list[Status]) -> None:
    tablet = Tablet()
    made = [tablet.mark(each, []) for each in statuses]
    assert standing_of(made) == Standing(statuses[-1], made[-1].id, (statuses[-1],))


@given(STORIES)
def test_no_mark_loses_silently_that_nobody_had_seen(story: Story) -> None:
    standing = standing_of(story.ledger)
    assert set(standing.claims) >= story.unseen()
    assert standing.unresolved or len(story.unseen()) <= 1
    assert (standing.status is None) == (standing.unresolved or not story.ledger)


@given(STORIES)
def test_every_claim_was_made_by_somebody(story: Story) -> None:
    standing = standing_of(story.ledger)
    assert set(standing.claims) <= {each.status for each in story.ledger}
    assert (standing.head in {each.id for each in story.ledger}) == bool(story.ledger)


@given(STORIES, STATUSES)
def test_who_has_the_newest_page_has_the_last_word(story: Story, status: Status) -> None:
    window = Window(list(story.ledger))
    story.ledger.append(window.mark(status, story.ledger))
    assert standing_of(story.ledger).status == status


@given(st.lists(st.tuples(st.integers(0, 1), STATUSES), max_size=10))
def test_devices_that_look_before_they_mark_make_no_question(steps: list[tuple[int, Status]]) -> None:
    story = Story((Tablet(), Tablet()))
    for which, status in steps:
        story.tell([(which, None), (which, status)])
    assert standing_of(story.ledger).status == (steps[-1][1] if steps else None)


@given(STORIES, STATUSES)
def test_a_decision_settles_whatever_came_before_it(story: Story, status: Status) -> None:
    decision = mark(status, story.ledger[-1] if story.ledger else None, decides=True)
    assert standing_of([*story.ledger, decision]) == Standing(status, decision.id, (status,))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 100))
def test_the_share_is_compared_without_rounding(present: int, missed: int, excused: int, percent: int) -> None:
    held = present + missed + excused
    found = Attended(held, present, excused, unresolved=0, marked=held)
    enough = present + missed > 0 and present * 100 >= percent * (present + missed)
    assert found.reaches(percent) == enough


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
    statuses: tuple[Status, ...], percent: int, enough: bool
) -> None:
    assert attended_of([Standing(each) for each in statuses]).reaches(percent) == enough


def test_a_question_keeps_anybody_from_qualifying() -> None:
    found = attended_of([Standing(PRESENT), Standing(None, uuid.uuid4(), (ABSENT, PRESENT))])
    assert (found.present, found.unresolved, found.reaches(50)) == (1, 1, False)


def test_a_session_held_without_a_mark_counts_as_missed(session: Session, held: Seminar) -> None:
    registration = registered(session, held)
    marked(session, registration, PRESENT)
    found = attended(session, held, [registration], NOON)[registration.id]
    assert found == Attended(held=2, present=1, excused=0, unresolved=0, marked=1)


def test_a_session_that_has_not_begun_does_not_count(session: Session, held: Seminar) -> None:
    registration = registered(session, held)
    marked(session, registration, PRESENT)
    found = attended(session, held, [registration], held.sessions[0].ends_at)[registration.id]
    assert (found.held, found.present) == (1, 1)


def test_marks_stay_as_they_were_made(session: Session, held: Seminar) -> None:
    registration, meeting = registered(session, held), held.sessions[0]
    first = append_mark(session, registration, meeting, PRESENT, after=None, now=NOON)
    session.flush()
    append_mark(session, registration, meeting, ABSENT, after=first.id, now=NOON, decides=True)
    session.commit()
    kept = {each.id: (each.status, each.after, each.decides) for each in session.scalars(select(AttendanceMark))}
    assert kept[first.id] == (PRESENT, None, False)
    assert len(kept) == 2


def test_marks_sort_by_the_time_when_they_were_made() -> None:
    made = [new_mark_id(NOON + timedelta(milliseconds=each)) for each in range(50)]
    assert sorted(made) == made
    assert {(each.version, each.variant) for each in made} == {(7, uuid.RFC_4122)}


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
def test_who_came_is_who_was_at_a_session_at_least(
    session: Session, held: Seminar, first: tuple[Status, ...], second: tuple[Status, ...], there: bool
) -> None:
    person, other = registered(session, held), registered(session, held, YERLAN)
    marked(session, other, ABSENT, ABSENT)
    for place, statuses in zip(held.sessions, (first, second), strict=True):
        for each in statuses:  # none knew of another: two that differ are a question for the organizer
            append_mark(session, person, place, each, after=None, now=place.starts_at)
    session.flush()
    found = came(session, [held], NOON)
    assert (person.id in found) == there == (attended(session, held, [person], NOON)[person.id].present > 0)
    assert other.id not in found


def test_who_was_merged_came_as_the_one_that_was_kept(session: Session, held: Seminar) -> None:
    kept, merged = registered(session, held), registered(session, held, YERLAN)
    marked(session, merged, PRESENT)
    merged.state, merged.merged_into_id = State.MERGED, kept.id
    session.flush()
    assert came(session, [held], NOON) == {kept.id}
    marked(session, kept, ABSENT)
    assert came(session, [held], NOON) == set()
    assert attended(session, held, [kept], NOON)[kept.id].unresolved == 1


def test_nobody_came_to_what_has_not_begun(session: Session, seminar: Seminar) -> None:
    marked(session, registered(session, seminar), PRESENT)
    assert came(session, [seminar], NOON) == set()
    assert came(session, [], NOON) == set()

"""Attendance counted in the database: the same as the ledger says of each person."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, register_person, spell_number
from trainer.attendance.ledger import append_mark, load_seminar_attendance
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.summary import AttendanceSummary, summarize_attendance
from trainer.attendance.tally import load_tallies, map_session_statuses
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

MARKS = st.lists(st.sampled_from(AttendanceStatus), max_size=2)
PEOPLE = st.lists(st.tuples(MARKS, MARKS, st.booleans(), st.booleans()), min_size=1, max_size=7)
"""Of each person the marks of both sessions, whether the second of two decides, and whether it is merged into the first person."""


def create_marked_people(
    session: Session,
    seminar: Seminar,
    drawn: Sequence[tuple[list[AttendanceStatus], list[AttendanceStatus], bool, bool]],
) -> list[Registration]:
    """Register people with these marks. Marks that follow nothing are a conflict if they differ."""
    people: list[Registration] = []
    for number, (first, second, decides, is_merged) in enumerate(drawn):
        person = register_person(
            session, seminar, surname=f"Ким{spell_number(number)}", phone=f"+7701{seminar.id:03}{number:04}"
        )
        for part, statuses in zip(seminar.sessions, (first, second), strict=True):
            for place, status in enumerate(statuses):
                moment = part.starts_at + timedelta(minutes=place)
                append_mark(session, person, part, status, after=None, now=moment, decides=decides and place == 1)
        if is_merged and people:
            person.status, person.merged_into_id = RegistrationStatus.MERGED, people[0].id
        people.append(person)
    session.flush()
    return people


@given(PEOPLE, PEOPLE, st.booleans())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.slow
def test_the_tally_says_of_everybody_what_the_ledger_says(
    session: Session,
    project: Project,
    drawn: list[tuple[list[AttendanceStatus], list[AttendanceStatus], bool, bool]],
    drawn_others: list[tuple[list[AttendanceStatus], list[AttendanceStatus], bool, bool]],
    is_over: bool,
) -> None:
    savepoint = session.begin_nested()
    start = NOON - timedelta(hours=8)
    seminars = [create_seminar(session, project, start, slug=slug, capacity=20) for slug in ("first", "second")]
    now = NOON if is_over else seminars[0].sessions[0].ends_at
    all_people = [create_marked_people(session, *pair) for pair in zip(seminars, (drawn, drawn_others), strict=True)]
    surviving_ids = map_merged_registrations(session, [seminar.id for seminar in seminars])
    tallies = load_tallies(session, seminars, now, surviving_ids)
    for seminar, people in zip(seminars, all_people, strict=True):
        listed = [person for person in people if person.status == RegistrationStatus.REGISTERED]
        ids = {person.id for person in listed}
        split = {
            person: summary for summary, own_ids in tallies[seminar.id].split_by_summary(ids) for person in own_ids
        }
        assert split == summarize_attendance(session, seminar, listed, now)
        absent = {person for person, summary in split.items() if summary.missed_all}
        assert tallies[seminar.id].choose(ids, lambda summary: summary.missed_all) == absent
        attendance = load_seminar_attendance(session, seminar)
        conflicts = sum(own.is_conflicting for (person, _part), own in attendance.items() if person in ids)
        assert tallies[seminar.id].count_conflicts(ids) == conflicts
        for part in seminar.sessions:
            statuses = map_session_statuses(session, part, surviving_ids)
            found = {person: status for status, own_ids in statuses.items() for person in own_ids}
            expected = {key[0]: own.status for key, own in attendance.items() if key[1] == part.id and own.status}
            assert found == expected
    savepoint.rollback()


def test_nobody_is_counted_before_the_first_session(session: Session, past_seminar: Seminar) -> None:
    person = register_person(session, past_seminar)
    append_mark(session, person, past_seminar.sessions[0], AttendanceStatus.PRESENT, after=None, now=NOON)
    session.flush()
    before = past_seminar.sessions[0].starts_at - timedelta(days=1)
    tally = load_tallies(session, [past_seminar], before, {})[past_seminar.id]
    assert dict(tally.split_by_summary({person.id})).keys() == {AttendanceSummary(0, 0, 0, 0, 0)}
    assert load_tallies(session, [], NOON, {}) == {}

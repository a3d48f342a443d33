"""The segments of announcements: what each package knows of the people of seminars."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from trainer.attendance.models import AttendanceStatus
from trainer.projects.models import Project
from trainer.registration.announcements.segments import get_segment, list_segments
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.duplicates import merge_registration
from trainer.seminars.models import Seminar


def list_members(app: Flask, session: Session, key: str, *seminars: Seminar) -> set[int]:
    """Return the ids of the registrations in a segment."""
    session.flush()
    with app.app_context():
        return get_segment(key).list_registration_ids(session, seminars, NOON)


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> dict[str, Registration]:
    """Register people of a seminar that is over, in every situation."""
    holder = register_eligible_person(session, past_seminar, AIGUL)
    issue_to_eligible(session, past_seminar)
    silent = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, silent, AttendanceStatus.LATE)
    absent = register_person(session, past_seminar, MARINA)
    mark_sessions(session, absent, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    unmarked = register_person(session, past_seminar, MARINA, surname="Белгісіз", phone="+77055550111")
    waiting = register_person(session, past_seminar, MARINA, surname="Күткен", phone="+77055550112")
    waiting.status = RegistrationStatus.WAITING
    applied = register_person(session, past_seminar, MARINA, surname="Өтініш", phone="+77055550113")
    applied.status = RegistrationStatus.APPLIED
    gone = register_person(session, past_seminar, MARINA, surname="Кеткен", phone="+77055550114")
    gone.status = RegistrationStatus.CANCELLED
    return {
        "holder": holder,
        "silent": silent,
        "absent": absent,
        "unmarked": unmarked,
        "waiting": waiting,
        "applied": applied,
        "gone": gone,
    }


@pytest.mark.parametrize(
    ("key", "members"),
    [
        ("everybody", "holder silent absent unmarked waiting applied"),
        ("confirmed", "holder silent absent unmarked"),
        ("waiting", "waiting"),
        ("applied", "applied"),
        ("present", "holder silent"),
        ("absent", "absent unmarked"),
        ("unanswered", "silent"),
        ("answered", "holder"),
        ("certified", "holder"),
        ("uncertified", "silent absent unmarked"),
    ],
)
def test_each_segment_has_its_people(
    app: Flask, session: Session, past_seminar: Seminar, people: dict[str, Registration], key: str, members: str
) -> None:
    assert list_members(app, session, key, past_seminar) == {people[name].id for name in members.split()}


def test_every_segment_is_tested(app: Flask) -> None:
    with app.app_context():
        assert len(list_segments()) == len({segment.key for segment in list_segments()}) == 10


def test_segments_of_several_seminars_are_joined_and_before_the_end_nobody_is_absent(
    app: Flask, session: Session, project: Project, past_seminar: Seminar, people: dict[str, Registration]
) -> None:
    coming = create_seminar(session, project, slug="coming")
    newcomer = register_person(session, coming, YERLAN)
    assert newcomer.id in list_members(app, session, "confirmed", past_seminar, coming)
    assert newcomer.id not in list_members(app, session, "absent", past_seminar, coming)
    assert list_members(app, session, "absent", coming) == set()


def test_an_answer_under_a_merged_registration_counts(app: Flask, session: Session, past_seminar: Seminar) -> None:
    merged, surviving = register_person(session, past_seminar, YERLAN), register_person(session, past_seminar, MARINA)
    mark_sessions(session, surviving, AttendanceStatus.PRESENT)
    answer_survey(session, merged)
    merge_registration(session, merged, surviving, NOON)
    assert list_members(app, session, "unanswered", past_seminar) == set()
    assert list_members(app, session, "answered", past_seminar) == {surviving.id}


def test_a_seminar_without_survey_and_certificate_asks_nobody(
    app: Flask, session: Session, past_seminar: Seminar, people: dict[str, Registration]
) -> None:
    past_seminar.has_survey = past_seminar.has_certificate = False
    assert list_members(app, session, "unanswered", past_seminar) == set()
    assert list_members(app, session, "uncertified", past_seminar) == set()

"""The example project: on any day, three seminars are over, one is open, and its certificates are specimens."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates import EXAMPLE_PREFIX
from tests.example.factories import load_example_project
from tests.factories import load_contract_plan
from tests.visitor import Visitor
from trainer.clock import now
from trainer.desk.path.progress import list_progress
from trainer.example import load
from trainer.example.evidence import SELECTION, SELECTION_END
from trainer.example.load import MIN_LEAD_TIME, compute_plan_shift
from trainer.example.people import ASSISTANTS, MEDICAL_WORKERS
from trainer.example.seminars import EXAMPLE_SEMINARS
from trainer.issuing.models import IssuedCertificate
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.projects.plan import PlanAlreadyImported
from trainer.registration.models import Registration
from trainer.registration.seats.enrolment import register_known_person
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import is_registration_open, list_all_seminars

ZONE = ZoneInfo("Asia/Aqtau")
SPECIAL_LETTERS = set("ӘҒҚҢӨҰҮҺІ")
FIRST_STARTS = [
    datetime(2025, 6, 28, 18, 59, 59, tzinfo=UTC),  # a second before midnight in Aktau
    datetime(2025, 6, 28, 19, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 18, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # clocks change in Europe, not in Aktau
    datetime(2026, 10, 31, 20, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reuse the parsed plan in tests that are not about it."""
    monkeypatch.setattr(load, "read_plan", lambda _content: load_contract_plan())


@pytest.mark.parametrize("moment", FIRST_STARTS, ids=lambda moment: f"{moment:%Y-%m-%dT%H:%M}")
def test_on_any_day_three_seminars_are_over_and_one_is_open(
    app: Flask, session: Session, quickly: None, moment: datetime
) -> None:
    with time_machine.travel(moment, tick=False):
        project = load_example_project(app, session)
        seminars = list_all_seminars(session)
        issued = [each.issued for each in list_progress(session, seminars, moment)]
        assert [seminar.activity.code for seminar in seminars] == ["T2.A1", "T2.A1", "T4.A1", "T4.A1"]
        assert [seminar.ends_at is not None and seminar.ends_at <= moment for seminar in seminars] == [
            True,
            True,
            True,
            False,
        ]
        assert [is_registration_open(seminar, moment) for seminar in seminars] == [False, False, False, True]
        assert issued == [6, 7, 8, 0]
        assert {day for seminar in seminars for day in seminar.days} == {
            seminar.day + compute_shift(project) for seminar in EXAMPLE_SEMINARS
        }
        for seminar in seminars:
            assert seminar.activity.start <= seminar.days[0] <= seminar.days[-1] <= seminar.activity.end
            assert seminar.opened_at is not None
            assert seminar.opened_at <= moment


def compute_shift(project: Project) -> timedelta:
    """Return by how much the plan was moved."""
    moved: timedelta = project.start - load_contract_plan()["project"]["period"]["start"]
    return moved


def test_every_date_of_the_plan_is_moved_by_the_same_whole_weeks_but_one_that_was_edited(
    app: Flask, session: Session, quickly: None, clock: Any
) -> None:
    clock.move_to(datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    project = load_example_project(app, session)
    moved = compute_shift(project)
    assert moved.days % 7 == 0
    planned = {activity["id"]: activity for task in load_contract_plan()["tasks"] for activity in task["activities"]}
    assert project.end == load_contract_plan()["project"]["period"]["end"] + moved
    assert len(project.activities) == len(planned)
    for activity in project.activities:
        end = SELECTION_END if activity.code == SELECTION else planned[activity.code]["end"]
        assert (activity.start, activity.end) == (planned[activity.code]["start"] + moved, end + moved)


@given(st.integers(0, 60 * 365 * 86400))
def test_the_last_seminar_is_one_to_two_weeks_ahead_and_the_previous_one_is_over(seconds: int) -> None:
    moment = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)  # when Aktau's clock last changed
    moved, today = compute_plan_shift(moment, ZONE), moment.astimezone(ZONE).date()
    *_earlier, third, last = [seminar.day + moved for seminar in EXAMPLE_SEMINARS]
    assert moved.days % 7 == 0
    assert MIN_LEAD_TIME <= last - today < MIN_LEAD_TIME + timedelta(days=7)
    assert third < today


def test_the_plan_that_is_moved_holds_the_seminars() -> None:
    assert compute_plan_shift(datetime(2025, 6, 28, 5, 0, tzinfo=UTC), ZONE) == timedelta()
    assert (
        load_contract_plan()["project"]["period"]["start"]
        <= EXAMPLE_SEMINARS[0].day
        < EXAMPLE_SEMINARS[-1].day
        == date(2025, 7, 5)
    )


def test_seventeen_people_with_all_nine_letters_hold_the_registrations(
    app: Flask, session: Session, quickly: None, clock: Any
) -> None:
    load_example_project(app, session)
    people = session.scalars(select(Person)).all()
    assert (len(MEDICAL_WORKERS), len(ASSISTANTS), len(people)) == (7, 10, 17)
    assert len({person.phone for person in people}) == 17
    assert set("".join(person.full_name for person in people).upper()) >= SPECIAL_LETTERS
    assert {person.language for person in people} == {"kk", "ru"}
    registrations = session.scalars(select(Registration)).all()
    held = Counter(registration.seminar.slug for registration in registrations)
    assert [held[seminar.slug] for seminar in EXAMPLE_SEMINARS] == [7, 7, 10, 4]
    assert all(registration.consents for registration in registrations)
    *_over, third, last = list_all_seminars(session)
    for registration in [registration for registration in registrations if registration.seminar is third]:
        register_known_person(session, registration.person, last, now())
    assert session.scalar(select(func.count()).select_from(Registration)) == 34  # the six others have joined


def test_one_person_was_absent_too_often_and_one_has_not_answered_the_survey(
    organizer: Visitor, session: Session, quickly: None
) -> None:
    load_example_project(session.info["app"], session)
    third = list_all_seminars(session)[2]
    page = organizer.get(f"/desk/seminars/{third.id}/certificates?lang=en")
    assert "Has not answered the survey." in page.words
    assert "Attended 0 of 2 sessions; at least 75 percent is required." in page.words
    assert "Issued: 8. Not ready yet: 2." in page.words


def test_its_certificates_are_specimens_from_number_to_paper(
    app: Flask, session: Session, stranger: Visitor, organizer: Visitor
) -> None:
    project = load_example_project(app, session)
    entries = session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id)).all()
    assert project.is_example
    assert project.serial_prefix == EXAMPLE_PREFIX == "EX"
    assert [entry.number for entry in entries] == list(range(1, 22))
    assert all(entry.serial.startswith("EX-2025-") and entry.facts["specimen"] for entry in entries)
    for entry in entries[::7]:
        verdict = stranger.client.get(f"/v/{entry.code}", headers={"Accept": "application/json"}).get_json()
        assert (verdict["verdict"], verdict["specimen"]) == ("valid", True)
        assert organizer.get(f"/desk/certificates/{entry.serial}.pdf").response.data.startswith(b"%PDF-")


def test_every_page_of_the_example_opens(organizer: Visitor, session: Session, quickly: None) -> None:
    load_example_project(session.info["app"], session)
    for seminar in session.scalars(select(Seminar)).all():
        for place in (
            "",
            "/edit",
            "/registrations",
            "/attendance",
            "/surveys",
            "/surveys/1/edit",
            "/surveys/1/results",
            "/certificates",
        ):
            organizer.get(f"/desk/seminars/{seminar.id}{place}")
        organizer.get(f"/s/{seminar.slug}")
    for registration in session.scalars(select(Registration)).all()[::9]:
        organizer.get(f"/r/{registration.token}")


def test_it_never_loads_twice(app: Flask, session: Session, quickly: None, clock: Any) -> None:
    load_example_project(app, session)
    with pytest.raises(PlanAlreadyImported):
        load_example_project(app, session)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Project)) == 1
    assert session.scalar(select(func.count()).select_from(Person)) == 17

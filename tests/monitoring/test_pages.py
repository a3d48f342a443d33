"""The pages of the plan show figures with words, their rows page by page, and what is missing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, mark_sessions, register_person, spell_number
from tests.monitoring.factories import (
    create_publication,
    enter_figure,
    enter_views,
    get_activity,
    get_indicator,
    link,
    link_items,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.evidence.models import EvidenceKind
from trainer.monitoring.models import ReportingPeriod
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

PLAN = "/desk/plan?lang=en"


def open_indicator(visitor: Visitor, session: Session, project: Project, code: str, query: str = "") -> str:
    """Return the text of the page of an indicator."""
    number = get_indicator(session, project, code).id
    return visitor.get(f"/desk/plan/indicators/{number}?lang=en{query}").text


def test_the_plan_shows_actual_values_beside_the_planned_ones(
    organizer: Visitor, session: Session, project: Project
) -> None:
    link_items(session, project, "T1.A1.I1", 4)
    page = organizer.get(PLAN + "&activity=T1.A1").text
    assert "photo: 4" in page
    assert "−1" in page
    assert "In progress" in page


@pytest.mark.parametrize(("language", "word"), [("kk", "Толық орындалды"), ("ru", "Выполнено"), ("en", "Fulfilled")])
def test_a_status_is_a_word_and_a_sign_in_every_language(
    organizer: Visitor, session: Session, project: Project, language: str, word: str
) -> None:
    link_items(session, project, "T1.A1.I1", 5)
    text = organizer.get(f"/desk/plan?lang={language}&status=fulfilled").text
    assert word in text
    assert "✓" in text


def test_the_plan_is_filtered_by_status_and_activity(organizer: Visitor, session: Session, project: Project) -> None:
    link_items(session, project, "T1.A1.I1", 5)
    fulfilled = organizer.get(PLAN + "&status=fulfilled").text
    assert 'id="T1.A1.I1"' in fulfilled
    assert 'id="T1.A1.I2"' not in fulfilled
    missing = organizer.get(PLAN + "&status=missing&activity=T1.A1").text
    assert 'id="T1.A1.I1"' not in missing
    assert 'id="T1.A1.I2"' in missing
    assert 'id="T2.A1.I1"' not in missing


def test_the_plan_can_be_asked_as_of_an_earlier_day(organizer: Visitor, session: Session, project: Project) -> None:
    link_items(session, project, "T1.A1.I1", 5)
    page = organizer.get(PLAN + "&as_of=2025-05-31&activity=T1.A1").text
    assert "photo: 0" in page
    assert "Figures as of 31 May 2025." in page


@pytest.mark.parametrize("query", ["&start=2025-06-02&end=2025-06-01", "&as_of=yesterday"])
def test_dates_that_make_no_sense_are_explained(
    organizer: Visitor, session: Session, project: Project, query: str
) -> None:
    page = organizer.get(PLAN + query).text
    assert 'class="error"' in page


def test_expected_results_show_what_their_activities_reached(organizer: Visitor, past_seminar: Seminar) -> None:
    mark_sessions(organizer.session, register_person(organizer.session, past_seminar), AttendanceStatus.PRESENT)
    page = organizer.get(PLAN).text
    assert "Planned: medical worker: 7; reached: 1" in page


def test_rows_are_shown_page_by_page_with_the_people_behind_them(organizer: Visitor, past_seminar: Seminar) -> None:
    session = organizer.session
    past_seminar.capacity = 60
    for number in range(51):
        name = spell_number(100 + number)
        person = register_person(session, past_seminar, surname=f"Әлиева{name}", phone=f"+7701555{number:04}")
        mark_sessions(session, person, AttendanceStatus.PRESENT)
    page = open_indicator(organizer, session, past_seminar.project, "SI1")
    assert "Page 1 of 2" in page
    assert "/desk/registrations/" in page
    assert "Not stated" not in page
    last = open_indicator(organizer, session, past_seminar.project, "SI1", "&page=2")
    assert last.count("Облыстық аурухана") == 1


def test_an_indicator_shows_its_lists_doubt_and_explanation(organizer: Visitor, past_seminar: Seminar) -> None:
    mark_sessions(organizer.session, register_person(organizer.session, past_seminar), AttendanceStatus.PRESENT)
    page = open_indicator(organizer, organizer.session, past_seminar.project, "T2.A1.I1")
    assert "The basics of care" in page
    assert "7 per list or 7 in total" in page
    assert "Counts one list for each seminar" in page


def test_evidence_that_counts_twice_says_so(organizer: Visitor, session: Session, project: Project) -> None:
    publication = create_publication(session, project, get_activity(session, project, "T6.A1"))
    enter_views(session, publication, 1200)
    for code in ("T6.A1.I1", "C2.A1.I1"):
        link(session, get_indicator(session, project, code), publication)
    assert "it counts twice" in open_indicator(organizer, session, project, "T6.A1.I1")
    assert "views: 1,200" in open_indicator(organizer, session, project, "T6.A1.I5")


def test_an_entered_figure_is_shown_as_entered(organizer: Visitor, session: Session, project: Project) -> None:
    enter_figure(session, project, get_indicator(session, project, "SI3"), "person", 3, note="Келісімшарт бойынша")
    page = open_indicator(organizer, session, project, "SI3")
    assert "Entered manually" in page
    assert "Келісімшарт бойынша" in page


def test_what_is_missing_names_who_can_do_it(organizer: Visitor, session: Session, project: Project) -> None:
    link_items(session, project, "T1.A1.I1", 5)
    page = organizer.get("/desk/plan/missing?lang=en").text
    assert "Who can do it: Сәуле" in page
    assert page.index("T1.A2") < page.index("T3.A1")
    assert f'/indicators/{get_indicator(session, project, "T1.A1.I1").id}"' not in page


def test_a_reporting_period_is_added_and_leads_to_its_figures(
    organizer: Visitor, session: Session, project: Project
) -> None:
    address = f"/desk/plan/periods/{project.id}/new"
    changes = {"kind": "interim", "start": "2025-05-01", "end": "2025-07-31"}
    page = organizer.follow(organizer.submit(address, changes))
    assert session.scalars(select(ReportingPeriod)).one().kind == "interim"
    assert "2025-07-31" in page.text
    organizer.submit(address, changes)
    assert session.scalars(select(ReportingPeriod)).one()
    organizer.submit(address, {**changes, "end": "2025-04-01"}, status=422)


def test_a_photo_of_the_period_counts_by_the_day_it_was_taken(
    organizer: Visitor, session: Session, project: Project
) -> None:
    link_items(session, project, "T1.A1.I1", 1, EvidenceKind.PHOTO, taken_at=NOON - timedelta(days=20))
    assert "photo: 0" in organizer.get(PLAN + "&start=2025-06-01&activity=T1.A1").text
    assert "photo: 1" in organizer.get(PLAN + "&end=2025-06-01&activity=T1.A1").text


def test_a_cancelled_seminar_is_on_no_list(organizer: Visitor, session: Session, project: Project) -> None:
    seminar = create_seminar(session, project, NOON - timedelta(hours=8))
    mark_sessions(session, register_person(session, seminar), AttendanceStatus.PRESENT)
    seminar.cancelled_at = NOON
    assert "Nothing is counted yet." in open_indicator(organizer, session, project, "SI1")

"""Pictures of a project are SVG files with the same numbers as the tables beside them."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOON, answer_survey, create_seminar, mark_sessions, register_person
from tests.monitoring.factories import create_publication, enter_views, get_activity, link_items
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.monitoring.charts import ChartName, build_chart
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.scope import build_scope
from trainer.projects.models import Project

pytestmark = pytest.mark.one_database


@pytest.fixture
def filled_project(session: Session, project: Project) -> Project:
    """Return a project with something in every picture."""
    seminar = create_seminar(session, project, NOON - timedelta(hours=8))
    person = register_person(session, seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT)
    answer_survey(session, person, 4)
    publication = create_publication(session, project, get_activity(session, project, "T6.A1"))
    for day, views in ((date(2025, 5, 20), 400), (date(2025, 6, 1), 1200)):
        enter_views(session, publication, views, day)
    link_items(session, project, "T1.A1.I1", 5)
    session.commit()
    return project


def test_the_pictures_hold_what_was_counted(session: Session, filled_project: Project) -> None:
    facts = ProjectFacts(session, build_scope(filled_project, NOON))
    progress, satisfaction, views, evidence = (build_chart(name, facts, {}) for name in ChartName)
    [reached, passed] = progress.rows[0].bars
    assert (reached.value, reached.whole, passed.value, passed.whole) == (1, 9, 33, 184)
    [bar] = satisfaction.rows[0].bars
    assert (bar.value, bar.whole) == (1, 1)
    assert [row.bars[0].value for row in views.rows] == [400, 1200]
    assert evidence.rows[0].bars[0].value == 5


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_picture_has_a_table_beside_it(organizer: Visitor, filled_project: Project, language: str) -> None:
    page = organizer.get(f"/desk/plan/charts?lang={language}")
    assert len(page.find_all("img")) == len(ChartName)
    for name in ChartName:
        response = organizer.client.get(f"/desk/plan/charts/{filled_project.id}/{name}.svg?lang={language}")
        assert response.mimetype == "image/svg+xml"
        assert response.text.startswith("<svg")
    organizer.get(f"/desk/plan/charts/{filled_project.id}/nothing.svg", status=404)


def test_a_picture_without_numbers_is_a_sentence(organizer: Visitor, project: Project) -> None:
    page = organizer.get("/desk/plan/charts?lang=en")
    assert page.text.count("There are no numbers yet.") == 2

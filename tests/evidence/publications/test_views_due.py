"""Who has to enter views is reminded: of what an indicator counts each month, of the rest once."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.monitoring.factories import create_publication, enter_views, get_activity, get_indicator, link
from tests.visitor import Visitor
from trainer.evidence.publications.views_due import count_views_due
from trainer.projects.models import Project

LIST = "/desk/evidence/publications"
TODAY = NOON.date()
MONTH_AGO = TODAY - timedelta(days=30)


@pytest.fixture
def plan(session: Session, project: Project) -> Project:
    """Return a project whose plan counts the views of two activities, and not those of the others."""
    for indicator in project.social_impact:
        indicator.kind = "partners"
    session.flush()
    return project


def count(session: Session, project: Project, day: date = TODAY) -> int:
    """Return how many publications wait for views on a day."""
    return count_views_due(session, project, day)[0]


def test_what_an_indicator_counts_is_asked_for_again_after_thirty_days(session: Session, plan: Project) -> None:
    publication = create_publication(session, plan, get_activity(session, plan, "T6.A1"), published_on=MONTH_AGO)
    assert count(session, plan) == 1
    assert count(session, plan, TODAY - timedelta(days=1)) == 0
    enter_views(session, publication, 10)
    assert count(session, plan) == 0
    assert count_views_due(session, plan, TODAY + timedelta(days=30)) == (1, TODAY + timedelta(days=30))


def test_what_proves_an_indicator_of_such_an_activity_counts_too(session: Session, plan: Project) -> None:
    publication = create_publication(session, plan, get_activity(session, plan, "T5.A1"), published_on=MONTH_AGO)
    enter_views(session, publication, 10, MONTH_AGO)
    assert count(session, plan) == 0
    proof = link(session, get_indicator(session, plan, "T6.A1.I1"), publication)
    assert count(session, plan) == 1
    proof.removed_at = NOON
    session.flush()
    assert count(session, plan) == 0


def test_other_publications_are_asked_for_once(session: Session, plan: Project) -> None:
    publication = create_publication(session, plan, published_on=MONTH_AGO)
    assert count(session, plan) == 1
    enter_views(session, publication, 10)
    assert count(session, plan, TODAY + timedelta(days=90)) == 0


def test_the_views_of_all_publications_are_asked_for_where_they_are_beneficiaries(
    session: Session, project: Project
) -> None:
    publication = create_publication(session, project, published_on=MONTH_AGO)
    enter_views(session, publication, 10, MONTH_AGO)
    assert count(session, project) == 1


def test_print_and_what_was_removed_wait_for_nothing_and_neither_does_a_project_that_is_over(
    session: Session, plan: Project
) -> None:
    create_publication(session, plan, published_on=MONTH_AGO, address="")
    create_publication(session, plan, published_on=MONTH_AGO, removed_at=NOON)
    assert count(session, plan) == 0
    create_publication(session, plan, published_on=MONTH_AGO)
    assert count(session, plan, plan.end + timedelta(days=30)) == 1
    assert count(session, plan, plan.end + timedelta(days=31)) == 0


def test_today_leads_to_the_list_of_what_waits_for_views(
    organizer: Visitor, session: Session, project: Project
) -> None:
    waiting = create_publication(session, project, published_on=MONTH_AGO)
    entered = create_publication(session, project, published_on=MONTH_AGO)
    enter_views(session, entered, 10)
    session.commit()
    assert f"{LIST}?show=views" in organizer.get("/desk/").list_links()
    links = organizer.get(f"{LIST}?show=views").list_links()
    assert f"{LIST}/{waiting.id}" in links
    assert f"{LIST}/{entered.id}" not in links

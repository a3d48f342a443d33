"""Every page of the desk on which a list has more than twenty rows has a search field."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar
from tests.page import Page
from tests.registration.announcements.factories import create_announcement
from tests.route_data import DatasetSize, RouteData, create_route_data
from tests.visitor import Visitor
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.attendance.tablet.devices import create_device
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.web.paging import SEARCHED_LISTS_FROM

pytestmark = pytest.mark.one_database

MANY = SEARCHED_LISTS_FROM + 3
WITHOUT_SEARCH = {
    "attendance_conflicts.view_conflicts": "decisions, each made once",
    "attendance_scans.view_scan": "the rows of one sheet of paper",
    "desk_documents.view_documents": "the documents of one seminar, read as a whole",
    "evidence_withdrawals.view_withdrawals": "decisions, each made once",
    "desk_history.view_history": "filtered by who, what and when",
    "issuing_batch.view_check_sheet": "what is about to be issued, read as a whole",
    "monitoring.view_plan": "the plan is read as a whole",
    "projects_review.edit_draft_activities": "the plan is read as a whole",
    "projects_review.edit_translations": "the plan is read as a whole",
    "projects_review.view_doubts": "the plan is read as a whole",
    "projects_review.view_readings": "the plan is read as a whole",
    "surveys_results.view_survey_results": "results of one survey; those who have not answered are searched where forms are entered",
    "registration_duplicates.view_duplicates": "decisions, each made once; the next ones appear as these are made",
}


@pytest.fixture
def data(app: Flask, organizer: Visitor, session: Session) -> RouteData:
    """Return data in which every list is long."""
    data = create_route_data(app, session, DatasetSize(people=2 * MANY, seminars=10, surveys=MANY))
    project, seminar = session.get_one(Project, 1), session.get_one(Seminar, data.parameters["seminar_id"])
    for number in range(MANY):
        starts_at = NOON - timedelta(days=50 + number)
        create_seminar(session, project, starts_at, slug=f"archived-{number}", archived_at=NOON)
        create_seminar(session, project, starts_at, slug=f"long-ago-{number}")
        create_device(session, f"Планшет А{number}", [seminar], NOON)
        create_announcement(session, seminar)
        user = User(email=f"{number}@example.org", name=f"Әріптес {number}", fs_uniquifier=f"colleague-{number}")
        session.add(user)
        add_membership(session, user, project.id, ProjectRole.ORGANIZER, NOON)
    session.commit()
    return data


def count_longest_list(page: Page) -> int:
    """Return the number of rows of the longest list or table of a page that shows itself without a click."""
    lists: list[Any] = [*page.find_all("tbody"), *page.find_all("ul"), *page.find_all("ol")]
    main = page.get_element("main")
    shown = [
        each
        for each in lists
        if main in each.iterancestors() and not any(above.tag in ("details", "nav") for above in each.iterancestors())
    ]
    return max((len([row for row in each if row.tag in ("tr", "li")]) for each in shown), default=0)


def has_search_field(page: Page) -> bool:
    """Return whether the page itself, and not only its frame, has a search field."""
    main = page.get_element("main")
    return any(field.get("type") == "search" for field in main.iter("input"))


def test_every_long_list_has_a_search_field(app: Flask, organizer: Visitor, data: RouteData) -> None:
    long_lists, missing = set(), set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk/") or "GET" not in (rule.methods or ()):
            continue
        response = organizer.client.get(data.build_address(app, rule.endpoint), buffered=True)
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        page = Page(response)
        if count_longest_list(page) > SEARCHED_LISTS_FROM:
            long_lists.add(rule.endpoint)
            if not has_search_field(page):
                missing.add(rule.endpoint)
    assert missing - WITHOUT_SEARCH.keys() == set()
    assert len(long_lists) > len(missing) + 10, "the walk has found the long lists"

"""The frame of the dashboard: every page of a seminar hangs under one of five tabs, and what waits is counted there."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, create_seminar, load_contract_plan, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.desk.tabs import TABS, find_tab_page
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects
from trainer.projects.plan import import_plan
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

NOT_IN_THE_FRAME = {"attendance_sheets.download_sheet", "issuing_downloads", "registration_poster"}  # files


def list_tabs(page: Page) -> list[str]:
    """Return the names of the seminar's tabs on a page with their counts."""
    [tabs] = [element for element in page.find_all("ul") if element.get("class") == "tabs"]
    return [get_words(link) for link in tabs.iter("a")]


def list_current_tab_pages(page: Page) -> list[str]:
    """Return the marked tab and the marked page under it."""
    lists = [element for element in page.find_all("ul") if element.get("class") in ("tabs", "pages-of-tab")]
    return [get_words(link) for each in lists for link in each.iter("a") if link.get("aria-current")]


def test_every_page_of_a_seminar_belongs_to_a_tab(app: Flask) -> None:
    lost = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "seminar_id" in rule.arguments and rule.rule.startswith("/desk/") and "GET" in (rule.methods or ())
        if find_tab_page(rule.endpoint) is None
        and not {rule.endpoint, rule.endpoint.rpartition(".")[0]} & NOT_IN_THE_FRAME
    }
    assert lost == set()


def test_every_page_under_a_tab_exists(app: Flask) -> None:
    named = {name for tab in TABS for page in tab.pages for name in (page.endpoint, *page.pages)}
    assert named <= {*app.view_functions, *app.blueprints}


def test_a_seminar_has_five_tabs_and_marks_where_one_is(organizer: Visitor, seminar: Seminar) -> None:
    page = organizer.get(f"/desk/seminars/{seminar.id}/papers")
    assert list_tabs(page) == ["Шолу", "Адамдар", "Қатысу", "Кері байланыс", "Нәтижелер"]
    assert list_current_tab_pages(page) == ["Қатысу", "Тізімдер мен парақтар"]


def test_what_waits_is_counted_on_tab_page_and_section(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    register_person(session, seminar)
    register_person(session, seminar, AIGUL)
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    assert "Адамдар 1" in list_tabs(page)
    rail = [get_words(link) for link in page.find_all("nav")[0].iter("a")]
    assert rail[:4] == ["Бүгін", "Семинарлар", "Адамдар 1", "Жоспар"]


def test_the_chosen_project_stays_and_filters_the_lists(
    organizer: Visitor, session: Session, project: Project, seminar: Seminar
) -> None:
    plan = load_contract_plan()
    other = import_plan(session, {**plan, "project": {**plan["project"], "id": "other"}}, "TB")
    claim_ownerless_projects(session, NOON)
    theirs = create_seminar(session, other, slug="theirs")
    register_person(session, theirs, MARINA)
    address = f"/desk/seminars/{seminar.id}"
    assert address not in organizer.get("/desk/seminars").list_links(), "the newest project is the current one"
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post("/desk/project", {"csrf_token": token, "project": str(project.id)})
    page = organizer.get("/desk/seminars")
    assert address in page.list_links()
    assert f"/desk/seminars/{theirs.id}" not in page.list_links()
    assert MARINA.surname not in organizer.get("/desk/people").words
    organizer.post("/desk/project", {"csrf_token": token, "project": "999"}, status=404)


def test_with_one_project_there_is_only_its_name(organizer: Visitor, project: Project, seminar: Seminar) -> None:
    page = organizer.get("/desk/seminars")
    assert not any(element.get("name") == "project" for element in page.find_all("button"))
    assert project.title.kk in page.text

"""The list of seminars: groups, search, pages; and what the settings say is missing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, issue_to_eligible, register_eligible_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.web.paging import ROWS_PER_PAGE


def list_seminar_ids(page: Page) -> list[int]:
    """Return the ids of the seminars in the table, in order."""
    heads = [head for head in page.find_all("th") if head.get("scope") == "row"]
    return [int(next(iter(head.iter("a"))).get("href").rpartition("/")[2]) for head in heads]


def list_groups(page: Page) -> list[str]:
    """Return the names of the groups with their counts."""
    [groups] = [element for element in page.find_all("ul") if element.get("class") == "pages-of-tab"]
    return [get_words(link) for link in groups.iter("a")]


def test_a_seminar_is_in_one_group_until_it_is_done(
    organizer: Visitor, session: Session, project: Project, past_seminar: Seminar, seminar: Seminar
) -> None:
    cancelled = create_seminar(session, project, slug="cancelled", cancelled_at=NOON)
    draft = create_seminar(session, project, slug="draft", opened_at=None)
    register_eligible_person(session, past_seminar)
    page = organizer.get("/desk/seminars")
    assert list_groups(page) == ["Барлығы 4", "Алдағы 2", "Аяқтау қажет 1", "Өтпейтін 1"]
    assert set(list_seminar_ids(organizer.get("/desk/seminars?show=upcoming"))) == {seminar.id, draft.id}
    assert list_seminar_ids(organizer.get("/desk/seminars?show=cancelled")) == [cancelled.id]
    assert list_seminar_ids(organizer.get("/desk/seminars?show=to-finish")) == [past_seminar.id]
    issue_to_eligible(session, past_seminar)
    assert list_seminar_ids(organizer.get("/desk/seminars?show=done")) == [past_seminar.id]


def test_the_search_looks_at_titles_towns_and_codes(
    organizer: Visitor, session: Session, project: Project, seminar: Seminar
) -> None:
    for query in ("негіздері", "ОСНОВЫ ухода", "t2.a1"):
        assert list_seminar_ids(organizer.get(f"/desk/seminars?query={query}")) == [seminar.id], query
    page = organizer.get("/desk/seminars?query=балет")
    assert list_seminar_ids(page) == []
    assert "/desk/seminars" in page.list_links()


def test_many_seminars_have_pages_and_a_search_field(organizer: Visitor, session: Session, project: Project) -> None:
    for number in range(ROWS_PER_PAGE + 1):
        create_seminar(session, project, NOON + timedelta(days=number + 1), slug=f"seminar-{number}")
    page = organizer.get("/desk/seminars")
    assert len(list_seminar_ids(page)) == ROWS_PER_PAGE
    assert len(list_seminar_ids(organizer.get("/desk/seminars?page=2"))) == 1
    assert page.get_value("query") == ""


def test_a_short_list_has_no_search_field(organizer: Visitor, seminar: Seminar) -> None:
    assert organizer.get("/desk/seminars").list_forms() == []


@pytest.mark.parametrize(("number", "missing"), [("", True), ("123456789012", False)])
def test_the_settings_name_what_is_missing(
    organizer: Visitor, session: Session, project: Project, number: str, missing: bool
) -> None:
    project.business_number = number
    page = organizer.get("/desk/settings")
    facts = [get_words(part) for group in page.find_all("dl") for part in group]
    assert any(fact.startswith("БСН") and ("Жоқ" in fact) == missing for fact in facts)
    for address in (f"/desk/project/{project.id}", "/desk/tablets", "/desk/account/browsers"):
        assert address in page.list_links()

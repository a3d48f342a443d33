"""The main menu of the dashboard: every page belongs to one section, and the menu names the signed-in organizer."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.page import Page, get_words
from tests.route_data import DatasetSize, create_route_data
from tests.visitor import Visitor
from trainer.accounts.models import User

pytestmark = pytest.mark.one_database

HOMES = {
    "/desk/": "today",
    "/desk/seminars": "seminars",
    "/desk/people": "people",
    "/desk/plan": "plan",
    "/desk/messages": "messages",
    "/desk/settings": "settings",
}
SECTIONS_BY_PATH = {
    "/desk/people": "people",
    "/desk/plan": "plan",
    "/desk/evidence": "plan",
    "/desk/messages": "messages",
    "/desk/settings": "settings",
    "/desk/project": "settings",
    "/desk/colleagues": "settings",
    "/desk/history": "settings",
    "/desk/tablets": "settings",
    "/desk/account": "settings",
    "/desk/search": "",
    "/desk/sign": "",
}


def list_current_sections(page: Page) -> list[tuple[str, str]]:
    """Return section and value of every entry of the main menu that is marked as current."""
    return [
        (HOMES[link.get("href")], link.get("aria-current"))
        for nav in page.find_all("nav")[:1]
        for link in nav.iter("a")
        if link.get("aria-current")
    ]


def test_every_page_of_the_dashboard_highlights_its_section_in_the_main_menu(
    app: Flask, organizer: Visitor, session: Session
) -> None:
    data = create_route_data(app, session, DatasetSize(people=4, seminars=2, surveys=1))
    found, expected = {}, {}
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/desk")
    }
    for endpoint in sorted(endpoints):
        address = data.build_address(app, endpoint)
        response = organizer.client.get(address)
        if response.status_code != 200 or response.mimetype != "text/html" or b'class="brand"' not in response.data:
            response.close()
            continue
        path = address.partition("?")[0]
        starts = {"/desk/": "today"} if path == "/desk/" else SECTIONS_BY_PATH
        section = next((name for start, name in starts.items() if path.startswith(start)), "seminars")
        if endpoint.startswith("security."):
            section = "settings"
        expected[endpoint] = [(section, "page" if path in HOMES else "true")] if section else []
        found[endpoint] = list_current_sections(Page(response, status=200))
    assert found == expected
    assert {marked[0][0] for marked in found.values() if marked} == set(HOMES.values())
    assert len(found) > 30


@pytest.mark.parametrize(("language", "words"), [("kk", "Ұйымдастырушы"), ("ru", "Организатор"), ("en", "Organiser")])
def test_an_organizer_without_a_name_is_called_so_in_the_language_of_the_page(
    organizer: Visitor, session: Session, language: str, words: str
) -> None:
    account = session.query(User).one()
    account.name, account.language = "", language
    page = organizer.get("/desk/")
    assert words in [get_words(button) for button in page.find_all("summary")]

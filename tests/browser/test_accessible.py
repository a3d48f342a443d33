"""No page of the example has a violation that axe finds, and none scrolls sideways on a phone."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.axe import list_axe_violations
from tests.browser.desk import create_desk_link
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.browser.screenshots import list_page_addresses
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.issuance.context import build_issuing_context
from trainer.people.models import Person

LONG = "Әбдірахманқызықожахметованұрсұлтанбекова-Жұмағалиеваһжүсіпова"


@pytest.fixture
def example(served: tuple[Flask, str], browser: Browser) -> tuple[Page, dict[str, str]]:
    """Return a page of the organizer's browser, and the addresses of the example's pages by name."""
    app, base = served
    with app.app_context():
        load_example(db.session(), build_issuing_context(app.extensions["settings"]), now())
        link = create_desk_link(db.session())
        names = list_page_addresses()
    page = browser.new_page(viewport={"width": 360, "height": 740}, base_url=base)
    page.goto(f"/desk/sign-in/{link}")
    page.locator("main form button").click()
    page.wait_for_url("**/desk/")
    return page, names


@pytest.mark.walk
@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_axe_finds_nothing_on_any_page(example: tuple[Page, dict[str, str]]) -> None:
    page, names = example
    problems = []
    for name, address in names.items():
        page.goto(address)
        problems += [f"{name}: {violation}" for violation in list_axe_violations(page)]
        if page.evaluate(HORIZONTAL_OVERFLOW) > 0:
            problems.append(f"{name}: scrolls sideways")
    assert not problems, "\n".join(problems)


@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_very_long_names_and_workplaces_make_no_page_scroll_sideways(
    served: tuple[Flask, str], example: tuple[Page, dict[str, str]]
) -> None:
    page, names = example
    with served[0].app_context():
        for person in db.session.scalars(select(Person)):
            person.surname = person.given_name = LONG
            person.workplace = person.position = "Облыстық көпсалалы аурухананың оңалту бөлімшесі. " * 3
        db.session.commit()
    for name in ("desk-registration", "desk-registrations", "desk-messages", "page-waiting", "details", "my-data"):
        page.goto(names[name])
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, name

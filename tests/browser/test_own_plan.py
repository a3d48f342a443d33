"""A new organizer with an empty database makes a project of the contract’s annex: with few clicks, or by the keyboard alone."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from trainer.projects.models import PlanDraft, Project

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
ANNEX = Path(__file__).parents[1] / "projects" / "data" / "annex3.docx"
MAX_CLICKS = 30
STEPS = (
    "project",
    "activities",
    "readings",
    "doubts",
    "translations/names",
    "translations/titles",
    "indicators/T1.A2.I4",
)
WIDTHS = (360, 820, 1280)


class ClickCounter:
    """The organizer's page, on which every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, selector: str) -> None:
        """Click the first element that a selector finds."""
        self.clicks += 1
        self.page.locator(selector).first.click()


def upload_annex(page: Page) -> None:
    """Upload the annex on its page."""
    page.set_input_files("input[type=file]", ANNEX)


def test_the_annex_becomes_a_project_with_few_clicks(
    served: tuple[Flask, str], session: Session, browser: Browser
) -> None:
    page = open_desk(browser, served[1], session)
    person = ClickCounter(page)
    person.click("nav a[href='/desk/plan']")
    person.click("main a[href='/desk/plan/new']")
    upload_annex(page)
    person.click("main form button")
    person.click("main a[href$='/project']")
    page.fill("[name='grant_giver-ru']", "Центр поддержки гражданских инициатив")
    page.select_option("[name=timezone]", "Asia/Aqtau")
    person.click("main form button[type=submit]")
    person.click("main a[href$='/activities']")
    person.click("main form button[type=submit]")
    person.click("main a[href$='/readings']")
    person.click("main form button[type=submit]")
    person.click("main a[href$='/doubts']")
    for doubt in page.locator("fieldset:has(input[type=radio])").all():
        person.clicks += 1
        doubt.locator("input[type=radio]").first.check()
    person.click("main form button[type=submit]")
    person.click("main form button[type=submit]")
    page.wait_for_url("**/desk/project/*")
    project = session.scalars(select(Project)).one()
    assert sum(len(activity.indicators) for activity in project.activities) == 71
    assert person.clicks <= MAX_CLICKS, person.clicks


def test_no_page_of_a_draft_scrolls_sideways_or_has_an_accessibility_violation(
    served: tuple[Flask, str], session: Session, browser: Browser
) -> None:
    page = open_desk(browser, served[1], session)
    page.goto("/desk/plan/new")
    upload_annex(page)
    page.locator("main form button").click()
    draft = page.url
    for address in ("/desk/plan/new", "/desk/plan/projects/new", draft, *(f"{draft}/{step}" for step in STEPS)):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, f"{address} at {width}"
        assert list_axe_violations(page) == []


def test_doubts_are_decided_by_keyboard_alone(served: tuple[Flask, str], session: Session, browser: Browser) -> None:
    page = open_desk(browser, served[1], session)
    page.goto("/desk/plan/new")
    upload_annex(page)
    page.locator("main form button").click()
    page.goto(f"{page.url}/doubts")
    count = page.locator("fieldset:has(input[type=radio])").count()
    page.locator("main input[type=radio]").first.focus()
    for _doubt in range(count):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")  # the note
        page.keyboard.press("Tab")  # the link to change the indicator
        page.keyboard.press("Tab")  # the next doubt, or the button
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/*", wait_until="load")
    session.expire_all()
    assert len(session.scalars(select(PlanDraft)).one().answers) == count

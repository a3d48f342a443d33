"""A seminar described in a browser: four steps by keyboard, a day added in place, drafts saved by themselves, nothing lost."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
LAST_BUTTON = "#describe > .row:last-of-type button.button:not(.second)"


def load_seminars(session: Session) -> list[Seminar]:
    """Return all stored seminars."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Seminar).order_by(Seminar.id)))


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, True), (820, False)])
def test_a_seminar_is_described_in_four_steps_and_opened(
    browser: Browser, served: tuple[Flask, str], session: Session, project: Project, width: int, scripts: bool
) -> None:
    page = open_desk(browser, served[1], session, scripts=scripts, width=width)
    page.goto("/desk/seminars/new")
    if scripts:
        page.locator(".language-tabs button[lang=ru]").click()
        expect(page.locator("#title-kk")).to_be_hidden()
        page.locator("#title-ru").fill("Основы ухода")
        expect(page.locator("#draft-state")).not_to_be_empty()
        expect(page.locator(".language-tabs button[lang=kk]")).to_have_class("incomplete")
        page.locator(".language-tabs button[lang=kk]").click()
        assert len(load_seminars(session)) == 1, "the draft was saved by itself"
    page.locator("#title-kk").fill("Күтім негіздері")
    page.locator("#title-kk").press("Enter")
    page.locator("#sessions-0-day").fill("2025-06-20")
    page.locator("#sessions-0-begins").fill("09:00")
    page.locator("#sessions-0-ends").fill("12:00")
    page.locator("button[value=day]").press("Enter")
    expect(page.locator("#sessions-2-day")).to_have_value("2025-06-21")
    expect(page.locator("#sessions-2-begins")).to_have_value("09:00")
    if scripts:
        expect(page.locator("#sessions-2-day")).to_be_focused()
        assert list_axe_violations(page) == []
    assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
    for _step in ("days", "places", "certificate"):
        with page.expect_navigation():
            page.locator(LAST_BUTTON).press("Enter")
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
    expect(page.locator("#path [aria-current=step]")).to_be_visible()
    page.locator("#path button").press("Enter")
    expect(page.locator("#link")).to_be_visible()
    if scripts:
        assert list_axe_violations(page) == []
    [stored] = load_seminars(session)
    assert (stored.title.kk, len(stored.days), stored.opened_at is not None) == ("Күтім негіздері", 2, True)


def test_leaving_a_form_with_typed_text_asks(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar
) -> None:
    session.commit()
    page = open_desk(browser, served[1], session)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto(f"/desk/seminars/{seminar.id}/edit/places")
    page.locator("#capacity").press_sequentially("5")
    page.goto("/desk/")
    assert asked == ["beforeunload"]
    page.goto(f"/desk/seminars/{seminar.id}/edit/places")
    page.goto("/desk/")
    assert asked == ["beforeunload"], "nothing was typed"


@pytest.mark.walk
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_new_pages_of_the_dashboard_are_accessible(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar, language: str
) -> None:
    session.commit()
    page = open_desk(browser, served[1], session)
    paths = ("", "/edit/about", "/edit/days", "/edit/places", "/edit/certificate", "/edit", "/duplicate", "/delete")
    addresses = ["/desk/", "/desk/seminars/archive", *[f"/desk/seminars/{seminar.id}{path}" for path in paths]]
    for address in addresses:
        for width in (360, 820, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{address}?lang={language}")
            assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, (address, width)
        assert list_axe_violations(page) == []

"""Every page of the dashboard: no violation that axe finds, nothing wider than the window, everything reached by the Tab key."""

from collections.abc import Iterator
from itertools import cycle, product
from typing import Literal

import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize

from tests import databases
from tests.browser.axe import list_scheme_violations
from tests.browser.desk import create_desk_link
from tests.browser.desk_pages import create_desk_addresses
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.factories import NOON
from trainer.accounts.sign_in import get_or_create_organizer

pytestmark = [pytest.mark.browser, pytest.mark.walk, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
SIZES: tuple[ViewportSize, ...] = (
    {"width": 360, "height": 740},
    {"width": 820, "height": 1180},
    {"width": 1280, "height": 800},
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIEWS = tuple(product(SIZES, SCHEMES, ("kk", "ru")))

WIDER_THAN_ITS_BOX = """() => [...document.querySelectorAll("main *")].filter((each) =>
    each.checkVisibility() && each.clientWidth && each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).overflowX === "auto" && each.matches(".table")
).map((each) => each.outerHTML.slice(0, 80))"""

# Numbers the controls of the page's own part that the Tab key must reach, one of each group of radio buttons, and from then
# on collects those that have the focus.
WATCH_FOCUS = """() => {
    const radios = new Map();
    const controls = [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.tabIndex >= 0);
    for (const each of controls.filter((each) => each.type === "radio")) {
        const group = [...document.forms].indexOf(each.form) + each.name;
        if (!radios.has(group) || each.checked) radios.set(group, each);
    }
    window.wanted = controls.filter((each) => each.type !== "radio" || [...radios.values()].includes(each));
    window.places = new Map(window.wanted.map((each) => [each, each.getBoundingClientRect().toJSON()]));
    window.visited = [];
    addEventListener("focusin", ({ target }) => {
        const isSeen = [target, target.closest("label")].filter(Boolean).some((part) => {
            const style = getComputedStyle(part);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        });
        window.visited.push({ target, isSeen });
    });
    const parts = { date: 4, time: 4, "datetime-local": 7 }; // of a field, each of which is a stop
    return window.wanted.reduce((sum, each) => sum + (parts[each.type] ?? 1), 0);
}"""
# A control that a script of the page has hidden since needs no focus.
LIST_PROBLEMS = """() => {
    const name = (each) => each.outerHTML.slice(0, 100);
    const order = window.visited.map(({ target }) => target).filter((each) => window.places.has(each));
    return [
        ...window.wanted.filter((each) => each.checkVisibility() && !order.includes(each)).map((each) => `not reached: ${name(each)}`),
        ...window.visited.filter(({ isSeen }) => !isSeen).map(({ target }) => `no visible focus: ${name(target)}`),
        ...order.filter((each, index) => {
            const [place, previous] = [window.places.get(each), index ? window.places.get(order[index - 1]) : null];
            const box = each.closest(".choices"); // may scroll
            return previous && box === order[index - 1].closest(".choices")
                && place.bottom <= previous.top && place.left < previous.right; // above, and in no later column
        }).map((each) => `comes after what is below it: ${name(each)}`),
    ];
}"""


@pytest.fixture
def desk(served: tuple[Flask, str], browser: Browser) -> Iterator[tuple[Page, dict[str, str]]]:
    """Yield a page of the owner's browser, and the addresses of all pages of the dashboard by endpoint."""
    app, base = served
    with time_machine.travel(NOON), databases.open_session(app) as session:
        get_or_create_organizer(session, "organizer@example.org", name="Сәуле", language="kk")
        session.commit()
        addresses = create_desk_addresses(app, session)
        link = create_desk_link(session)
        page = browser.new_page(base_url=base, reduced_motion="reduce")
        page.goto(f"/desk/sign-in/{link}")
        page.locator("main form button").click()
        page.wait_for_url("**/desk/")
        yield page, addresses


def test_axe_finds_nothing_on_any_page_of_the_dashboard(desk: tuple[Page, dict[str, str]]) -> None:
    page, addresses = desk
    problems = []
    for (endpoint, address), (size, scheme, language) in zip(addresses.items(), cycle(VIEWS), strict=False):
        page.set_viewport_size(size)
        separator = "&" if "?" in address else "?"
        page.goto(f"{address}{separator}lang={language}")
        view = f"{endpoint} {size['width']} {scheme} {language}"
        page.evaluate(AXE_SCRIPT)
        problems += [f"{view}: {violation}" for violation in list_scheme_violations(page, scheme, {})]
        if page.evaluate(HORIZONTAL_OVERFLOW) > 0:
            problems.append(f"{view}: scrolls sideways")
        problems += [f"{view}: a table scrolls sideways: {table}" for table in page.evaluate(WIDER_THAN_ITS_BOX)]
    assert not problems, "\n".join(problems)


def test_the_tab_key_reaches_everything_in_its_order_and_shows_where_it_is(desk: tuple[Page, dict[str, str]]) -> None:
    page, addresses = desk
    page.set_viewport_size(SIZES[-1])
    problems = []
    for endpoint, address in addresses.items():
        page.goto(address)
        problems += [f"{endpoint}: {problem}" for problem in walk_by_tab(page)]
    assert not problems, "\n".join(problems)


def walk_by_tab(page: Page) -> list[str]:
    """Skip to the content, then press Tab until its end. Return what was not reached, is not seen or comes too late."""
    stops = page.evaluate(WATCH_FOCUS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.evaluate("window.visited = []")
    for _press in range(stops + 3):  # and boxes that scroll
        page.keyboard.press("Tab")
    problems: list[str] = page.evaluate(LIST_PROBLEMS)
    return problems

"""Registration on a phone of 360 px over a slow network, in Kazakh, with nothing but labels and the keyboard."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]

SLOW = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 50_000,
    "uploadThroughput": 25_000,
}  # a bad 3G, bytes a second
MOST = 100_000  # bytes of a page with all it needs

# The words on the form, and what is typed beside them.
TYPED = {
    "Тегі": "Өтегенова",
    "Аты": "Айгүл",
    "Телефон нөмірі": "8 701 555 01 01",
}
FOCUSED = """() => {
    const field = document.activeElement;
    const label = field.labels && field.labels.length ? field.labels[0].textContent : field.textContent;
    return (label || "").trim().replace(/\\s+/g, " ");
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focused element has this label."""
    seen = []
    for _press in range(80):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate(FOCUSED)))
        if seen[-1].startswith(words):
            return
    raise AssertionError(f"the keyboard never comes to «{words}»: {seen}")


def slow_down(page: Page) -> tuple[CDPSession, list[float]]:
    """Slow the network down; return the session of the developer tools and a list that collects the bytes received."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    received: list[float] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    return network, received


def test_a_trainee_registers_in_kazakh_with_labels_and_keyboard_alone(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar
) -> None:
    _app, address = served
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, device_scale_factor=2, has_touch=True, is_mobile=True, locale="kk-KZ"
    )
    page = context.new_page()
    network, received = slow_down(page)
    page.goto(f"{address}/s/{seminar.slug}")
    assert 0 < sum(received) < MOST
    tab_to(page, "Тіркелу")
    received.clear()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert 0 < sum(received) < MOST
    for label, value in TYPED.items():
        tab_to(page, label)
        page.keyboard.type(value)
    tab_to(page, "Дербес деректерімді")
    page.keyboard.press("Space")
    tab_to(page, "Тіркелу")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/r/" in page.url
    assert page.evaluate("document.documentElement.lang") == "kk"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    [registration] = session.scalars(select(Registration)).all()
    assert registration.status == RegistrationStatus.REGISTERED
    assert (registration.person.surname, registration.person.phone, registration.person.language) == (
        "Өтегенова",
        "+77015550101",
        "kk",
    )
    network.detach()

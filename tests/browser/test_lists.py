"""The first row of every list is within sight in every window, and actions on ticked rows appear when needed and cover none."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import databases
from tests.browser.desk import create_desk_link
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.monitoring.factories import create_entry, create_publication
from tests.route_data import add_registrations
from trainer.clock import now
from trainer.example.load import load_example
from trainer.issuing.issuance.context import build_issuing_context
from trainer.messages.models import Message, MessageChannel
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.seminars.models import Seminar

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 800},
    {"width": 640, "height": 400},  # the same window at 200 %
    {"width": 820, "height": 1180},
    {"width": 360, "height": 740},
)
VISIBLE_HEIGHT = 40  # CSS pixels of the first row that must be seen: its name
# Where the lists are, and what a row is there.
LISTS = {
    "/desk/seminars": "tbody tr",
    "/desk/people": "tbody tr",
    "/desk/messages": "tbody tr",
    "/desk/search?query=Әлиева": "tbody tr",
    "/desk/tablets": "main .card",
    "/desk/account/browsers": "main .card",
    "/desk/evidence/publications": "tbody tr",
    "/desk/evidence/registers": ".roll > li",
    "/desk/seminars/{past}/registrations": "tbody tr",
    "/desk/seminars/{past}/attendance": ".roll > li",
    "/desk/seminars/{past}/certificates": "tbody tr",
    "/desk/seminars/{past}/surveys": ".survey",
    "/desk/seminars/{past}/messages/log": "tbody tr",
    "/desk/seminars/{past}/questions": "main .question, main .ordered > li, main .card",
    "/desk/seminars/{past}/documents": ".ways > li",
    "/desk/seminars/{past}/surveys/1/keying": ".taps > li",
    "/desk/seminars/{past}/surveys/1/edit": ".building > li",
}
GET_PLACE = """(selector) => {
    const row = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
    if (!row) return null;
    const box = row.getBoundingClientRect();
    const rail = document.querySelector(".rail").getBoundingClientRect();
    return { top: box.top, bottom: box.bottom, end: rail.top > 100 ? rail.top : innerHeight };
}"""
LIST_COVERED = """() => {
    const bar = document.querySelector(".actions-bar").getBoundingClientRect();
    return [...document.querySelectorAll("tbody tr, .roll > li")].filter((row) => {
        const box = row.getBoundingClientRect();
        const end = Math.min(box.bottom, innerHeight - (innerWidth < 960 ? document.querySelector(".rail").offsetHeight : 0));
        return box.left < bar.right && box.right > bar.left && box.top < bar.bottom && end > bar.top;
    }).map((row) => row.innerText);
}"""


@pytest.fixture
def seminar_id(served: tuple[Flask, str]) -> int:
    """Return the id of a past seminar of the example to which thirty people were added."""
    app, _address = served
    with databases.open_session(app) as session:
        load_example(session, build_issuing_context(app.extensions["settings"]), now())
        seminar = session.scalars(select(Seminar).order_by(Seminar.id)).first()
        assert seminar is not None
        seminar.capacity = 200
        add_registrations(session, seminar, 30, RegistrationStatus.REGISTERED)
        add_registrations(session, seminar, 3, RegistrationStatus.CANCELLED)
        add_messages(session, seminar)
        for number in range(30):
            create_entry(session, seminar.project, name=f"Қызметкер {number}")
            create_publication(session, seminar.project, link_state="dead" if number else "alive")
        session.commit()
        return seminar.id


def add_messages(session: Session, seminar: Seminar) -> None:
    """Queue a message to be sent manually to everybody with a seat."""
    people = session.scalars(select(Registration).where(Registration.seminar_id == seminar.id))
    session.add_all(
        Message(
            key=f"test {registration.id}",
            kind=RegistrationStatus.REGISTERED,
            topic=get_message_topic(seminar),
            person_id=registration.person_id,
            channel=MessageChannel.MANUAL,
            address="",
            language="kk",
            subject="",
            body="",
            created_at=now(),
            due_at=now(),
        )
        for registration in people
    )


@pytest.fixture
def desk(served: tuple[Flask, str], browser: Browser, seminar_id: int) -> Iterator[Page]:
    """Yield a page of the organizer's browser in Russian."""
    app, address = served
    with databases.open_session(app) as session:
        link = create_desk_link(session, language="ru")
    page = browser.new_page(base_url=address)
    page.goto(f"/desk/sign-in/{link}")
    page.locator("main form button").click()
    page.wait_for_url("**/desk/")
    yield page


@pytest.mark.walk
@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_first_row_of_every_list_is_seen_without_scrolling(desk: Page, seminar_id: int, language: str) -> None:
    hidden = []
    desk.goto(f"/desk/?lang={language}")
    for path, selector in LISTS.items():
        desk.goto(path.format(past=seminar_id))
        for size in SIZES:
            desk.set_viewport_size(size)
            place = desk.evaluate(GET_PLACE, selector)
            where = f"{path} {size['width']}x{size['height']}"
            if place is None:
                hidden.append(f"{where}: no row")
            elif min(place["bottom"], place["top"] + VISIBLE_HEIGHT) > place["end"]:
                hidden.append(f"{where}: the first row begins at {place['top']:.0f} of {place['end']:.0f}")
            if desk.evaluate(HORIZONTAL_OVERFLOW) > 0:
                hidden.append(f"{where}: scrolls sideways")
    assert not hidden, "\n".join(hidden)


@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_actions_on_ticked_people_appear_with_the_first_tick_and_cover_no_row(desk: Page, seminar_id: int) -> None:
    desk.goto(f"/desk/seminars/{seminar_id}/registrations")
    for size in SIZES:
        desk.set_viewport_size(size)
        assert not desk.locator(".actions-bar").is_visible()
        for tick in (desk.locator("[name=chosen]").first, desk.locator("[name=chosen]").last):
            tick.check()
            assert desk.locator(".actions-bar").is_visible()
            assert desk.evaluate(LIST_COVERED) == [], size
            tick.uncheck()
    assert not desk.locator(".actions-bar").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_saving_changed_marks_is_at_hand_and_covers_no_row(desk: Page, seminar_id: int) -> None:
    desk.goto(f"/desk/seminars/{seminar_id}/attendance")
    for size in SIZES:
        desk.set_viewport_size(size)
        desk.locator(".roll .late").nth(1).click()
        box = desk.locator(".actions-bar button").first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= size["height"]
        assert desk.evaluate(LIST_COVERED) == [], size
        desk.reload()


@pytest.mark.browser
@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_the_slash_key_leads_to_the_search(desk: Page, seminar_id: int) -> None:
    desk.set_viewport_size(SIZES[0])
    desk.goto(f"/desk/seminars/{seminar_id}/registrations")
    desk.keyboard.press("/")
    desk.keyboard.type("Әлиева")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/search?**")
    assert "Әлиева" in desk.locator("main").inner_text()
    desk.set_viewport_size(SIZES[-1])
    desk.keyboard.press("/")
    desk.wait_for_url("**/desk/search?query=")

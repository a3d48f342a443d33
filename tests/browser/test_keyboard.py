"""The dashboard without a mouse: menus, the search, and the way from signing in to the last manual message."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.desk import create_desk_link, open_desk
from tests.factories import NOON
from tests.registration.announcements.factories import create_announcement, create_manual_message
from tests.route_data import add_registrations
from trainer.messages.models import Message, MessageStatus
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
MOST_STOPS = 80
IS_FOCUSED = "(element) => element === document.activeElement"


def reach(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus; fail if it never has."""
    for _stop in range(MOST_STOPS):
        if target.evaluate(IS_FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {target}")


def press(page: Page, target: Locator) -> None:
    """Go to a button or a link by the Tab key, press it, and wait for the page that follows."""
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field by the Tab key and type into it."""
    reach(page, page.locator(f"main [name='{name}']"))
    page.keyboard.type(text)


def find_button(page: Page, name: str) -> Locator:
    """Return the first button or link in the page's own part whose text begins like this."""
    main = page.locator("main")
    return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first


def load_seminar(session: Session) -> Seminar:
    """Return the only seminar as it is stored."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Seminar)).one()


def test_a_seminar_is_described_filled_and_written_to_without_a_mouse(
    browser: Browser, served: tuple[Flask, str], session: Session, project: Project
) -> None:
    link = create_desk_link(session, language="ru")
    page = browser.new_page(base_url=served[1], viewport={"width": 1280, "height": 800}, locale="en-US")
    page.goto(f"/desk/sign-in/{link}")
    press(page, page.locator("main form button"))
    page.wait_for_url("**/desk/")
    describe_seminar(page)
    press(page, find_button(page, "Открыть регистрацию"))
    expect(page.locator("#link")).to_be_visible()
    seminar = load_seminar(session)
    assert (seminar.title.ru, seminar.opened_at is not None, seminar.capacity) == ("Основы ухода", True, 15)
    people = add_registrations(session, seminar, 2, RegistrationStatus.REGISTERED)
    announcement = create_announcement(session, seminar, status="sent", sent_at=NOON, recipient_count=2)
    messages = [create_manual_message(session, person, announcement) for person in people]
    session.commit()
    send_manual_messages(page)
    session.expire_all()
    assert {session.get_one(Message, message.id).status for message in messages} == {MessageStatus.SENT}
    open_seminar_by_keyboard(page)
    cancel_everybody(page)
    session.expire_all()
    statuses = {session.get_one(Registration, person.id).status for person in people}
    assert statuses == {RegistrationStatus.CANCELLED}


def describe_seminar(page: Page) -> None:
    """Go through the four steps and type only what is required."""
    press(page, find_button(page, "Новый семинар"))
    write(page, "title-ru", "Основы ухода")
    press(page, find_button(page, "Сохранить и продолжить"))
    write(page, "sessions-0-day", "12202040")
    write(page, "sessions-0-begins", "1000AM")
    write(page, "sessions-0-ends", "0100PM")
    write(page, "city-ru", "Актау")
    press(page, find_button(page, "Сохранить и продолжить"))
    reach(page, page.locator("[name=capacity]"))
    page.keyboard.press("Control+a")
    page.keyboard.type("15")
    press(page, find_button(page, "Сохранить и продолжить"))
    press(page, find_button(page, "Сохранить"))
    expect(page.locator("#path")).to_be_visible()


def open_seminar_by_keyboard(page: Page) -> None:
    """Go to the only seminar by the menu at the side."""
    press(page, page.locator(".rail a", has_text="Семинары"))
    press(page, page.locator("tbody th a"))


def cancel_everybody(page: Page) -> None:
    """Tick everybody on the list of people and cancel the registrations together."""
    press(page, page.locator(".tabs a").nth(1))
    ticks = page.locator("[name=chosen]")
    for number in range(ticks.count()):
        reach(page, ticks.nth(number))
        page.keyboard.press("Space")
    reach(page, page.locator("#action"))
    for _option in range(page.locator("#action option").count()):
        if page.locator("#action").input_value() != "cancel":
            page.keyboard.press("ArrowDown")
    press(page, page.locator(".actions-bar button"))
    expect(page.locator("[name=chosen]").first).to_be_visible()


def send_manual_messages(page: Page) -> None:
    """Send everything that waits in the queue of manual messages by “sent, next”."""
    press(page, page.locator(".rail a", has_text="Сообщения"))
    press(page, find_button(page, "Отправить вручную"))
    press(page, find_button(page, "Отправлять по одному"))
    first = page.locator("h1").inner_text()
    press(page, find_button(page, "Отправлено, дальше"))
    expect(page.locator("h1")).not_to_have_text(first)
    press(page, find_button(page, "Отправлено, дальше"))
    page.wait_for_url("**/messages/queue?handled=*")


def test_escape_closes_a_menu_and_leads_back_to_its_button(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar
) -> None:
    session.commit()
    page = open_desk(browser, served[1], session)
    button = page.locator(".menu:not(.project) > summary")
    reach(page, button)
    page.keyboard.press("Enter")
    expect(page.locator(".menu-content .languages")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".menu-content .languages")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    for _stop in range(8):
        page.keyboard.press("Tab")
    expect(page.locator(".menu-content .languages")).to_be_hidden()


@pytest.mark.parametrize("key", [{"key": "/", "code": "Slash"}, {"key": ".", "code": "Slash"}])  # in a Russian layout
def test_the_slash_key_leads_to_the_search_in_any_layout(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar, key: dict[str, str]
) -> None:
    session.commit()
    page = open_desk(browser, served[1], session)
    page.goto(f"/desk/seminars/{seminar.id}/edit/about")
    send = "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {...key, bubbles: true}))"
    page.locator("#title-ru").focus()
    page.evaluate(send, key)
    expect(page.locator("#find")).not_to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.evaluate(send, key)
    expect(page.locator("#find")).to_be_focused()

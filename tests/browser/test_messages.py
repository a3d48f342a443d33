"""The queue of manual messages in the browser: keys, with and without scripts, on a phone; axe on every page of messages."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.factories import MARINA, NOON, YERLAN, create_project, create_seminar, register_person
from tests.registration.announcements.factories import create_announcement, create_manual_message
from trainer.messages.models import Message

WORDS = {"sent": "Отправлено, дальше", "undo": "Вернуть"}


@pytest.fixture
def waiting_messages(served: tuple[Flask, str], served_session: Session) -> list[Message]:
    """Create manual messages to two people."""
    seminar = create_seminar(served_session, create_project(served_session))
    announcement = create_announcement(served_session, seminar, status="sent", sent_at=NOON, recipient_count=2)
    people = [register_person(served_session, seminar, applicant) for applicant in (YERLAN, MARINA)]
    messages = [create_manual_message(served_session, person, announcement) for person in people]
    served_session.commit()
    return messages


def start_queue(page: Page) -> None:
    """Open the first card."""
    page.goto("/desk/messages/queue")
    page.locator("main form button").first.click()
    page.wait_for_url("**/messages/queue/*")


def get_status(session: Session, message: Message) -> str:
    """Return the status of a message as it is stored."""
    session.rollback()
    return str(session.get_one(Message, message.id, populate_existing=True).status)


def test_the_queue_is_worked_through_by_keys_in_any_keyboard_layout(
    browser: Browser, served: tuple[Flask, str], served_session: Session, waiting_messages: list[Message]
) -> None:
    page = open_desk(browser, served[1], served_session)
    start_queue(page)
    first = page.locator("h1").inner_text()
    with page.expect_popup() as popup:  # the messenger, which can’t be reached from here
        page.keyboard.press("t")
    popup.value.close()
    expect(page.locator("#through")).to_have_value("telegram")
    page.evaluate(  # the key N in a Russian layout types another letter
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyN', key: 'т', bubbles: true}))"
    )
    expect(page.locator("h1")).not_to_have_text(first)
    assert get_status(served_session, waiting_messages[0]) == "sent"
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text(first)
    assert get_status(served_session, waiting_messages[0]) == "queued"
    page.locator("#use-shortcuts").uncheck()
    page.keyboard.press("r")
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text(first)


def test_it_works_on_a_phone_without_scripts(
    browser: Browser, served: tuple[Flask, str], served_session: Session, waiting_messages: list[Message]
) -> None:
    page = open_desk(browser, served[1], served_session, scripts=False, width=360)
    start_queue(page)
    assert page.locator(".messengers a").count() == 3
    page.get_by_role("button", name=WORDS["sent"]).click()
    page.get_by_role("button", name=WORDS["sent"]).click()
    page.wait_for_url("**/messages/queue?handled=*")
    assert {get_status(served_session, message) for message in waiting_messages} == {"sent"}


def test_a_card_that_was_open_too_long_hides_its_links(
    browser: Browser, served: tuple[Flask, str], served_session: Session, waiting_messages: list[Message]
) -> None:
    page = open_desk(browser, served[1], served_session)
    page.clock.install()
    start_queue(page)
    expect(page.locator("#card")).to_be_visible()
    page.clock.fast_forward(600_000)
    expect(page.locator("#card")).to_be_hidden()
    page.locator("#expired button").click()
    expect(page.locator("#card")).to_be_visible()


def test_a_tap_on_a_placeholder_inserts_it(
    browser: Browser, served: tuple[Flask, str], served_session: Session, waiting_messages: list[Message]
) -> None:
    page = open_desk(browser, served[1], served_session)
    page.goto("/desk/messages/announcements/new")
    page.locator("#subject-ru").fill("Семинар ")
    page.get_by_role("button", name="{seminar}").click()
    expect(page.locator("#subject-ru")).to_have_value("Семинар {seminar}")


@pytest.mark.walk
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, served: tuple[Flask, str], served_session: Session, waiting_messages: list[Message], width: int
) -> None:
    page = open_desk(browser, served[1], served_session, width=width)
    announcement = waiting_messages[0].batch.rpartition("-")[2]
    problems = []
    start_queue(page)
    card = urlsplit(page.url).path
    for address in (
        *("/desk/messages", "/desk/messages?state=failed", "/desk/messages/queue", card, "/desk/seminars/1/messages"),
        *("/desk/messages/announcements", "/desk/messages/announcements/new"),
        f"/desk/messages/announcements/{announcement}",
        *("/desk/messages/letters", "/desk/messages/letters/1/offered"),
    ):
        page.goto(address)
        if page.evaluate(HORIZONTAL_OVERFLOW) > 0:
            problems.append(f"{address} scrolls sideways")
        problems += list_axe_violations(page)
    assert problems == []

"""A seminar that takes place now, and a tablet that is paired with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from tests.browser.waiting import wait_until_offline_ready
from tests.factories import create_project, create_seminar, register_person, spell_number
from trainer.attendance.tablet.devices import create_device
from trainer.clock import now
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

TABLET_PEOPLE = (
    ("Өтегенова", "Айгүл"),
    ("Қожахметов", "Ерлан"),
    ("Іңкәрбек", "Дәурен"),
    ("Ғабитова", "Гүлнар"),
    ("Соколова", "Марина"),
    ("Нұрпейісов", "Самат"),
)
READ_STORE = """async ([name, kind]) => {
    const opening = indexedDB.open("trainer-tablet");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const request = opening.result.transaction(name).objectStore(name)[kind]();
    await new Promise((resolve) => (request.onsuccess = resolve));
    opening.result.close();
    return request.result;
}"""


@dataclass
class TabletSeminar:
    """A seminar that takes place now, its registrations, and one pairing code for each tablet."""

    session: Session
    seminar: Seminar
    people: list[Registration]
    codes: list[str]


def create_tablet_seminar(session: Session, people: int = len(TABLET_PEOPLE), tablets: int = 1) -> TabletSeminar:
    """Create a seminar whose first session started half an hour ago, with so many people and unpaired tablets."""
    project = create_project(session)
    project.timezone = find_noon_time_zone()
    seminar = create_seminar(session, project, now() - timedelta(minutes=30), slug="now", capacity=5000)
    registrations = [
        register_person(
            session,
            seminar,
            surname=f"{TABLET_PEOPLE[number % len(TABLET_PEOPLE)][0]}",
            given_name=f"{TABLET_PEOPLE[number % len(TABLET_PEOPLE)][1]}"
            + ("" if number < len(TABLET_PEOPLE) else f" {spell_number(number)}"),
            phone=f"+7701{number:07d}",
            email="",
            workplace=f"№ {number % 9 + 1} емхана",
        )
        for number in range(people)
    ]
    codes = [create_device(session, f"Планшет {number + 1}", [seminar], now())[1] for number in range(tablets)]
    session.commit()
    return TabletSeminar(session, seminar, registrations, codes)


def find_noon_time_zone() -> str:
    """Return a time zone in which it is about noon now, so that both sessions fall on one day."""
    return f"Etc/GMT{now().hour - 12:+d}"


def pair_tablet(context: BrowserContext, code: str) -> Page:
    """Pair a browser and return the page with the list, once it works offline."""
    page = context.new_page()
    page.goto(f"/tablet/pair/{code}")
    page.click("#pair")
    expect(page.locator("#people li").first).to_be_visible(timeout=15_000)
    wait_until_offline_ready(page)
    return page


def find_person_row(page: Page, name: str) -> Any:
    """Return the locator of the button that marks a person."""
    return page.locator("#people li", has_text=name).locator(".main")


def wait_until_sent(page: Page) -> None:
    """Wait until the tablet shows that everything has been sent."""
    expect(page.locator("#state")).to_have_text("Everything has been sent", timeout=40_000)


def read_store(page: Page, name: str, kind: str = "getAll") -> Any:
    """Return the content of an IndexedDB store of the tablet; `kind` is the method that reads it."""
    return page.evaluate(READ_STORE, [name, kind])

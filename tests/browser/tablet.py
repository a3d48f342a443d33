"""What tests of the tablet need: a hall with people, a paired tablet in a browser, a bad network, and a look into its store."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from tests.browser.waiting import wait_until_offline_ready
from tests.factories import create_project, create_seminar, register_person
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
    """A seminar that is held now, with people, and the codes that pair tablets."""

    session: Session
    seminar: Seminar
    people: list[Registration]
    codes: list[str]


def create_tablet_seminar(session: Session, people: int = len(TABLET_PEOPLE), tablets: int = 1) -> TabletSeminar:
    """Make a seminar whose first session runs, and tablets to be paired."""
    seminar = create_seminar(session, create_project(session), now() - timedelta(minutes=30), slug="now", capacity=5000)
    listed = [
        register_person(
            session,
            seminar,
            surname=f"{TABLET_PEOPLE[each % len(TABLET_PEOPLE)][0]}",
            given_name=f"{TABLET_PEOPLE[each % len(TABLET_PEOPLE)][1]}"
            + ("" if each < len(TABLET_PEOPLE) else f" {spell_number(each)}"),
            phone=f"+7701{each:07d}",
            email="",
            workplace=f"№ {each % 9 + 1} емхана",
        )
        for each in range(people)
    ]
    codes = [create_device(session, f"Планшет {each + 1}", [seminar], now())[1] for each in range(tablets)]
    session.commit()
    return TabletSeminar(session, seminar, listed, codes)


def find_noon_time_zone() -> str:
    """A time zone in which both sessions of the hall fall on one day, at whatever hour the tests run."""
    return f"Etc/GMT{now().hour - 12:+d}"


def spell_number(number: int) -> str:
    """A name that nobody else has."""
    return "".join("абвгдежзик"[int(digit)] for digit in str(number))


def pair_tablet(context: BrowserContext, code: str) -> Page:
    """Pair this browser; gives the page of the list, which works without a network from then on."""
    page = context.new_page()
    page.goto(f"/tablet/pair/{code}")
    page.click("#pair")
    expect(page.locator("#people li").first).to_be_visible(timeout=15_000)
    wait_until_offline_ready(page)
    return page


def find_person_row(page: Page, name: str) -> Any:
    """The target of one person."""
    return page.locator("#people li", has_text=name).locator(".main")


def wait_until_sent(page: Page) -> None:
    """Wait until the tablet has nothing left to send."""
    expect(page.locator("#state")).to_have_text("Everything has been sent", timeout=40_000)


def read_store(page: Page, name: str, kind: str = "getAll") -> Any:
    """What the tablet keeps in one of its stores."""
    return page.evaluate(READ_STORE, [name, kind])

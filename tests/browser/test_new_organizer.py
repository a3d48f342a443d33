"""A new organizer with an empty database: from the contract's annex to the certificates of 2,000 people, by clicks alone."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.load.imports import build_list
from trainer.issuing.models import IssuedCertificate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("deployment", ["sqlite"], indirect=True),
]
ANNEX = Path(__file__).parents[1] / "projects" / "data" / "annex3.docx"
MOST_CLICKS = 40  # from the annex to a seminar that is open
PEOPLE = 2_000
ZONE = ZoneInfo("Asia/Aqtau")
ORGANIZATION = {
    "business_number": "180140012345",
    "contact_phone": "8 701 555 01 01",
    "contact_email": "office@example.org",
}


@dataclass
class CountedDesk:
    """The organizer's browser, which counts clicks and pages that lead nowhere. No address is typed in it."""

    page: Page
    clicks: int = 0
    dead_ends: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self.note_response)

    def note_response(self, response: Response) -> None:
        """Note a page that answers with an error."""
        if response.request.is_navigation_request() and response.status >= 400:
            self.dead_ends.append(f"{response.status} {response.url}")

    def click(self, target: str | Locator) -> None:
        """Click what is visible, once, and wait for the page that follows."""
        locator = self.page.locator(target) if isinstance(target, str) else target
        locator.first.click()
        self.clicks += 1
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        """Click the button with this text in the page."""
        self.click(self.page.locator("main").get_by_role("button", name=name))

    def follow(self, name: str) -> None:
        """Click the link with this text."""
        self.click(self.page.get_by_role("link", name=name))

    def fill(self, fields: dict[str, str]) -> None:
        """Type into fields by their names."""
        for name, value in fields.items():
            self.page.fill(f"main [name='{name}']", value)

    def choose_file(self, name: str, file: Path) -> None:
        """Choose a file, which takes a click."""
        self.page.set_input_files(f"main [name='{name}']", file)
        self.clicks += 1


def read_plan_from_annex(desk: CountedDesk) -> None:
    """Make a project of the annex, with every doubt answered by its first answer."""
    desk.follow("Загрузить план")
    desk.choose_file("plan", ANNEX)
    desk.press("Загрузить")
    desk.follow("Проект")
    desk.fill({"grant_giver-kk": "Азаматтық бастамаларды қолдау орталығы"})
    desk.page.select_option("[name=timezone]", "Asia/Aqtau")
    desk.press("Сохранить")
    desk.follow("Сроки и виды мероприятий")
    desk.press("Сохранить")
    desk.follow("Плановые значения")
    desk.press("Подтвердить все")
    desk.follow("Сомнительные места")
    for card in desk.page.locator("main fieldset").all():
        desk.click(card.locator("input[type=radio]"))
    desk.press("Сохранить ответы")
    desk.press("Создать проект")
    desk.fill(ORGANIZATION)
    desk.press("Сохранить")


def describe_seminar(desk: CountedDesk, day: str) -> None:
    """Describe a seminar of one day in four steps; only what is required is typed."""
    desk.click(".rail a >> text=Семинары")
    desk.follow("Новый семинар")
    desk.page.select_option("[name=activity_id]", label=desk.page.locator("option >> text=T2.A1").inner_text())
    desk.fill({"title-ru": "Основы ухода"})
    desk.press("Сохранить и продолжить")
    desk.fill({"sessions-0-day": day, "sessions-0-begins": "10:00", "sessions-0-ends": "13:00"})
    desk.fill({"venue-ru": "Реабилитационный центр", "city-ru": "Актау"})
    desk.press("Сохранить и продолжить")
    desk.fill({"capacity": "2500"})
    desk.press("Сохранить и продолжить")
    desk.page.locator("[name=survey_required]").uncheck()
    desk.press("Сохранить")


def import_people(desk: CountedDesk, file: Path) -> None:
    """Import a list for the seminar that is open in the browser, as it is understood."""
    desk.click(".tabs >> text=Люди")
    desk.follow("Импорт списка")
    desk.choose_file("file", file)
    desk.press("Далее")
    desk.press("Далее")
    desk.press("Добавить весь список")


def issue_to_everybody(desk: CountedDesk) -> None:
    """Mark everybody as present and issue what the check sheet shows."""
    desk.click(".tabs >> text=Посещаемость")
    desk.press("Отметить остальных как присутствующих")
    desk.click(".tabs >> text=Результаты")
    desk.follow("Проверить и выдать")
    desk.press(f"Выдать {PEOPLE}")
    desk.page.wait_for_selector(f"text=Выдано {PEOPLE}", timeout=120_000)


def test_a_new_organizer_comes_from_the_annex_to_certificates_without_a_dead_end(
    browser: Browser, served: tuple[Flask, str], served_session: Session, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_bytes(build_list(PEOPLE))
    with time_machine.travel(datetime(2025, 5, 5, 9, 0, tzinfo=ZONE)) as clock:
        desk = CountedDesk(open_desk(browser, served[1], served_session))
        read_plan_from_annex(desk)
        describe_seminar(desk, "2025-05-20")
        desk.press("Открыть регистрацию")
        assert desk.clicks <= MOST_CLICKS
        desk.follow("Создать копию семинара")
        desk.fill({"first_day": "2025-05-27"})
        desk.press("Создать черновик")
        desk.press("Открыть регистрацию")
        import_people(desk, people)
        clock.move_to(datetime(2025, 5, 27, 15, 0, tzinfo=ZONE))
        issue_to_everybody(desk)
    assert served_session.scalar(select(func.count()).select_from(IssuedCertificate)) == PEOPLE
    assert desk.dead_ends == []
    assert desk.clicks <= MOST_CLICKS + 15

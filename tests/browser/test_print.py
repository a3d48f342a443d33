"""The organiser's pages on paper: readable marks, no first page that is nearly empty, no navigation."""

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.desk import create_desk_link
from tests.browser.screenshots import list_page_addresses
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.issuance.context import build_issuing_context
from trainer.registration.models import Registration

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
NAVIGATION = ("Шығу", "Мазмұнға өту", "Сертификатты тексеру", "Планшеттер Шығу", "Сақтау", "Барлығын белгілеу")
PALE_TEXTS = """() => [...document.querySelectorAll("main *")].filter((each) => {
    const isText = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    return ["", "::before"].some((pseudo) => {
        const style = getComputedStyle(each, pseudo);
        const isShown = pseudo ? style.content !== "none" && style.content !== "normal" : isText;
        const [red, green, blue] = style.color.match(/[\\d.]+/g).map(Number);
        return isShown && each.checkVisibility() && red + green + blue > 3 * 130;
    });
}).map((each) => each.outerHTML.slice(0, 90))"""
STATUSES = ("Келді", "Кешікті", "Себепті", "Келмеді")


@pytest.fixture
def example(served: tuple[Flask, str], browser: Browser) -> tuple[Page, dict[str, str], list[str]]:
    """Return a page of the organiser's browser, the addresses of the desk's pages by name, and the names at the past seminar."""
    app, base = served
    with app.app_context():
        load_example(db.session(), build_issuing_context(app.extensions["settings"]), now())
        link = create_desk_link(db.session())
        addresses = {name: path for name, path in list_page_addresses().items() if path.startswith("/desk/")}
        seminar_id = int(addresses["desk-attendance"].split("/")[3])
        people = db.session.scalars(select(Registration).where(Registration.seminar_id == seminar_id))
        names = [registration.person.surname for registration in people]
    page = browser.new_page(base_url=base, color_scheme="dark")
    page.goto(f"/desk/sign-in/{link}?lang=kk")
    page.locator("main form button").click()
    page.wait_for_url("**/desk/")
    return page, addresses, names


def print_page(page: Page, address: str) -> pypdfium2.PdfDocument:
    """Return what the browser prints of a page, on A4."""
    page.goto(address)
    return pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))


def read_text(document: pypdfium2.PdfDocument) -> str:
    """Return the text of all pages."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def measure_filled_share(document: pypdfium2.PdfDocument) -> float:
    """Return how far down the first page anything is printed, as a share of its height."""
    picture = document[0].render(scale=0.5).to_pil().convert("L").point(lambda value: 255 * (value < 150))
    box = picture.getbbox()
    return box[3] / picture.height if box else 0


def test_no_page_prints_navigation_or_pale_words_or_begins_with_a_nearly_empty_sheet(
    example: tuple[Page, dict[str, str], list[str]],
) -> None:
    page, addresses, _names = example
    problems = []
    for name, address in addresses.items():
        document = print_page(page, address)
        if len(document) > 1 and measure_filled_share(document) < 0.6:
            problems.append(f"{name}: the first of {len(document)} pages is nearly empty")
        problems += [f"{name}: {words}" for words in NAVIGATION if words in read_text(document).splitlines()]
        page.emulate_media(media="print")
        problems += [f"{name}: pale: {element}" for element in page.evaluate(PALE_TEXTS)]
        page.emulate_media(media="null")
    assert not problems, "\n".join(problems)


def test_the_attendance_prints_the_chosen_mark_of_everybody_in_black(
    example: tuple[Page, dict[str, str], list[str]],
) -> None:
    page, addresses, names = example
    document = print_page(page, addresses["desk-attendance"])
    text = read_text(document)
    assert all(name in text for name in names)
    assert sum(text.count(status) for status in STATUSES) - text.count("Келді: ") == len(names)
    page.emulate_media(media="print")
    printed = page.evaluate(
        "() => [...document.querySelectorAll('.roll label:has(:checked)')].map((label) => getComputedStyle(label).color)"
    )
    assert set(printed) == {"rgb(0, 0, 0)"}

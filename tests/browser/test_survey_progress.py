"""Answering on a phone: how far one is, and a scale of five that fits in every language."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.factories import create_project, create_seminar, register_person
from trainer.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
CLIPPED_WORDS = """(words) => {
    const range = document.createRange();
    range.selectNodeContents(words);
    const text = range.getBoundingClientRect();
    return text.left < 0 || text.right > innerWidth || text.bottom > words.closest(".question").getBoundingClientRect().bottom;
}"""


@pytest.fixture
def address(served: tuple[Flask, str], served_session: Session) -> str:
    """Return the address of the satisfaction survey of somebody whose seminar is over."""
    seminar = create_seminar(served_session, create_project(served_session), now() - timedelta(hours=8), slug="held")
    token = register_person(served_session, seminar).token
    served_session.commit()
    return f"{served[1]}/r/{token}/survey/1"


def open_survey(browser: Browser, address: str, language: str, width: int = 360) -> Page:
    """Open the survey in a language on a screen of a width."""
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(f"{address}?lang={language}")
    return page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_scale_fits_and_its_words_can_be_read(browser: Browser, address: str, language: str) -> None:
    for width in (320, 360, 820):
        page = open_survey(browser, address, language, width)
        for scale in page.locator(".scale").all()[:3]:
            boxes = [box for choice in scale.locator(".choice").all() if (box := choice.bounding_box())]
            assert len({round(box["y"]) for box in boxes}) == 1 and min(box["height"] for box in boxes) >= 48
            for choice in scale.locator(".choice").all():
                choice.locator("input").check()
                words = choice.locator(".words")
                assert words.evaluate("(words) => getComputedStyle(words).clipPath") == "none", width
                assert not words.evaluate(CLIPPED_WORDS), (width, words.text_content())
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, width
        assert list_axe_violations(page) == []


def test_progress_counts_what_is_asked_and_answered_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = open_survey(browser, address, "en")
    progress = page.locator("#progress")
    total = page.locator("[data-key]:not(.part)").count()
    expect(progress).to_contain_text(f"Answered: 0 of {total}")
    page.locator(".scale input").first.focus()
    page.keyboard.press("Space")
    expect(progress).to_contain_text(f"Answered: 1 of {total}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".scale").first.locator("input").nth(1)).to_be_checked()
    expect(progress).to_contain_text(f"Answered: 1 of {total}")
    page.locator("textarea").first.fill("Thanks")
    expect(progress).to_contain_text(f"Answered: 2 of {total}")
    assert progress.locator("progress").evaluate("(bar) => [bar.value, bar.max]") == [2, total]
    page.mouse.wheel(0, 1500)
    expect(progress).to_be_in_viewport()

"""Building a survey in a browser: the preview follows the input, and every page works by keyboard and without JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.surveys.survey_factories import QUESTION_OF_EACH_KIND, make_survey
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """Return a survey that is not released yet."""
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND, released=False)
    session.commit()
    return survey


def build_survey_path(survey: Survey, page: str) -> str:
    """Return the path of an organizer page of a survey."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def test_the_preview_follows_the_input(
    browser: Browser, served: tuple[Flask, str], session: Session, survey: Survey
) -> None:
    page = open_desk(browser, served[1], session)
    page.goto(build_survey_path(survey, "edit/new/single"))
    page.fill("textarea[name=text-kk]", "Қайда?")
    page.fill("textarea[name=text-ru]", "Где Вы работаете?")
    page.fill("textarea[name=choices-0-text-ru]", "В больнице")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Где Вы работаете?")
    expect(preview.locator("input[type=radio]")).to_have_count(1)
    page.locator("[data-language=kk]").click()
    expect(preview).to_contain_text("Қайда?")
    assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
    assert session.scalars(select(Survey)).one().current_version.questions == survey.current_version.questions


@pytest.mark.parametrize("width", [360, 1280])
def test_a_question_is_added_and_moved_by_keyboard_without_javascript(
    browser: Browser, served: tuple[Flask, str], session: Session, survey: Survey, width: int
) -> None:
    page = open_desk(browser, served[1], session, scripts=False, width=width)
    page.goto(build_survey_path(survey, "edit"))
    page.locator("#add a").nth(5).focus()
    page.keyboard.press("Enter")
    page.locator("textarea[name=text-kk]").focus()
    page.keyboard.type("Қайта келесіз бе?")
    page.locator("#question button.button:not(.second)").last.focus()
    page.keyboard.press("Enter")
    page.locator(".building > .question").last.locator("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".building > .question").nth(-2)).to_contain_text("Қайта келесіз бе?")
    session.expire_all()
    keys = [question.key for question in list_version_questions(session.scalars(select(Survey)).one().current_version)]
    assert keys[-2:] == ["qaita_kelesiz_be", "missing"]
    assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0


@pytest.mark.parametrize("scripts", [True, False])
def test_removing_and_undo_return_to_the_place_of_the_question(
    browser: Browser, served: tuple[Flask, str], session: Session, survey: Survey, scripts: bool
) -> None:
    page = open_desk(browser, served[1], session, scripts=scripts, width=360)
    page.goto(build_survey_path(survey, "edit"))
    page.locator("#at-city a.danger").click()
    expect(page.locator("main")).to_contain_text("city рус")
    page.locator("form.card button").click()
    expect(page.locator("#change")).to_be_focused()
    expect(page.locator("#change")).to_be_in_viewport()
    page.locator("#change button").click()
    expect(page.locator("#at-city")).to_be_focused()
    expect(page.locator("#at-city [role=status]")).to_be_in_viewport()


@pytest.mark.walk
@pytest.mark.parametrize(
    "page",
    [
        "edit",
        "edit/question/work",
        "edit/question/city/remove",
        "edit/new/matrix",
        "release",
        "xlsform",
        "decisions",
        "close",
        "preview",
    ],
)
def test_the_pages_are_accessible(
    browser: Browser, served: tuple[Flask, str], session: Session, survey: Survey, page: str
) -> None:
    opened = open_desk(browser, served[1], session)
    opened.goto(build_survey_path(survey, page))
    assert list_axe_violations(opened) == []

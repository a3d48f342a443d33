"""The results of a survey on a phone: the numbers behind a chart fit the page when they are opened."""

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.browser.test_accessible import SIDEWAYS
from tests.browser.test_building_surveys import desk
from tests.factories import NOON, registered
from tests.surveys.results.test_learning_gain import ITEMS, solved
from tests.surveys.survey_factories import ALL_ANSWERS, ONE_OF_EACH, a_survey
from trainer.seminars.models import Seminar
from trainer.surveys.models import Purpose
from trainer.surveys.responses import keep_response

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("copy", ["sqlite"], indirect=True)]


def test_the_numbers_behind_charts_fit_a_phone(
    browser: Browser, served: tuple[Flask, str], session: Session, held: Seminar
) -> None:
    somebody = registered(session, held)
    keep_response(session, a_survey(session, held, ONE_OF_EACH), somebody, ALL_ANSWERS, "kk", NOON)
    test = a_survey(session, held, ITEMS, number=3, purpose=Purpose.POST_TEST)
    keep_response(session, test, somebody, solved(2), "kk", NOON)
    session.commit()
    page = desk(browser, served[1], session, width=360)
    for number in (2, 3):
        for language in ("kk", "ru"):
            page.goto(f"/desk/seminars/{held.id}/surveys/{number}/results?lang={language}")
            page.evaluate("document.querySelectorAll('figure details').forEach(each => each.open = true)")
            assert page.evaluate(SIDEWAYS) <= 0, (number, language)

"""Survey results on a phone: the numbers behind a chart fit the page when they are opened."""

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.factories import NOON, register_person
from tests.surveys.results.result_factories import TEST_QUESTIONS, build_test_answers
from tests.surveys.survey_factories import ANSWER_TO_EACH_KIND, QUESTION_OF_EACH_KIND, make_survey
from trainer.seminars.models import Seminar
from trainer.surveys.models import SurveyPurpose
from trainer.surveys.responses import record_response

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_the_numbers_behind_charts_fit_a_phone(
    browser: Browser, served: tuple[Flask, str], session: Session, past_seminar: Seminar
) -> None:
    somebody = register_person(session, past_seminar)
    record_response(
        session, make_survey(session, past_seminar, QUESTION_OF_EACH_KIND), somebody, ANSWER_TO_EACH_KIND, "kk", NOON
    )
    test = make_survey(session, past_seminar, TEST_QUESTIONS, number=3, purpose=SurveyPurpose.POST_TEST)
    record_response(session, test, somebody, build_test_answers(2), "kk", NOON)
    session.commit()
    page = open_desk(browser, served[1], session, width=360)
    for number in (2, 3):
        for language in ("kk", "ru"):
            page.goto(f"/desk/seminars/{past_seminar.id}/surveys/{number}/results?lang={language}")
            page.evaluate("document.querySelectorAll('figure details').forEach(each => each.open = true)")
            assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, (number, language)

"""Surveys on a phone and at the kiosk: with and without JavaScript, drafts, and a clean form for the next person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.browser.waiting import wait_for_expression
from tests.factories import AIGUL, MARINA, mark_sessions, register_person
from tests.surveys.survey_factories import ANSWER_TO_EACH_KIND, QUESTION_OF_EACH_KIND, make_survey, make_text
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.answering.kiosk import open_kiosk
from trainer.surveys.models import Survey, SurveyDraft, SurveyParticipation, SurveyPurpose, SurveyResponse
from trainer.surveys.questions.model import Condition, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]

WHERE = SurveyQuestion(
    "where", SurveyQuestionKind.SHORT_TEXT, make_text("where"), required=True, show_if=Condition("again", ("yes",))
)
QUESTIONS = (*QUESTION_OF_EACH_KIND, WHERE)


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return two people who were present."""
    people = [register_person(session, past_seminar, applicant) for applicant in (AIGUL, MARINA)]
    for registration in people:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return people


@contextmanager
def open_phone(browser: Browser, address: str, *, scripts: bool = True, width: int = 360) -> Iterator[Page]:
    """Yield a page of a phone, or of a tablet with another width."""
    with browser.new_context(
        viewport={"width": width, "height": 740}, base_url=address, java_script_enabled=scripts
    ) as context:
        yield context.new_page()


def fill_form(page: Page) -> None:
    """Answer one question of every kind, as ALL_ANSWERS says."""
    page.check('input[name="q_overall"][value="5"]')
    page.check('input[name="q_useful"][value="1"]')
    page.check('input[name="q_work"][value="home"]')
    for choice in ("lift", "board"):
        page.check(f'input[name="q_tools"][value="{choice}"]')
    page.check('input[name="q_trainers-first"][value="3"]')
    page.check('input[name="q_trainers-second"][value="4"]')
    page.check('input[name="q_recommend"][value="0"]')
    page.fill('input[name="q_years"]', "0")
    page.check('input[name="q_again"][value="no"]')
    page.fill('input[name="q_city"]', "Ақтау")
    page.fill('textarea[name="q_missing"]', "Ештеңе")


def test_every_kind_is_answered_on_a_phone_without_javascript(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    make_survey(session, people[0].seminar, QUESTIONS)
    session.commit()
    with open_phone(browser, served[1], scripts=False) as page:
        page.goto(f"/r/{people[0].token}/survey/2")
        expect(page.locator('[name="q_where"]')).to_be_visible()
        expect(page.locator(".when")).to_have_count(1)
        fill_form(page)
        page.locator("#survey button.wide").first.click()
        page.wait_for_url(f"**/r/{people[0].token}")
    session.commit()
    assert list(session.scalars(select(SurveyResponse.answers))) == [ANSWER_TO_EACH_KIND]


def test_the_form_has_no_axe_violation_and_does_not_scroll_sideways(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    survey = make_survey(session, people[0].seminar, QUESTIONS, anonymous=True)
    open_kiosk(session, survey, people[0].created_at)
    session.commit()
    places = [f"/r/{people[0].token}/survey/2", f"/hall/{survey.kiosk_token}", f"/hall/{survey.kiosk_token}/thanks"]
    places.append(f"/hall/{survey.kiosk_token}/{people[0].id}")
    violations = []
    for width in (320, 1280):
        with open_phone(browser, served[1], width=width) as page:
            for place in places:
                page.goto(place)
                if "survey" in place:
                    page.locator("#survey button.wide").first.click()
                    page.wait_for_selector("#errors")
                violations += list_axe_violations(page)
                assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, place
    assert not violations, "\n".join(violations)


def test_a_name_of_one_long_word_fits_a_phone(
    browser: Browser, served: tuple[Flask, str], session: Session, past_seminar: Seminar
) -> None:
    long = register_person(
        session, past_seminar, replace(AIGUL, surname="Қожахметовабдрахманованұрсұлтанқызы", phone="+77015550177")
    )
    mark_sessions(session, long, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    checklist = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND, purpose=SurveyPurpose.CHECKLIST)
    hall = open_kiosk(session, make_survey(session, past_seminar, QUESTIONS, number=3, anonymous=True), long.created_at)
    session.commit()
    skills = f"/desk/seminars/{past_seminar.id}/surveys/{checklist.number}/skills"
    page = open_desk(browser, served[1], session, width=360)
    keying = f"/desk/seminars/{past_seminar.id}/surveys/{hall.number}/keying"
    tablet = f"/hall/{hall.kiosk_token}"
    for place in (skills, f"{skills}/{long.id}", keying, tablet, f"{tablet}/{long.id}"):
        page.goto(place)
        expect(page.locator("main")).to_contain_text(long.person.surname)
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, place
    page.context.close()


def test_a_question_appears_when_its_condition_holds(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    make_survey(session, people[0].seminar, QUESTIONS)
    session.commit()
    with open_phone(browser, served[1]) as page:
        page.goto(f"/r/{people[0].token}/survey/2")
        where = page.locator('[name="q_where"]')
        expect(where).to_be_hidden()
        page.check('input[name="q_again"][value="yes"]')
        expect(where).to_be_visible()
        where.press("Enter")
        expect(where).to_be_visible()
        expect(page.locator(".when")).to_be_hidden()
        page.check('input[name="q_again"][value="no"]')
        expect(where).to_be_hidden()


def test_a_draft_is_continued_on_another_phone(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    make_survey(session, people[0].seminar, QUESTIONS)
    session.commit()
    address = f"/r/{people[0].token}/survey/2"
    with open_phone(browser, served[1]) as page:
        page.goto(address)
        page.fill('input[name="q_city"]', "Ақтау")
        page.check('input[name="q_trainers-first"][value="3"]')
        wait_for_expression(page, "document.getElementById('draft').textContent !== ''")
    with open_phone(browser, served[1]) as page:
        page.goto(address)
        expect(page.locator('[name="q_city"]')).to_have_value("Ақтау")
        expect(page.locator('[name="q_trainers-first"][value="3"]')).to_be_checked()
        assert page.evaluate("Object.keys(localStorage).length") == 0
        fill_form(page)
        page.locator("#survey button.wide").first.click()
        page.wait_for_url(f"**/r/{people[0].token}")
    session.commit()
    assert not session.scalars(select(SurveyDraft)).all()


def test_an_anonymous_draft_is_stored_in_this_browser_alone_until_it_is_sent(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    make_survey(session, people[0].seminar, QUESTIONS, anonymous=True)
    session.commit()
    address = f"/r/{people[0].token}/survey/2"
    with open_phone(browser, served[1]) as page:
        requests: list[str] = []
        page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
        page.goto(address)
        fill_form(page)
        page.reload()
        expect(page.locator('[name="q_city"]')).to_have_value("Ақтау")
        expect(page.locator('[name="q_tools"][value="lift"]')).to_be_checked()
        assert not [request for request in requests if request.startswith("POST")]
        page.locator("#survey button.wide").first.click()
        page.wait_for_url(f"**/r/{people[0].token}")
        wait_for_expression(page, "Object.keys(localStorage).length === 0")
    with open_phone(browser, served[1], scripts=False) as page:
        page.goto(f"/r/{people[1].token}/survey/2")
        expect(page.locator("noscript p")).to_be_visible()
    session.commit()
    assert len(session.scalars(select(SurveyParticipation)).all()) == 1


def test_an_anonymous_draft_stays_until_the_answers_have_arrived(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    make_survey(session, people[0].seminar, QUESTIONS, anonymous=True)
    session.commit()
    address = f"/r/{people[0].token}/survey/2"
    with open_phone(browser, served[1]) as page:
        page.goto(address)
        fill_form(page)
        page.context.set_offline(True)
        page.locator("#survey button.wide").first.click()
        page.wait_for_url("chrome-error://**")
        page.context.set_offline(False)
        page.goto(address)
        expect(page.locator('[name="q_city"]')).to_have_value("Ақтау")
        page.locator("#survey button.wide").first.click()
        page.wait_for_url(f"**/r/{people[0].token}")
        wait_for_expression(page, "Object.keys(localStorage).length === 0")
        page.go_back()
        expect(page.locator("form")).to_have_count(0)
        assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_anonymous_draft_is_deleted_once_the_person_has_answered_on_another_device(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration]
) -> None:
    survey = make_survey(session, people[0].seminar, QUESTIONS, anonymous=True)
    session.commit()
    address = f"/r/{people[0].token}/survey/2"
    with open_phone(browser, served[1]) as page:
        page.goto(address)
        page.fill('input[name="q_city"]', "Ақтау")
        record_response(session, survey, people[0], ANSWER_TO_EACH_KIND, "kk", people[0].created_at)
        session.commit()
        page.goto(address)
        wait_for_expression(page, "Object.keys(localStorage).length === 0")


@pytest.fixture
def kiosk_survey(session: Session, past_seminar: Seminar, people: list[Registration]) -> Survey:
    """Return an anonymous survey that is open at the kiosk."""
    survey = make_survey(session, past_seminar, QUESTIONS, anonymous=True)
    open_kiosk(session, survey, people[0].created_at)
    session.commit()
    return survey


def test_the_kiosk_shows_the_next_person_an_empty_form(
    browser: Browser, served: tuple[Flask, str], session: Session, people: list[Registration], kiosk_survey: Survey
) -> None:
    aigul, marina = people
    with open_phone(browser, served[1], width=820) as page:
        page.goto(f"/hall/{kiosk_survey.kiosk_token}")
        page.get_by_text(marina.person.full_name).click()
        page.fill('textarea[name="q_missing"]', "Құпия")
        page.locator("a.back").click()  # she goes away
        page.get_by_text(aigul.person.full_name).click()
        assert page.locator('textarea[name="q_missing"]').input_value() == ""
        fill_form(page)
        page.locator("#survey button.wide").first.click()
        page.wait_for_url("**/thanks*")
        page.go_back()
        page.wait_for_url(f"**/hall/{kiosk_survey.kiosk_token}")
        assert aigul.person.full_name not in page.locator("main").inner_text()
        page.get_by_text(marina.person.full_name).click()
        assert page.locator('textarea[name="q_missing"]').input_value() == ""
        assert page.locator("input:checked").count() == 0
        assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_the_kiosk_leaves_an_untouched_form_after_a_warning(
    browser: Browser, served: tuple[Flask, str], people: list[Registration], kiosk_survey: Survey
) -> None:
    with open_phone(browser, served[1], width=820) as page:
        page.clock.install()
        page.goto(f"/hall/{kiosk_survey.kiosk_token}/{people[0].id}")
        page.clock.fast_forward(121_000)
        expect(page.locator("#still")).to_be_visible()
        page.click("#stay")
        expect(page.locator("#still")).to_be_hidden()
        page.clock.fast_forward(121_000)
        page.clock.fast_forward(31_000)
        page.wait_for_url(f"**/hall/{kiosk_survey.kiosk_token}")

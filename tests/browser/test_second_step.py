"""The second step of signing in, in a browser: the QR code as an app scans it, the code of the app, a recovery code."""

import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.browser.second_step import EMAIL, PASSWORD, give_password, turn_second_step_on
from trainer.accounts.sign_in import get_or_create_organizer

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


@pytest.fixture
def desk(served: tuple[Flask, str], served_session: Session, browser: Browser) -> Page:
    """Return the browser of an organizer who has a password."""
    page = open_desk(browser, served[1], served_session, width=360)
    with served[0].app_context():
        get_or_create_organizer(served_session, EMAIL).password = hash_password(PASSWORD)
    served_session.commit()
    return page


def test_the_code_of_an_app_that_scanned_the_picture_signs_in(
    served: tuple[Flask, str], desk: Page, browser: Browser
) -> None:
    app = turn_second_step_on(desk)
    page = give_password(browser, served[1])
    page.locator("#code").fill("000000")
    page.locator("main form button[type=submit]").click()
    page.locator("#code-error").wait_for()
    page.locator("#code").fill(app.show_code())
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/")


def test_a_recovery_code_signs_in_once(served: tuple[Flask, str], desk: Page, browser: Browser) -> None:
    turn_second_step_on(desk)
    desk.goto("/desk/recovery-codes")
    desk.locator("button[name=generate_new_codes]").click()
    code = desk.locator("main li code").first.inner_text()
    for is_first in (True, False):
        page = give_password(browser, served[1])
        page.goto("/desk/recovery")
        page.locator("main form input[name=code]").fill(code)
        page.locator("main form button[type=submit]").click()
        if is_first:
            page.wait_for_url("**/desk/")
        else:
            page.locator("main .error").first.wait_for()

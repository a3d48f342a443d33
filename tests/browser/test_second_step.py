"""The second step of signing in, in a browser: the QR code as an app scans it, the code of the app, a recovery code."""

import io
from dataclasses import dataclass

import pytest
import zxingcpp
from flask import Flask
from flask_security.utils import hash_password
from passlib.totp import TOTP  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from trainer.accounts.sign_in import get_or_create_organizer

EMAIL, PASSWORD = "organizer@example.org", "long enough password"
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


@dataclass
class AuthenticatorApp:
    """What the organizer's phone has scanned."""

    totp: TOTP

    @classmethod
    def scan(cls, page: Page) -> "AuthenticatorApp":
        """Scan the QR code on a page."""
        picture = Image.open(io.BytesIO(page.locator("svg.qr").screenshot()))
        [code] = zxingcpp.read_barcodes(picture)
        return cls(TOTP.from_uri(code.text))

    def show_code(self) -> str:
        """Return the six digits of now."""
        return str(self.totp.generate().token)


@pytest.fixture
def desk(served: tuple[Flask, str], served_session: Session, browser: Browser) -> Page:
    """Return the browser of an organizer who has a password."""
    page = open_desk(browser, served[1], served_session, width=360)
    with served[0].app_context():
        get_or_create_organizer(served_session, EMAIL).password = hash_password(PASSWORD)
    served_session.commit()
    return page


def turn_second_step_on(page: Page) -> AuthenticatorApp:
    """Turn the second step on from the page of the account."""
    page.goto("/desk/account")
    page.locator("a[href='/desk/second-step']").click()
    page.locator("button[value=authenticator]").click()
    app = AuthenticatorApp.scan(page)
    page.locator("#code").fill(app.show_code())
    page.locator("main form button[type=submit]").click()
    page.locator("button[value=disable]").wait_for()
    return app


def give_password(browser: Browser, address: str) -> Page:
    """Take the first step in another browser."""
    page = browser.new_context(base_url=address).new_page()
    page.goto("/desk/sign-in")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("#code").wait_for()
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

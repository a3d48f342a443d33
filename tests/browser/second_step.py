"""The second step of signing in, as an organizer with an authenticator app takes it in a browser."""

import io
from dataclasses import dataclass

import zxingcpp
from passlib.totp import TOTP  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, Page

EMAIL, PASSWORD = "organizer@example.org", "long enough password"


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

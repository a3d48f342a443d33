"""Passkeys in a browser with a virtual authenticator: adding, signing in, the second step, removing, and where there are none."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.browser.second_step import EMAIL, PASSWORD, turn_second_step_on
from trainer.accounts.sign_in import get_or_create_organizer

PASSKEYS = "/desk/account/passkeys"
BUTTON = "button[data-passkey]"
ERROR = f".row:has({BUTTON}) + .error"
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def use_host(served: tuple[Flask, str], host: str) -> str:
    """Set the address of the deployment to one with this host, and return it."""
    app, address = served
    own = address.replace("127.0.0.1", host)
    app.extensions["settings"] = replace(app.extensions["settings"], base_url=own)
    return own


@pytest.fixture
def address(served: tuple[Flask, str]) -> str:
    """Return an address at which browsers offer passkeys without https."""
    return use_host(served, "localhost")


@pytest.fixture
def desk(served: tuple[Flask, str], address: str, served_session: Session, browser: Browser) -> Page:
    """Return the browser of an organizer who has a password."""
    page = open_desk(browser, address, served_session, width=360)
    with served[0].app_context():
        get_or_create_organizer(served_session, EMAIL).password = hash_password(PASSWORD)
    served_session.commit()
    return page


def plug_in(page: Page, **changes: Any) -> tuple[CDPSession, str]:
    """Add an authenticator to the browser that unlocks by itself, like a phone whose owner touches it."""
    connection = page.context.new_cdp_session(page)
    connection.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **changes,
    }
    added = connection.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return connection, added["authenticatorId"]


def add_passkey(page: Page, name: str = "Офис") -> None:
    """Add a passkey on its page."""
    page.goto("/desk/account")
    page.locator(f"a[href='{PASSKEYS}']").click()
    page.locator("#name").fill(name)
    page.locator(BUTTON).click()
    page.locator("main h2", has_text=name).wait_for()


def sign_out(page: Page) -> None:
    """Sign out and open the sign-in page."""
    page.context.clear_cookies()
    page.goto("/desk/sign-in")


def test_a_passkey_is_added_signs_in_serves_as_the_second_step_and_is_removed(desk: Page) -> None:
    connection, authenticator = plug_in(desk)
    add_passkey(desk)
    [credential] = connection.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert credential["rpId"] == "localhost" and credential["isResidentCredential"]

    sign_out(desk)
    desk.locator(BUTTON).click()
    desk.wait_for_url("**/desk/")

    turn_second_step_on(desk)
    sign_out(desk)
    desk.locator("#email").fill(EMAIL)
    desk.locator("#password").fill(PASSWORD)
    desk.locator("main form button[type=submit]").click()
    desk.locator("#code").wait_for()
    desk.locator(BUTTON).click()
    desk.wait_for_url("**/desk/")

    desk.goto(PASSKEYS)
    desk.locator(f"form[action^='{PASSKEYS}/'] button").click()
    desk.locator(".message.success").wait_for()
    sign_out(desk)
    desk.locator(BUTTON).click()
    expect(desk.locator(ERROR)).to_be_visible()
    desk.goto("/desk/account")
    assert "/desk/sign-in" in desk.url


def test_axe_finds_nothing_and_a_long_name_makes_no_page_scroll_sideways(desk: Page) -> None:
    plug_in(desk)
    add_passkey(desk, "ӘбдірахманқызықожахметованұрсұлтанбековаЖұмағалиеваһжүсіпова"[:60])
    for address in (PASSKEYS, "/desk/verify", "/desk/sign-in"):
        if address == "/desk/sign-in":
            desk.context.clear_cookies()
        desk.goto(address)
        desk.locator(BUTTON).wait_for()
        assert list_axe_violations(desk) == [], address
        assert desk.evaluate(HORIZONTAL_OVERFLOW) <= 0, address


def test_what_goes_wrong_is_said_below_the_button(desk: Page) -> None:
    connection, authenticator = plug_in(desk)
    add_passkey(desk)
    desk.locator(BUTTON).click()
    expect(desk.locator(ERROR)).to_contain_text("уже есть")
    desk.locator("#name").fill("")
    desk.locator(BUTTON).click()
    expect(desk.locator(ERROR)).not_to_contain_text("уже есть")
    sign_out(desk)
    connection.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    desk.locator("#email").fill(EMAIL)
    desk.locator(BUTTON).click()
    expect(desk.locator(ERROR)).to_be_visible()
    assert desk.locator("#email").input_value() == EMAIL, "what was typed is kept"


def test_where_there_are_no_passkeys_no_button_is_shown(
    address: str, served_session: Session, browser: Browser
) -> None:
    page = open_desk(browser, address, served_session, scripts=False)
    page.goto(PASSKEYS)
    assert page.locator(BUTTON).is_hidden() and page.locator("#name").is_hidden()
    assert page.locator("[data-passkey-missing]").is_visible()
    old = open_desk(browser, address, served_session)
    old.add_init_script("delete window.PublicKeyCredential")
    old.goto(PASSKEYS)
    assert old.locator(BUTTON).is_hidden()
    assert old.locator("[data-passkey-missing]").is_visible()


@pytest.mark.parametrize("host", ["127.0.0.1", "seminar.example.org"])
def test_an_address_at_which_there_can_be_none_says_why(
    served: tuple[Flask, str], served_session: Session, browser: Browser, host: str
) -> None:
    use_host(served, host)
    page = open_desk(browser, served[1], served_session)
    page.goto(PASSKEYS)
    assert page.locator(BUTTON).count() == 0
    assert page.locator(".message.warn").is_visible()


def test_another_address_of_the_same_server_names_the_right_one(
    served: tuple[Flask, str], address: str, served_session: Session, browser: Browser
) -> None:
    page = open_desk(browser, served[1], served_session)  # by 127.0.0.1
    page.goto(PASSKEYS)
    assert page.locator(BUTTON).is_hidden()
    expect(page.locator("[data-passkey-missing]")).to_contain_text(address)

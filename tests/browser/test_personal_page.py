"""The personal page in every status on a phone: no axe violation, no sideways scrolling; the pass is read from the screen."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.browser.waiting import wait_for_expression
from tests.factories import register_person
from trainer.clock import now
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]

STATES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.CANCELLED,
)


def test_the_page_is_accessible_in_every_status(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=served[1])
    page, problems = context.new_page(), []
    for state in STATES:
        aigul.status = state
        aigul.offer_expires_at = now() + timedelta(days=1) if state == RegistrationStatus.OFFERED else None
        aigul.queue_number = 1
        session.commit()
        page.goto(f"/r/{aigul.token}")
        problems += [f"{state}: {violation}" for violation in list_axe_violations(page)]
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0, state
    assert not problems, "\n".join(problems)


def test_the_pass_is_readable_in_both_colour_schemes(
    browser: Browser, served: tuple[Flask, str], session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    session.commit()
    context = browser.new_context(viewport={"width": 360, "height": 640}, base_url=served[1], color_scheme="dark")
    page = context.new_page()
    page.goto(f"/r/{aigul.token}/pass")
    context.set_offline(True)
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())).convert("L"))
    assert code.text == f"PASS:{aigul.pass_code}"
    box = page.locator(".pass svg").bounding_box()
    assert box is not None
    assert box["width"] >= 300, "large enough for a camera at arm's length"


def test_the_certificate_is_shared_by_keyboard_with_its_picture_and_without_the_token(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate, served_session: Session
) -> None:
    token = served_session.get_one(Registration, certificate.registration_id).token
    page = phone_context.new_page()
    page.add_init_script(
        "window.shared = []; navigator.canShare = () => true; navigator.share = async (data) => shared.push("
        "{ ...data, files: (data.files ?? []).map(({ name, type, size }) => [name, type, size > 9999]) });"
    )
    page.goto(f"/r/{token}")
    page.locator("#share button").focus()
    page.keyboard.press("Enter")
    wait_for_expression(page, "shared.length === 1")
    [data] = page.evaluate("shared")
    assert f"/v/{certificate.code}" in data["text"] and token not in str(data)
    assert data["files"] == [[f"{certificate.serial}.png", "image/png", True]]
    page.locator("#keep button[data-share-url]").click()
    wait_for_expression(page, "shared.length === 2")
    assert page.evaluate("shared[1].url").endswith(f"/r/{token}")


def test_a_phone_that_was_asked_to_remember_the_page_leads_there_from_the_public_pages(
    phone_context: BrowserContext, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    session.commit()
    page = phone_context.new_page()
    page.goto(f"/r/{aigul.token}")
    page.locator("#remember button").focus()
    page.keyboard.press("Enter")
    page.locator("#remember button[name=forget]").wait_for()
    page.goto("/s/care")
    assert page.evaluate("document.cookie.includes('own_page')") is False, "no script reads it"
    assert list_axe_violations(page) == []
    page.locator(".own-page a").click()
    page.wait_for_url(f"**/r/{aigul.token}")
    page.goto("/")
    page.locator("#forget button").click()
    page.wait_for_url("**/")
    assert page.locator(".own-page").count() == 0

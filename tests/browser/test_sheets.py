"""A signed sheet in a browser: photographed with the phone that uploads it, compared with its picture, confirmed."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.signed_sheet import photograph_page, sign_lines
from tests.attendance.signed_sheet import render_pdf_page_as_picture as paper
from tests.browser.axe import list_axe_violations
from tests.browser.desk import open_desk
from tests.browser.layout import HORIZONTAL_OVERFLOW
from tests.factories import AIGUL, MARINA, YERLAN, register_person
from trainer.attendance.models import AttendanceMark, MarkSource
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.clock import now
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


@pytest.fixture
def phone(browser: Browser, served: tuple[Flask, str], session: Session, past_seminar: Seminar) -> Page:
    """Return a page of the organizer's phone with the lists and sheets."""
    page = open_desk(browser, served[1], session, width=360)
    page.goto(f"/desk/seminars/{past_seminar.id}/papers")
    return page


def build_photo_payload(content: bytes) -> FilePayload:
    """Return a photo for an upload field."""
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def check_page(page: Page) -> None:
    """Check that the open page has no violation and fits the smallest phone."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
        assert list_axe_violations(page) == []


def test_a_photographed_sheet_is_confirmed_beside_its_picture(
    phone: Page, session: Session, past_seminar: Seminar
) -> None:
    people = [register_person(session, past_seminar, applicant) for applicant in (AIGUL, MARINA, YERLAN)]
    [printed] = create_sheet_pages(session, past_seminar.sessions[0], now())
    session.commit()
    sheet = paper(phone.request.get(f"/desk/sheets/{printed.id}-kk.pdf").body())
    phone.set_input_files("#files", build_photo_payload(photograph_page(sign_lines(sheet, [0, 2]), askew=0.02)))
    phone.click("#upload button")
    expect(phone.locator("#rows")).to_be_visible()
    assert phone.locator("img.sheet").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 500
    assert phone.locator("[name=signed]").count() == 3
    assert [box.is_checked() for box in phone.locator("[name=signed]").all()] == [True, False, True]
    check_page(phone)
    phone.click("#rows button.button:not([formaction])")
    expect(phone.locator("#rows [name=signed]")).to_have_count(1)
    check_page(phone)
    marks = session.scalars(select(AttendanceMark)).all()
    signers = {printed.registration_ids[0], printed.registration_ids[2]}
    assert {each.registration_id for each in marks} == signers < {each.id for each in people}
    assert {mark.source for mark in marks} == {MarkSource.PAPER}


def test_for_a_picture_without_a_code_the_page_asks_for_its_session(
    phone: Page, session: Session, past_seminar: Seminar
) -> None:
    [printed] = create_sheet_pages(session, past_seminar.sessions[0], now())
    session.commit()
    sheet = paper(phone.request.get(f"/desk/sheets/{printed.id}-kk.pdf").body())
    phone.set_input_files("#files", build_photo_payload(photograph_page(sheet.crop((0, 400, sheet.width, 900)))))
    phone.click("#upload button")
    expect(phone.locator("#place select")).to_be_visible()
    check_page(phone)
    phone.click("#remove button")
    expect(phone.locator("#files")).to_be_visible()
    check_page(phone)

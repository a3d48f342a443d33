"""The attendance page at the desk during a session: changes on tablets appear without reloading."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from tests.browser.desk import open_desk
from tests.browser.tablet import create_tablet_seminar
from tests.factories import AIGUL, register_person
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus
from trainer.clock import now
from trainer.registration.seats.duplicates import merge_registration

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_a_question_that_a_merge_makes_appears_although_no_mark_is_new(
    browser: Browser, served: tuple[Flask, str], session: Session
) -> None:
    hall = create_tablet_seminar(session, 2)
    surviving, other = hall.people
    first = hall.seminar.sessions[0]
    append_mark(session, other, first, AttendanceStatus.LATE, after=None, now=now() - timedelta(minutes=2))
    append_mark(session, surviving, first, AttendanceStatus.PRESENT, after=None, now=now() - timedelta(minutes=1))
    page = open_desk(browser, served[1], session)
    page.goto(f"/desk/seminars/{hall.seminar.id}/attendance?session={first.id}&lang=en")
    row = page.locator(f"[data-row='{surviving.id}']")
    expect(row.locator("input:checked")).to_have_value("present")
    merge_registration(session, other, surviving, now())
    session.commit()
    expect(row.locator("[data-question]")).to_contain_text("Marked differently", timeout=15_000)
    expect(row.locator("input:checked")).to_have_count(0)


def test_the_first_mark_appears_on_an_empty_page(browser: Browser, served: tuple[Flask, str], session: Session) -> None:
    hall = create_tablet_seminar(session, 0)
    page = open_desk(browser, served[1], session)
    page.goto(f"/desk/seminars/{hall.seminar.id}/attendance?lang=en")
    expect(page.locator("#here")).to_have_text("0 of 0 present")
    register_person(session, hall.seminar, AIGUL)
    session.commit()
    expect(page.locator("#here")).to_have_text("0 of 1 present", timeout=15_000)
    expect(page.locator("#newcomers")).to_be_visible()

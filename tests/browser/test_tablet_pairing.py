"""Connecting a tablet: the pairing code, a browser that stores nothing, a second tab."""

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.tablet import (
    TabletSeminar,
    find_person_row,
    pair_tablet,
    wait_until_sent,
)
from trainer.attendance.models import Device

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_an_unpaired_tablet_sends_no_requests(tablet_context: BrowserContext, tablet_seminar: TabletSeminar) -> None:
    page = tablet_context.new_page()
    page.goto("/tablet/")
    expect(page.locator("#instead-heading")).to_have_text("This tablet is not connected yet")
    expect(page.locator("#state")).to_have_text("This tablet")
    assert list_axe_violations(page) == []


def test_only_the_button_pairs_a_tablet_and_only_once(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = tablet_context.new_page()
    page.goto(f"/tablet/pair/{tablet_seminar.codes[0]}")
    assert list_axe_violations(page) == []
    served_session.commit()
    assert served_session.scalars(select(Device)).one().paired_at is None
    page.click("#pair")
    expect(page.locator("#people li")).to_have_count(6)
    served_session.commit()
    assert served_session.scalars(select(Device)).one().paired_at is not None
    page.goto(f"/tablet/pair/{tablet_seminar.codes[0]}")
    page.click("#pair")
    expect(page.locator("#refused")).to_contain_text("more than ten minutes old")
    page.goto("/tablet/pair/" + "A" * 26)
    page.click("#pair")
    expect(page.locator("#refused")).to_contain_text("not a code")


def test_a_browser_without_storage_says_so_and_uses_no_code(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    tablet_context.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page = tablet_context.new_page()
    page.goto(f"/tablet/pair/{tablet_seminar.codes[0]}")
    page.click("#pair")
    expect(page.locator("#refused")).to_contain_text("not a private one")
    served_session.commit()
    assert served_session.scalars(select(Device)).one().paired_at is None


def test_a_second_tab_waits_for_the_first(tablet_context: BrowserContext, tablet_seminar: TabletSeminar) -> None:
    first = pair_tablet(tablet_context, tablet_seminar.codes[0])
    second = tablet_context.new_page()
    second.goto("/tablet/")
    expect(second.locator("#instead-heading")).to_have_text("The list is open in another tab")
    find_person_row(first, "Соколова").click()
    wait_until_sent(first)
    first.close()
    expect(find_person_row(second, "Соколова").locator(".status")).to_have_text("Present")

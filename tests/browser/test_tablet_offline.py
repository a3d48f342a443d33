"""The offline queue of a tablet: restarts, updates, failures, other days, and when the list is deleted."""

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy.orm import Session

from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS, find_free_port, serve_in_thread
from tests.browser.tablet import (
    TabletSeminar,
    find_noon_time_zone,
    find_person_row,
    pair_tablet,
    read_store,
    wait_until_sent,
)
from tests.browser.tablet_actions import (
    SET_ROSTER_TIME,
    advance_clock,
    list_marks,
    load_first_session_statuses,
    move_second_session_to_next_day,
    take_sync_attempt,
    wait_for_marks,
    wait_until_queued,
)
from tests.browser.waiting import wait_until_offline_ready
from trainer.attendance.models import AttendanceStatus
from trainer.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_without_a_network_nothing_is_lost_by_reloading_closing_and_restarting(
    served: tuple[Flask, str], browser: Browser, served_session: Session, tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    app, port = (
        served[0],
        find_free_port(),
    )  # a server that goes away: Chromium lets go of "offline" while a page is closed

    def started() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=list(CHROMIUM_ARGUMENTS),
            base_url=f"http://127.0.0.1:{port}",
            locale="en-GB",
        )

    with started() as context:
        with serve_in_thread(app, port):
            page = pair_tablet(context, tablet_seminar.codes[0])
        context.set_offline(True)
        find_person_row(page, "Өтегенова").click()
        expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
        wait_until_queued(page, 1)
        page.reload()
        expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Present")
        find_person_row(page, "Соколова").click()
        wait_until_queued(page, 2)  # else it is closed while it writes
        page.close()
        page = context.new_page()
        page.goto("/tablet/")
        find_person_row(page, "Ғабитова").click()
        find_person_row(page, "Ғабитова").click()
        expect(page.locator("#state")).to_contain_text("Not yet sent: 4")
        wait_until_queued(page, 4)
    assert list_marks(served_session) == []
    with started() as context:
        context.set_offline(True)
        page = context.new_page()
        page.goto("/tablet/")
        expect(page.locator(".count")).to_have_text("3/ 6 present")
        expect(page.locator("#state")).to_contain_text("no network")
        with serve_in_thread(app, port):
            context.set_offline(False)
            wait_until_sent(page)
            assert load_first_session_statuses(served_session, tablet_seminar) == {
                "Өтегенова": AttendanceStatus.PRESENT,
                "Соколова": AttendanceStatus.PRESENT,
                "Ғабитова": AttendanceStatus.LATE,
            }
            assert len(list_marks(served_session)) == 4
            assert read_store(page, "queue") == []


def test_a_new_version_of_the_application_waits_until_asked_and_loses_no_mark(
    served: tuple[Flask, str], tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.route("**/api/**", lambda route: route.abort())
    find_person_row(page, "Өтегенова").click()
    expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
    served[0].jinja_env.globals["asset_version"] = "f00d"
    page.reload()
    expect(page.locator("#update")).to_be_visible()
    assert page.locator("html").get_attribute("data-version") != "f00d"
    find_person_row(page, "Соколова").click()
    page.click("#update")
    expect(page.locator("html")).to_have_attribute("data-version", "f00d")
    expect(page.locator("#state")).to_contain_text("Not yet sent: 2")
    wait_until_offline_ready(page)
    assert [cache for cache in page.evaluate("caches.keys()") if cache.startswith("tablet-")] == ["tablet-f00d"]
    tablet_context.unroute("**/api/**")
    page.reload()
    wait_until_sent(page)
    assert len(list_marks(served_session)) == 2


def test_the_list_leaves_the_tablet_a_day_after_the_last_session(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    wait_until_sent(page)
    for part in tablet_seminar.seminar.sessions:
        part.starts_at -= timedelta(days=3)
        part.ends_at -= timedelta(days=3)
    served_session.commit()
    page.evaluate("void (Date.now = ((now) => () => now() + 2 * 86400_000)(Date.now))")
    expect(page.locator("#instead-heading")).to_have_text(
        "There is no seminar for this tablet at the moment", timeout=20_000
    )
    assert read_store(page, "ledger") == []
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)


def test_the_rehearsal_names_the_day_of_a_list_that_is_not_of_today(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    then = now() - timedelta(hours=20)
    page.evaluate(SET_ROSTER_TIME, then.isoformat())
    page.reload()
    page.click("#state")
    page.click("#device-rehearse")
    day = then.astimezone(ZoneInfo(find_noon_time_zone())).strftime("%d.%m %H:%M")
    expect(page.locator("#rehearsal-results")).to_contain_text(
        f"The list is on the tablet, received {day}", timeout=10_000
    )


def test_a_mark_that_could_not_be_saved_is_taken_back_and_said(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    broken = "void (IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError'); })"
    page.evaluate(broken)
    find_person_row(page, "Соколова").click()
    expect(page.locator("#told")).to_contain_text("could not save")
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("No mark yet")
    expect(page.locator(".count")).to_have_text("0/ 6 present")


def test_a_tablet_left_open_overnight_marks_the_session_of_the_new_day_and_says_so(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    move_second_session_to_next_day(tablet_seminar)
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Соколова").click()
    wait_until_sent(page)
    first = page.locator("#when").inner_text()
    tablet_context.set_offline(True)
    advance_clock(page, 1)
    expect(page.locator("#told")).to_contain_text("A new day has started")
    expect(page.locator("#when")).not_to_have_text(first)
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("No mark yet")
    find_person_row(page, "Өтегенова").click()
    tablet_context.set_offline(False)
    wait_for_marks(page, served_session, 2)
    assert [mark.session_id for mark in list_marks(served_session)] == [
        part.id for part in tablet_seminar.seminar.sessions
    ]


def test_the_list_leaves_a_tablet_that_finds_no_network_any_more_but_never_what_was_not_sent(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    wait_until_sent(page)
    tablet_context.set_offline(True)
    find_person_row(page, "Соколова").click()
    expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
    wait_until_queued(page, 1)  # the number counts what is being saved too
    advance_clock(page, 3)
    page.reload()
    expect(page.locator("#people li")).to_have_count(6)
    expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    tablet_context.set_offline(True)
    advance_clock(page, 3)
    expect(page.locator("#instead-heading")).to_have_text("There is no seminar for this tablet at the moment")
    assert read_store(page, "ledger") == []
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)


def test_a_tablet_that_was_switched_off_for_days_opens_without_the_list(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    wait_until_sent(page)
    tablet_context.set_offline(True)
    page.close()
    page = tablet_context.new_page()
    page.add_init_script("Date.now = ((now) => () => now() + 3 * 86400_000)(Date.now)")
    page.goto("/tablet/")
    expect(page.locator("#instead-heading")).to_have_text("There is no seminar for this tablet at the moment")
    assert read_store(page, "ledger") == []
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)


def test_when_the_network_returns_nobody_waits_for_the_pause_after_many_failures(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tried: list[Route] = []
    tablet_context.route("**/api/v1/tablet/sync", lambda route: tried.append(route))
    for name in ("Өтегенова", "Қожахметов", "Іңкәрбек", "Ғабитова", "Соколова"):
        find_person_row(page, name).click()
        take_sync_attempt(page, tried).abort()
    find_person_row(page, "Соколова").click()
    hanging = take_sync_attempt(page, tried)
    page.evaluate("dispatchEvent(new Event('online'))")
    hanging.abort()
    tablet_context.unroute("**/api/v1/tablet/sync")
    expect(page.locator("#state")).to_have_text("Everything has been sent", timeout=6_000)


def test_a_clock_known_to_be_days_ahead_costs_no_tablet_its_list(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    tablet_context.add_init_script("Date.now = ((now) => () => now() + 9 * 86400_000)(Date.now)")
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    wait_until_sent(page)
    tablet_context.set_offline(True)
    page.reload()
    expect(page.locator(".count")).to_have_text("0/ 6 present")

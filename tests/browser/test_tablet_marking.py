"""Marking on a tablet: statuses, undo, search, sessions side by side, keyboard, language."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.layout import HORIZONTAL_OVERFLOW, SMALL_TARGETS, TABLET_SIZE, WINDOW_SIZES
from tests.browser.tablet import (
    TabletSeminar,
    find_person_row,
    pair_tablet,
    wait_until_sent,
)
from tests.browser.tablet_actions import (
    add_walk_in,
    has_marks,
    list_marks,
    load_first_session_statuses,
    move_second_session_to_next_day,
    wait_for_marks,
)
from tests.factories import create_seminar, register_person
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.tablet.devices import create_device
from trainer.clock import now
from trainer.seminars.models import SeminarSession

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_each_tap_sets_the_next_status_and_the_server_receives_it(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    target = find_person_row(page, "Өтегенова")
    for words in ("Present", "Late", "Excused", "Absent", "Present"):
        target.click()
        expect(target.locator(".status")).to_have_text(words)
    expect(page.locator(".count")).to_have_text("1/ 6 present")
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {"Өтегенова": AttendanceStatus.PRESENT}
    assert [mark.status for mark in list_marks(served_session)] == ["present", "late", "excused", "absent", "present"]
    assert {mark.source for mark in list_marks(served_session)} == {"tap"}


def test_after_a_tap_the_tablet_does_not_say_that_everything_is_sent(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    wait_until_sent(page)
    tap = "document.querySelector('#people .main').click() ?? document.getElementById('state').textContent"
    assert "Not yet sent: 1" in page.evaluate(tap)
    wait_until_sent(page)


def test_undo_takes_an_unsent_mark_back_for_good_and_follows_a_sent_one_by_another(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    first, second = find_person_row(page, "Өтегенова"), find_person_row(page, "Соколова")
    first.click()
    wait_until_sent(page)
    tablet_context.set_offline(True)
    page.reload()
    second.click()
    second.click()
    page.click("#undo")
    expect(second.locator(".status")).to_have_text("Present")
    first.click()
    page.click("#undo")
    expect(first.locator(".status")).to_have_text("Present")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.PRESENT,
        "Соколова": AttendanceStatus.PRESENT,
    }


def test_a_first_mark_that_the_server_has_is_undone_as_absent_and_one_it_has_not_as_nothing(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    first, second = find_person_row(page, "Өтегенова"), find_person_row(page, "Соколова")
    first.click()
    wait_until_sent(page)
    page.click("#undo")
    expect(first.locator(".status")).to_have_text("Absent")
    wait_until_sent(page)
    tablet_context.route("**/api/**", lambda route: None if has_marks(route.request) else route.continue_())
    with page.expect_request(has_marks):  # the server is silent: the mark may be on its way
        second.click()
    page.click("#undo")
    expect(second.locator(".status")).to_have_text("Absent")
    tablet_context.unroute("**/api/**")
    page.reload()
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.ABSENT,
        "Соколова": AttendanceStatus.ABSENT,
    }


def test_search_finds_kazakh_letters_without_a_kazakh_keyboard_and_the_filter_shows_who_is_missing(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    shown = page.locator("#people li:not([hidden]) .name")
    for typed, names in (
        ("отегенова", ["Өтегенова"]),
        ("инкар", ["Іңкәрбек"]),
        ("мар сок", ["Соколова"]),
        ("NURP", ["Нұрпейісов"]),
        ("нурпеисов", ["Нұрпейісов"]),
        ("Otegenova", ["Өтегенова"]),
        ("утегенова", ["Өтегенова"]),
        ("Kozhakhmetov", ["Қожахметов"]),
        ("хожахметов", ["Қожахметов"]),
        ("Габитава", ["Ғабитова"]),
        ("сакол", ["Соколова"]),
        ("COK", ["Соколова"]),
        ("№ 4", ["Ғабитова"]),
        ("zzz", []),
    ):
        page.fill("#search", typed)
        assert [name.split()[0] for name in shown.all_text_contents()] == names, typed
    page.fill("#search", "сакол")
    expect(page.locator("#nobody")).to_have_text("There is no exact match. Similar names:")
    page.fill("#search", "zzz")
    expect(page.locator("#nobody")).to_have_text("No one was found. Change the search or the filter.")
    page.click("#clear")
    expect(page.locator("#search")).to_be_focused()
    expect(shown).to_have_count(6)
    find_person_row(page, "Соколова").click()
    page.click("#not-here")
    expect(shown).to_have_count(5)
    find_person_row(page, "Өтегенова").click()
    expect(shown).to_have_count(5)  # nobody slips away from under the finger
    expect(page.locator(".count")).to_have_text("2/ 6 present")
    page.click("#not-here")
    expect(shown).to_have_count(6)


def test_an_empty_list_says_why_it_is_empty_and_what_to_do(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    empty = create_seminar(served_session, tablet_seminar.seminar.project, now() + timedelta(days=1), slug="empty")
    code = create_device(served_session, "Планшет", [tablet_seminar.seminar, empty], now())[1]
    served_session.commit()
    page = pair_tablet(tablet_context, code)
    for registration in tablet_seminar.people:
        find_person_row(page, registration.person.surname).click()
    page.click("#not-here")
    expect(page.locator("#nobody")).to_have_text("No one is missing: everyone is present or excused.")
    assert list_axe_violations(page) == []
    page.click("#session")
    page.locator("#choice-sessions button").last.click()
    expect(page.locator("#nobody")).to_contain_text("No one is registered for this seminar yet.")
    expect(page.locator("#told")).to_be_hidden()
    page.click("#state")
    page.click("[data-language=ru]")
    page.keyboard.press("Escape")
    expect(page.locator("#nobody")).not_to_contain_text("No one is missing")
    page.click("#session")
    page.locator("#choice-sessions button").first.click()
    expect(page.locator("#people li")).to_have_count(6)


def test_sessions_stand_side_by_side_or_are_tabs(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    page.locator("#sessions .tab").nth(1).click()
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.set_viewport_size({"width": 1180, "height": 820})
    cells = page.locator("#people li", has_text="Соколова").locator(".cell")
    expect(cells).to_have_text(["No mark yet", "Present"])
    cells.first.click()
    cells.first.click()
    expect(cells).to_have_text(["Late", "Present"])
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {"Соколова": AttendanceStatus.LATE}


def test_many_short_sessions_leave_room_for_the_names(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    first = tablet_seminar.seminar.sessions[0].starts_at
    for minutes in range(50, 350, 50):
        begins = first + timedelta(minutes=minutes)
        tablet_seminar.seminar.sessions.append(
            SeminarSession(
                title=tablet_seminar.seminar.sessions[0].title, starts_at=begins, ends_at=begins + timedelta(minutes=45)
            )
        )
    served_session.commit()
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#sessions .tab")).to_have_count(8)
    assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    page.locator("#sessions .tab").last.click()
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")


def test_a_list_with_one_session_uses_the_width_of_the_page(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    tablet_seminar.seminar.sessions.pop()
    served_session.commit()
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    expect(page.locator("#sessions")).to_be_hidden()
    assert page.evaluate("document.getElementById('people').clientHeight") > 800
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")


def test_what_the_desk_and_other_tablets_do_appears_and_a_conflict_is_a_question(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    first, person = tablet_seminar.seminar.sessions[0], tablet_seminar.people[0]
    append_mark(served_session, tablet_seminar.people[4], first, AttendanceStatus.EXCUSED, after=None, now=now())
    served_session.commit()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Excused", timeout=10_000)
    tablet_context.set_offline(True)
    find_person_row(page, "Өтегенова").click()
    append_mark(served_session, person, first, AttendanceStatus.ABSENT, after=None, now=now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Conflict", timeout=20_000)
    find_person_row(page, "Өтегенова").click()
    expect(page.locator("#told")).to_contain_text("Marked differently: Absent / Present")
    append_mark(served_session, person, first, AttendanceStatus.LATE, after=None, now=now(), decides=True)
    served_session.commit()
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Late", timeout=10_000)
    assert len([mark for mark in list_marks(served_session) if mark.device_id]) == 1
    page.locator("#people li", has_text="Өтегенова").locator(".more").click()
    history = sorted(
        entry.partition(" · ")[2] for entry in page.locator("#person .history li").all_text_contents() if entry
    )
    assert history == ["Absent · organiser’s dashboard", "Late · organiser’s dashboard", "Present"]


def test_everything_can_be_done_by_keyboard(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    page.focus("#search")
    page.keyboard.type("сокол")
    page.locator("#people li:not([hidden]) .main").focus()
    page.keyboard.press("Enter")
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.focus("#clear")
    page.keyboard.press("Enter")
    page.locator("#people .main").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(find_person_row(page, "Қожахметов").locator(".status")).to_have_text("Present")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#person-name")).to_have_text("Қожахметов Ерлан Маратқызы")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(find_person_row(page, "Қожахметов").locator(".status")).to_have_text("Late")
    page.keyboard.press("Escape")
    expect(page.locator("#people li", has_text="Қожахметов").locator(".more")).to_be_focused()
    page.focus("#undo")
    page.keyboard.press("Enter")
    expect(find_person_row(page, "Қожахметов").locator(".status")).to_have_text("Present")
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Соколова": AttendanceStatus.PRESENT,
        "Қожахметов": AttendanceStatus.PRESENT,
    }


def test_no_view_has_a_problem_that_axe_finds_and_none_scrolls_sideways(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    for times, name in enumerate(("Өтегенова", "Қожахметов", "Іңкәрбек", "Ғабитова"), 1):
        for _each in range(times):
            find_person_row(page, name).click()
    for size in WINDOW_SIZES:
        page.set_viewport_size(size)
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
        assert page.evaluate(SMALL_TARGETS) == []
        assert list_axe_violations(page) == []
    page.click("#state")
    assert list_axe_violations(page) == []


def test_the_language_changes_without_a_network_and_stays(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    page.click("#state")
    page.click("[data-language=kk]")
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    page.keyboard.press("Escape")
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Келді")
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    expect(find_person_row(page, "Әбілқасымов")).to_contain_text("Тіркелмей келген")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    expect(find_person_row(page, "Әбілқасымов")).to_contain_text("Тіркелмей келген")
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Келді")


def test_every_session_of_every_seminar_and_day_can_be_chosen_and_stays_chosen_for_the_day(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    move_second_session_to_next_day(tablet_seminar)
    other = create_seminar(served_session, tablet_seminar.seminar.project, now() + timedelta(hours=1), slug="other")
    register_person(served_session, other, surname="Басқа", given_name="Адам", phone="+77019999999", email="")
    _device, code = create_device(served_session, "Екі семинар", [tablet_seminar.seminar, other], now())
    served_session.commit()
    page = pair_tablet(tablet_context, code)
    page.fill("#search", "сокол")
    today = page.locator("#when").inner_text()
    page.focus("#session")
    page.keyboard.press("Enter")
    choices = page.locator("#choice-sessions button")
    expect(choices).to_have_count(4)
    expect(choices.first).to_have_attribute("aria-pressed", "true")
    for size in WINDOW_SIZES:
        page.set_viewport_size(size)
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate(HORIZONTAL_OVERFLOW) <= 0
        assert list_axe_violations(page) == []
    choices.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#people .name")).to_have_text(["Басқа Адам Маратқызы"])
    find_person_row(page, "Басқа").click()
    page.click("#session")
    choices.last.click()
    expect(page.locator("#when")).to_have_class("other-day")
    expect(page.locator("#when")).not_to_have_text(today)
    assert list_axe_violations(page) == []
    wait_until_sent(page)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    find_person_row(page, "Соколова").click()
    wait_for_marks(page, served_session, 2)
    assert [mark.session_id for mark in list_marks(served_session)] == [
        other.sessions[0].id,
        tablet_seminar.seminar.sessions[1].id,
    ]


def test_a_tablet_set_to_another_zone_shows_the_hours_of_the_seminar_and_says_so(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar
) -> None:
    tablet_seminar.seminar.project.timezone = "Asia/Almaty"
    tablet_seminar.session.commit()
    start, end = (
        f"{moment.astimezone(ZoneInfo('Asia/Almaty')):%H:%M}"
        for moment in (tablet_seminar.seminar.sessions[0].starts_at, tablet_seminar.seminar.sessions[0].ends_at)
    )
    context = browser.new_context(viewport=TABLET_SIZE, base_url=served[1], locale="en-GB", timezone_id="Asia/Dhaka")
    page = pair_tablet(context, tablet_seminar.codes[0])
    expect(page.locator("#when")).to_contain_text(f"{start}–{end}")
    expect(page.locator("#elsewhere")).to_have_text(
        "This tablet is set to another time zone. The times shown here are those of the seminar: UTC+5."
    )
    assert list_axe_violations(page) == []
    page.locator("#people .more").first.click()
    expect(page.locator("#person-sessions legend").first).to_contain_text(start)
    context.close()


def test_a_tablet_in_the_zone_of_the_seminar_warns_of_nothing(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    expect(pair_tablet(tablet_context, tablet_seminar.codes[0]).locator("#elsewhere")).to_be_hidden()

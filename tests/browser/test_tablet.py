"""The tablet in the hall: pairing, marking without a network, what survives a restart, walk-ins, signatures, and being taken away."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.layout import HORIZONTAL_OVERFLOW, SMALL_TARGETS, WINDOW_SIZES
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
    CHANGE_CONSENT_VERSION,
    END_SEMINARS_AND_QUEUE,
    SET_ROSTER_TIME,
    add_walk_in,
    advance_clock,
    draw_signature,
    has_marks,
    list_marks,
    load_first_session_statuses,
    move_second_session_to_next_day,
    open_tablet_with_refused_walk_in,
    take_sync_attempt,
    wait_for_marks,
    wait_until_queued,
)
from tests.browser.waiting import wait_until_offline_ready
from tests.factories import create_seminar, register_person
from trainer.attendance.ledger import append_mark, generate_mark_id
from trainer.attendance.models import AttendanceStatus, Device, Signature
from trainer.attendance.tablet.devices import create_device, revoke_device
from trainer.attendance.tablet.file_import import import_queue_file
from trainer.clock import now
from trainer.registration.models import Consent, Registration
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import SeminarSession

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_a_tablet_that_is_not_paired_looks_for_no_network(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = tablet_context.new_page()
    page.goto("/tablet/")
    expect(page.locator("#instead-heading")).to_have_text("This tablet is not connected yet")
    expect(page.locator("#state")).to_have_text("This tablet")
    assert list_axe_violations(page) == []


def test_opening_the_code_pairs_nothing_and_pressing_the_button_pairs_once(
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


def test_a_tap_goes_round_the_statuses_and_the_server_hears_each(
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
    assert [each.status for each in list_marks(served_session)] == ["present", "late", "excused", "absent", "present"]
    assert {each.source for each in list_marks(served_session)} == {"tap"}


def test_from_the_tap_on_nothing_says_that_everything_is_sent(
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
    assert [each for each in page.evaluate("caches.keys()") if each.startswith("tablet-")] == ["tablet-f00d"]
    tablet_context.unroute("**/api/**")
    page.reload()
    wait_until_sent(page)
    assert len(list_marks(served_session)) == 2


def test_search_finds_kazakh_letters_without_a_kazakh_keyboard_and_the_filter_shows_who_is_missing(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    shown = page.locator("#people li:not([hidden]) .name")
    for typed, names in (
        ("отегенова", ["Өтегенова"]),
        ("инкар", ["Іңкәрбек"]),
        ("мар сок", ["Соколова"]),
        ("NURP", []),
        ("COK", ["Соколова"]),
        ("№ 4", ["Ғабитова"]),
        ("zzz", []),
    ):
        page.fill("#search", typed)
        assert [each.split()[0] for each in shown.all_text_contents()] == names, typed
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
    for each in tablet_seminar.people:
        find_person_row(page, each.person.surname).click()
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


def test_a_signature_from_the_bar_is_that_of_whom_the_bar_names(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    append_mark(
        served_session,
        tablet_seminar.people[0],
        tablet_seminar.seminar.sessions[0],
        AttendanceStatus.ABSENT,
        after=None,
        now=now(),
    )
    append_mark(
        served_session,
        tablet_seminar.people[0],
        tablet_seminar.seminar.sessions[0],
        AttendanceStatus.LATE,
        after=None,
        now=now(),
    )
    served_session.commit()
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Conflict", timeout=10_000)
    tablet_context.set_offline(True)
    page.reload()
    find_person_row(page, "Соколова").click()
    find_person_row(page, "Өтегенова").click()
    expect(page.locator("#told")).to_contain_text("Өтегенова Айгүл Маратқызы: Marked differently")
    expect(page.locator("#undo")).to_be_hidden()
    page.click("#sign-last")
    expect(page.locator("#sign-name")).to_have_text("Өтегенова Айгүл Маратқызы")
    page.keyboard.press("Escape")
    find_person_row(page, "Ғабитова").click()
    page.click("#undo")
    expect(page.locator("#sign-last")).to_be_hidden()
    expect(page.locator("#told")).to_contain_text("Ғабитова Гүлнар Маратқызы: ")
    page.click("#undo")
    expect(page.locator("#told")).to_contain_text("Соколова Марина Маратқызы: ")
    expect(page.locator("#undo")).to_be_hidden()


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


def test_the_many_sessions_of_a_day_of_academic_hours_leave_the_names_their_room(
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


def test_the_list_of_a_day_with_one_session_has_the_room_of_the_page(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    tablet_seminar.seminar.sessions.pop()
    served_session.commit()
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    expect(page.locator("#sessions")).to_be_hidden()
    assert page.evaluate("document.getElementById('people').clientHeight") > 800
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")


def test_somebody_who_came_without_registering_is_on_the_list_at_once_and_marked(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    page.click("#walk-in-open")
    form = page.locator("#walk-in-form")
    form.locator("[type=submit]").click()
    expect(page.locator("#walk-in-surname-error")).to_be_visible()
    expect(page.locator("#walk-in-consent-error")).to_be_visible()
    assert list_axe_violations(page) == []
    page.fill("#walk-in-surname", "Әбілқасымов 🙂")
    page.fill("#walk-in-given_name", "Жәнібек")
    page.locator("#walk-in-phone").press_sequentially("87015550909, 87475550202")
    page.fill("#walk-in-position", "900101300017")
    page.check("#walk-in-consent")
    form.locator("[type=submit]").click()
    expect(page.locator("#walk-in-surname-error")).to_contain_text("letters, digits and common punctuation")
    expect(page.locator("#walk-in-position-error")).to_contain_text("Do not enter an IIN")
    assert len(page.input_value("#walk-in-phone")) == 20
    page.fill("#walk-in-surname", "Әбілқасымов")
    page.fill("#walk-in-position", "")
    expect(page.locator("#walk-in-position-error")).to_be_hidden()
    page.fill("#walk-in-phone", "8 701 555 09 09")
    page.select_option("#walk-in-language", "ru")
    expect(page.locator("#walk-in-terms li").first).to_contain_text("Оператор")
    page.check("#walk-in-consent")
    form.locator("[type=submit]").click()
    newcomer = find_person_row(page, "Әбілқасымов")
    expect(newcomer.locator(".status")).to_have_text("Present")
    expect(newcomer).to_contain_text("Without registration")
    names = page.locator("#people .name").all_text_contents()
    assert names == sorted(names, key=lambda name: ["Ә", "Ғ", "Қ", "Н", "Ө", "С", "І"].index(name[0]))
    page.reload()
    newcomer.click()
    expect(newcomer.locator(".status")).to_have_text("Late")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    came = served_session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    assert (came.person.surname, came.person.phone, came.status) == ("Әбілқасымов", "+77015550909", "registered")
    agreed = served_session.scalars(select(Consent).where(Consent.registration_id == came.id)).all()
    assert [(each.text.purpose, each.text.language) for each in agreed] == [("personal_data", "ru")]
    assert {each.registration_id for each in list_marks(served_session)} == {came.id}
    page.reload()
    newcomer.click()
    expect(newcomer.locator(".status")).to_have_text("Excused")
    expect(page.locator("#people li", has_text="Әбілқасымов")).to_have_count(1)
    wait_for_marks(page, served_session, 3)
    wait_until_sent(page)
    assert [each.status for each in list_marks(served_session)] == ["present", "late", "excused"]
    kept = json.dumps([read_store(page, each) for each in ("queue", "walk_ins", "kept")])
    assert "5550909" not in kept.replace(" ", "")  # hashes hold three digits by chance


def test_a_signature_is_drawn_with_the_finger_and_never_demanded(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    find_person_row(page, "Өтегенова").click()
    page.click("#sign-last")
    expect(page.locator("#sign-save")).to_be_disabled()
    assert list_axe_violations(page) == []
    draw_signature(page)
    page.click("#sign-save")
    expect(find_person_row(page, "Өтегенова")).to_contain_text("Signed")
    page.locator("#people li", has_text="Соколова").locator(".more").click()
    assert list_axe_violations(page) == []
    page.locator("#person-sessions .sign").first.click()
    page.click("#sign-confirm")
    page.keyboard.press("Escape")
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.reload()
    expect(find_person_row(page, "Өтегенова")).to_contain_text("Signed")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    served_session.commit()
    signature = served_session.scalars(select(Signature)).one()
    assert signature.registration_id == tablet_seminar.people[0].id
    assert signature.session_id == tablet_seminar.seminar.sessions[0].id
    [stroke] = signature.strokes
    assert len(stroke) > 5
    assert all(0 <= across <= 1000 and 0 <= down <= 400 for across, down in stroke)
    assert max(across for across, _down in stroke) > 850
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.PRESENT,
        "Соколова": AttendanceStatus.PRESENT,
    }


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
    assert len([each for each in list_marks(served_session) if each.device_id]) == 1
    page.locator("#people li", has_text="Өтегенова").locator(".more").click()
    said = sorted(each.partition(" · ")[2] for each in page.locator("#person .history li").all_text_contents() if each)
    assert said == ["Absent · organiser’s dashboard", "Late · organiser’s dashboard", "Present"]


def test_a_tablet_that_was_taken_away_forgets_everybody_and_hands_over_what_it_had_not_sent(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Present")
    wait_for_marks(page, served_session, 1)
    wait_until_sent(page)
    tablet_context.set_offline(True)
    find_person_row(page, "Соколова").click()
    expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
    revoke_device(served_session.scalars(select(Device)).one(), now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#instead-heading")).to_have_text("The organiser has disconnected this tablet", timeout=20_000)
    for name in ("ledger", "walk_ins", "signed"):
        assert read_store(page, name) == []
    assert "Өтегенова" not in page.content()
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)
    with page.expect_download() as download:
        page.click("#instead-export")
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    assert found["format"] == "trainer-tablet-queue"
    assert [(each["kind"], each["person"], each["status"]) for each in found["items"]] == [
        ("mark", tablet_seminar.people[4].id, "present")
    ]
    assert [
        each.answer
        for each in import_queue_file(served_session, served_session.scalars(select(Device)).one(), found, now())
    ] == ["stored"]
    served_session.commit()
    page.reload()
    expect(page.locator("#instead-heading")).to_have_text("This tablet is not connected yet")
    expect(page.locator("#instead-more")).to_contain_text("Unsent data stays here and will be sent afterwards: 1.")
    _device, code = create_device(served_session, "Планшет", [tablet_seminar.seminar], now())
    served_session.commit()
    page.goto(f"/tablet/pair/{code}")
    page.click("#pair")
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.PRESENT,
        "Соколова": AttendanceStatus.PRESENT,
    }
    assert len(list_marks(served_session)) == 2, "handed in and sent, it is one mark"


def test_a_tablet_taken_away_lets_go_of_what_the_organizer_has_as_a_file(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    expect(page.locator("#state")).to_contain_text("Not yet sent: 2")
    revoke_device(served_session.scalars(select(Device)).one(), now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#instead-more")).to_contain_text("Unsent marks: 2.", timeout=20_000)
    expect(page.locator("#instead-let-go")).to_be_hidden()
    with page.expect_download():
        page.click("#instead-export")
    assert list_axe_violations(page) == []
    page.click("#instead-let-go")
    expect(page.locator("#instead-more")).to_have_text(
        "The list has been deleted from it. There is no unsent data on it."
    )
    assert [read_store(page, name) for name in ("queue", "walk_ins", "ledger", "signed")] == [[], [], [], []]
    expect(page.locator("#instead-export")).to_be_hidden()


def test_a_browser_that_keeps_nothing_says_so_and_uses_up_no_code(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    tablet_context.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page = tablet_context.new_page()
    page.goto(f"/tablet/pair/{tablet_seminar.codes[0]}")
    page.click("#pair")
    expect(page.locator("#refused")).to_contain_text("not a private one")
    served_session.commit()
    assert served_session.scalars(select(Device)).one().paired_at is None


def test_the_list_leaves_the_tablet_a_day_after_the_last_session(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    wait_until_sent(page)
    for each in tablet_seminar.seminar.sessions:
        each.starts_at -= timedelta(days=3)
        each.ends_at -= timedelta(days=3)
    served_session.commit()
    page.evaluate("void (Date.now = ((now) => () => now() + 2 * 86400_000)(Date.now))")
    expect(page.locator("#instead-heading")).to_have_text(
        "There is no seminar for this tablet at the moment", timeout=20_000
    )
    assert read_store(page, "ledger") == []
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)


def test_what_the_server_does_not_accept_is_told_and_once_handed_over_keeps_nothing_here(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    mark = {
        "kind": "mark",
        "person": tablet_seminar.people[0].id,
        "session": 999_999,
        "status": "present",
        "after": None,
    }
    page.evaluate(
        END_SEMINARS_AND_QUEUE,
        {**mark, "id": str(generate_mark_id(now())), "at": "2025-06-02T07:00:00.000Z", "source": "tap"},
    )
    page.reload()
    expect(page.locator("#state")).to_have_text("Not accepted: 1", timeout=20_000)
    page.click("#state")
    said = page.locator("#device-refused li")
    expect(said).to_have_text("Mark: Өтегенова Айгүл Маратқызы. This session is not part of the person’s seminar.")
    assert list_axe_violations(page) == []
    with page.expect_response("**/sync"):
        page.click("#device-send")
    assert "Айгүл" in json.dumps(read_store(page, "kept"), ensure_ascii=False), "nobody else has it yet"
    with page.expect_download():
        page.click("#device-export")
    page.click("#device-send")
    expect(page.locator("#instead-heading")).to_have_text(
        "There is no seminar for this tablet at the moment", timeout=20_000
    )
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)
    expect(said).to_contain_text("saved to a file")
    assert len(read_store(page, "queue")) == 1


def test_a_walk_in_refused_after_the_file_was_handed_over_leaves_when_somebody_says_that_the_organizer_has_it(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = open_tablet_with_refused_walk_in(tablet_context, tablet_seminar)
    expect(find_person_row(page, "Әбілқасымов").locator(".status")).to_have_text("Present")
    find_person_row(page, "Соколова").click()
    page.click("#state")
    expect(page.locator("[data-fact=unsent]")).to_have_text("3")
    with page.expect_download() as download:
        page.click("#device-export")
    found = json.loads(Path(download.value.path()).read_text())
    answers = import_queue_file(served_session, served_session.scalars(select(Device)).one(), found, now())
    assert sorted(each.reason for each in answers) == ["", "consent", "unknown_person"]
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text("Not accepted: 2", timeout=20_000)
    expect(page.locator("#device-refused li")).to_have_count(2)
    expect(page.locator("#device-refused li").first).to_contain_text("saved to a file")
    assert list_axe_violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#people li", has_text="Әбілқасымов").locator(".more").click()
    expect(page.locator("#person .history li").first).to_contain_text("Present · Not accepted by the server")
    page.keyboard.press("Escape")
    page.click("#state")
    page.click("#device-let-go")
    expect(page.locator("#device-refused")).to_be_hidden()
    expect(page.locator("#device-send")).to_be_focused()
    wait_until_sent(page)
    assert [read_store(page, name) for name in ("queue", "walk_ins")] == [[], []]
    page.reload()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    expect(find_person_row(page, "Әбілқасымов")).to_have_count(0)


def test_a_refused_signature_leaves_the_tablet_with_what_was_handed_over_and_a_new_one_can_be_made(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = open_tablet_with_refused_walk_in(tablet_context, tablet_seminar)
    page.click("#sign-last")
    draw_signature(page)
    page.click("#sign-save")
    newcomer = find_person_row(page, "Әбілқасымов")
    expect(newcomer).to_contain_text("Signed")
    find_person_row(page, "Соколова").click()
    page.click("#sign-last")
    draw_signature(page)
    page.click("#sign-save")
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text("Not accepted: 3", timeout=20_000)
    page.click("#state")
    expect(page.locator("#device-refused li").last).to_have_text(
        "Participant’s signature: Әбілқасымов Жәнібек. The person is not in any of this tablet’s seminars."
    )
    with page.expect_download():
        page.click("#device-export")
    page.click("#device-let-go")
    wait_until_sent(page)
    assert [each["id"] for each in read_store(page, "signed")] == [
        f"{tablet_seminar.people[4].id}/{tablet_seminar.seminar.sessions[0].id}"
    ]
    assert read_store(page, "queue") == []
    page.keyboard.press("Escape")
    expect(newcomer).to_have_count(0)
    expect(find_person_row(page, "Соколова")).to_contain_text("Signed")
    served_session.commit()
    assert served_session.scalars(select(Signature)).one().registration_id == tablet_seminar.people[4].id


def test_what_is_refused_stays_until_it_was_saved_as_a_file(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    page.evaluate(CHANGE_CONSENT_VERSION)
    page.reload()
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    expect(page.locator("#state")).to_have_text("Not accepted: 2", timeout=20_000)
    page.click("#state")
    expect(page.locator("#device-let-go")).to_be_hidden()
    with page.expect_download():
        page.click("#device-export")
    expect(page.locator("#device-let-go")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    assert len(read_store(page, "queue")) == 2


def test_everything_is_done_by_the_keyboard(
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


def test_a_second_tab_waits_for_the_first(tablet_context: BrowserContext, tablet_seminar: TabletSeminar) -> None:
    first = pair_tablet(tablet_context, tablet_seminar.codes[0])
    second = tablet_context.new_page()
    second.goto("/tablet/")
    expect(second.locator("#instead-heading")).to_have_text("The list is open in another tab")
    find_person_row(first, "Соколова").click()
    wait_until_sent(first)
    first.close()
    expect(find_person_row(second, "Соколова").locator(".status")).to_have_text("Present")


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
    assert [each.session_id for each in list_marks(served_session)] == [
        each.id for each in tablet_seminar.seminar.sessions
    ]


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
    assert [each.session_id for each in list_marks(served_session)] == [
        other.sessions[0].id,
        tablet_seminar.seminar.sessions[1].id,
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


def test_a_walk_in_who_was_merged_leaves_the_list_and_the_marks_stay_with_the_person(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    add_walk_in(page, "Соколова", "Марина")
    expect(page.locator("#people li")).to_have_count(7)
    wait_for_marks(page, served_session, 1)
    wait_until_sent(page)
    came = served_session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    merge_registration(served_session, came, tablet_seminar.people[4], now())
    served_session.commit()
    expect(page.locator("#people li")).to_have_count(6, timeout=15_000)
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.reload()
    expect(page.locator("#people li")).to_have_count(6)
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Late")
    wait_for_marks(page, served_session, 2)
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {"Соколова": AttendanceStatus.LATE}
    unmerge_registration(served_session, came, now())
    served_session.commit()
    expect(page.locator("#people li")).to_have_count(7, timeout=15_000)

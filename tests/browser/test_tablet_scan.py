"""Scanning passes with the tablet's camera: several phones in a row, repeated and unknown passes, and the rehearsal."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import qrcode
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from tests.browser.axe import list_axe_violations
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.browser.tablet import (
    TabletSeminar,
    find_person_row,
    pair_tablet,
    read_store,
    wait_until_sent,
)
from tests.browser.waiting import poll_until
from tests.factories import create_seminar, register_person
from trainer.attendance.models import AttendanceMark
from trainer.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
SHOWN, BETWEEN = 12, 3  # frames of a pass, and of the hand that takes it away; Chromium shows 30 in a second
SAID = """void (window.said = [], new MutationObserver(() => {
    const now = document.getElementById("scanned").innerText.trim();
    if (now !== said.at(-1)) said.push(now);
}).observe(document.getElementById("scanned"), { childList: true, subtree: true, characterData: true }))"""


def record_film(folder: Path, texts: list[str]) -> Path:
    """Write a film for the fake camera, one phone after another, as MJPEG, and return its path."""
    empty = encode_jpeg(Image.new("RGB", (640, 480), "#777"))
    film = folder / "passes.mjpeg"
    film.write_bytes(b"".join(encode_jpeg(draw_phone(text)) * SHOWN + empty * BETWEEN for text in texts))
    return film


def draw_phone(text: str) -> Image.Image:
    """Return a picture of a phone that shows a QR code."""
    seen = Image.new("RGB", (640, 480), "#777")
    code = qrcode.make(text, border=4).get_image().convert("RGB").resize((330, 330))
    seen.paste(code, (150, 70))
    return seen


def encode_jpeg(picture: Image.Image) -> bytes:
    """Return a picture as JPEG."""
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


@contextmanager
def open_camera(browser: Browser, base: str, seen: Path) -> Iterator[BrowserContext]:
    """Yield the context of a tablet whose camera plays a film."""
    switches = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    args = [*CHROMIUM_ARGUMENTS, *switches, f"--use-file-for-fake-video-capture={seen}"]
    with browser.browser_type.launch(executable_path=CHROMIUM, args=args) as chromium:
        yield chromium.new_context(base_url=base, locale="en-GB", viewport={"width": 820, "height": 1180})


def list_pass_texts(hall: TabletSeminar) -> list[str]:
    """Return the texts of everybody's pass."""
    return [f"PASS:{registration.pass_code}" for registration in hall.people]


def wait_for_scan_message(page: Page, sentence: str) -> None:
    """Wait until the scanner has shown a message."""
    poll_until(page, lambda: page.evaluate("said"), lambda said: any(sentence in each for each in said))


def test_several_phones_are_scanned_without_a_network(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    other = register_person(
        tablet_seminar.session,
        create_seminar(tablet_seminar.session, tablet_seminar.seminar.project, now(), slug="other"),
        phone="+77011234567",
    )
    tablet_seminar.session.commit()
    codes = list_pass_texts(tablet_seminar)
    foreign = f"PASS:{other.pass_code}"
    seen = record_film(tmp_path, [*codes[:3], foreign, "HTTPS://EXAMPLE.ORG/V/1", codes[3], codes[0]])
    with open_camera(browser, served[1], seen) as context:
        page = pair_tablet(context, tablet_seminar.codes[0])
        context.set_offline(True)
        page.evaluate(SAID)
        page.click("#scan-open")
        for registration in tablet_seminar.people[:4]:
            wait_for_scan_message(page, f"{registration.person.full_name}\n\nMarked: present")
        wait_for_scan_message(page, "This pass is not on this tablet’s list")
        wait_for_scan_message(page, "This code is not a pass")
        wait_for_scan_message(page, "Present since")
        assert list_axe_violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(".count")).to_have_text("4/ 6 present")
        expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Present")
        context.set_offline(False)
        wait_until_sent(page)
    marks = tablet_seminar.session.scalars(select(AttendanceMark)).all()
    assert {(mark.registration_id, mark.status, mark.source) for mark in marks} == {
        (registration.id, "present", "scan") for registration in tablet_seminar.people[:4]
    }
    assert len(marks) == 4, "a repeated scan makes no mark"


def test_two_passes_within_a_second_are_both_scanned(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    with open_camera(browser, served[1], record_film(tmp_path, list_pass_texts(tablet_seminar))) as context:
        page = pair_tablet(context, tablet_seminar.codes[0])
        page.click("#scan-open")
        expect(page.locator("#here")).to_have_text("6", timeout=15_000)
        page.click("#scan [data-close]")
        wait_until_sent(page)
        times = sorted(mark.made_at for mark in tablet_seminar.session.scalars(select(AttendanceMark)))
        print(f"six passes in {(times[-1] - times[0]).total_seconds():.1f} s")


def test_the_rehearsal_cuts_the_network_marks_nobody_and_says_what_is_missing(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    with open_camera(browser, served[1], record_film(tmp_path, list_pass_texts(tablet_seminar)[:2])) as context:
        page = pair_tablet(context, tablet_seminar.codes[0])
        page.evaluate("void (navigator.storage.persisted = async () => true)")
        page.click("#state")
        page.click("#device-rehearse")
        expect(page.locator("#rehearsal-stage")).to_be_visible()
        expect(page.locator("#state")).to_contain_text("offline rehearsal")
        expect(page.locator("#rehearsal-card")).to_contain_text("The tablet is ready", timeout=15_000)
        checks = page.locator("#rehearsal-results li[data-good=true]")
        assert checks.count() >= 8, page.locator("#rehearsal-results").inner_text()
        assert list_axe_violations(page) == []
        page.keyboard.press("Escape")
        wait_until_sent(page)
        assert read_store(page, "ledger") == []
        page.evaluate("void (navigator.storage.persisted = async () => false)")
        page.click("#state")
        page.click("#device-rehearse")
        page.click("#rehearsal-skip")
        expect(page.locator("#rehearsal-card")).to_contain_text("Something is missing")
        page.evaluate("void (navigator.storage.persisted = async () => true)")
        page.click("#rehearsal-again")
        expect(page.locator("#rehearsal-card")).to_contain_text("The tablet is ready", timeout=15_000)
        page.keyboard.press("Escape")
        page.click("#state")
        expect(page.locator("[data-fact=rehearsed]")).to_contain_text("The tablet is ready")
        page.evaluate("void (navigator.storage.persisted = async () => false)")
        page.click("#device-rehearse")
        page.click("#rehearsal-skip")
        expect(page.locator("#rehearsal-card")).to_contain_text("Something is missing")
        expect(page.locator("#rehearsal-results")).to_contain_text("add the app to the home screen")
        expect(page.locator("#rehearsal-results li[data-good=false]").last).to_contain_text("of 3")
    assert tablet_seminar.session.scalars(select(AttendanceMark)).all() == []


def test_without_a_camera_the_list_still_works_and_it_is_said(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar
) -> None:
    context = browser.new_context(base_url=served[1], locale="en-GB")
    page = pair_tablet(context, tablet_seminar.codes[0])
    page.click("#scan-open")
    expect(page.locator("#scanned")).to_contain_text("camera", ignore_case=True)
    page.keyboard.press("Escape")
    find_person_row(page, "Соколова").click()
    wait_until_sent(page)


def test_a_rehearsal_that_is_closed_at_once_leaves_the_network_and_no_camera_on(
    browser: Browser, served: tuple[Flask, str], tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    with open_camera(browser, served[1], record_film(tmp_path, list_pass_texts(tablet_seminar)[:1])) as context:
        page = pair_tablet(context, tablet_seminar.codes[0])
        page.click("#state")
        requests: list[Route] = []
        context.route("**/tablet/time", lambda route: requests.append(route))
        with page.expect_request("**/tablet/time"):
            page.click("#device-rehearse")
        page.click("#rehearsal [data-close]")
        with page.expect_response("**/tablet/time"):
            requests[0].continue_()
        page.wait_for_timeout(300)
        find_person_row(page, "Соколова").click()
        wait_until_sent(page)
        assert page.evaluate("document.querySelector('#rehearsal video').srcObject") is None

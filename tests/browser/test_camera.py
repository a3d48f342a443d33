"""Scanning with a phone's camera: offline, without a decoder in the browser, codes of other sites, and stopping the camera."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import list_axe_violations
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.browser.waiting import wait_for_expression, wait_until_offline_ready
from tests.certificates.sample import OTHER_KEYRING
from trainer.issuing.models import IssuedCertificate

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


@contextmanager
def open_camera(browser: Browser, base: str, film: Path | None, **more: Any) -> Iterator[tuple[BrowserContext, Page]]:
    """Yield the context and the verification page of a phone whose fake camera plays a film, or has no film."""
    seen = [f"--use-file-for-fake-video-capture={film}"] if film else []
    switches = [*CHROMIUM_ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *seen]
    with browser.browser_type.launch(executable_path=CHROMIUM, args=switches) as chromium:
        context = chromium.new_context(base_url=base, locale="en-GB", viewport={"width": 360, "height": 800}, **more)
        page = context.new_page()
        page.goto("/verify")
        yield context, page


def test_without_a_network_a_scan_gives_the_facts(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate, camera_film: Path
) -> None:
    with open_camera(browser, served[1], camera_film) as (context, page):
        wait_until_offline_ready(page)
        context.set_offline(True)
        page.click("#camera")
        expect(page.locator("#result h2")).to_have_text("The seal is genuine", timeout=15_000)
        expect(page.locator("#result")).to_contain_text(certificate.recipient)


def test_the_server_reads_the_frames_where_the_browser_can_not(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate, camera_film: Path
) -> None:
    with open_camera(browser, served[1], camera_film, service_workers="block") as (context, page):
        context.route("**/vendor/**", lambda route: route.abort())
        page.click("#camera")
        expect(page.locator("#genuine")).to_be_visible(timeout=15_000)


def test_a_camera_that_works_is_not_said_to_be_missing_when_the_server_does_not_answer(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate, camera_film: Path
) -> None:
    with open_camera(browser, served[1], camera_film, service_workers="block") as (context, page):
        context.route("**/vendor/**", lambda route: route.abort())
        context.route("**/verify/photo", lambda route: route.abort())
        page.click("#camera")
        expect(page.locator("#result h2")).to_have_text("The register is not responding", timeout=15_000)


def test_a_code_that_names_another_site_is_checked_here_only_when_its_seal_is_ours(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate, camera_film: Path
) -> None:
    with open_camera(browser, served[1], camera_film, service_workers="block") as (context, page):
        moved = "document.getElementById('result').dataset.host = 'moved.example.org'"
        context.route("**/jwks.json", lambda route: route.fulfill(body=json.dumps(OTHER_KEYRING.build_jwks())))
        page.evaluate(moved)
        page.click("#camera")
        expect(page.locator("#result h2")).to_have_text("This certificate is checked on another site", timeout=15_000)
        expect(page.locator("#result")).to_contain_text("seminar.example.org")
        context.unroute("**/jwks.json")
        page.click("#camera")
        expect(page.locator("#genuine")).to_be_visible(timeout=15_000)


def test_the_camera_is_stopped_and_a_photo_can_be_chosen_where_there_is_none(
    browser: Browser, served: tuple[Flask, str]
) -> None:
    with open_camera(browser, served[1], None) as (_context, page):
        page.click("#camera")
        expect(page.locator("#stage")).to_be_visible()
        wait_for_expression(page, "document.querySelector('video').srcObject?.active")
        assert list_axe_violations(page) == []
        page.click("#stop")
        expect(page.locator("#camera")).to_be_visible()
        wait_for_expression(page, "!document.querySelector('video').srcObject.active")
        page.evaluate(
            "void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError')))"
        )
        page.click("#camera")
        expect(page.locator("#result h2")).to_have_text("No camera was found")
        expect(page.locator("#photo-form")).to_be_visible()

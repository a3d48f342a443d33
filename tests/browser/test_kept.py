"""What a verifier's browser caches and how it follows changes: another certificate, new keys, a revocation, a silent server."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy.orm import Session

from certificates import Certificate, Keyring, build_serial, seal
from tests.browser.axe import list_axe_violations
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.browser.verification import expect_verdict, forge_seal, get_path, load_certificate_file, open_certificate
from tests.browser.waiting import wait_for_expression, wait_until_offline_ready
from tests.factories import NOON
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.language.dates import format_long_date
from trainer.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
READ_CACHED_LIST = "caches.match('/verify/withdrawn.json').then((each) => each.text())"
READ_CACHED_PAGE = "caches.match('/verify').then((each) => each.text())"
LONG = "🌿" * 60 + "Күтім негіздері " * 10


def open_offline_ready_page(context: BrowserContext, address: str = "/verify") -> Page:
    """Return a page after which everything works offline."""
    page = context.new_page()
    page.goto(address)
    wait_until_offline_ready(page)
    return page


def answer_requests(context: BrowserContext, address: str, **answer: Any) -> None:
    """Answer requests to an address instead of the server."""

    def fulfil(route: Route) -> None:
        route.fulfill(**answer)

    context.route(address, fulfil)


def test_another_certificate_in_the_same_tab_is_checked_again(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    expect(page.locator("h1")).to_have_text("The certificate is valid")
    page.goto(get_path(forge_seal(certificate.qr_text)))
    expect(page.locator("h1")).to_have_text("The certificate is forged")
    open_offline_ready_page(phone_context)
    phone_context.set_offline(True)
    page.goto(get_path(certificate.qr_text))
    expect_verdict(page, "The seal is genuine")
    page.goto(get_path(forge_seal(certificate.qr_text)))
    expect_verdict(page, "The certificate is forged")


def test_a_forged_certificate_shows_no_tick(phone_context: BrowserContext, certificate: IssuedCertificate) -> None:
    sign = open_certificate(phone_context, certificate.qr_text).locator("#verdict path").get_attribute("d")
    expect(
        open_certificate(phone_context, forge_seal(certificate.qr_text)).locator("#verdict path")
    ).not_to_have_attribute("d", str(sign))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_dates_are_written_as_the_server_writes_them(
    phone_context: BrowserContext, certificate: IssuedCertificate, language: str
) -> None:
    page = open_offline_ready_page(phone_context, f"/verify?lang={language}")
    phone_context.set_offline(True)
    page.goto(get_path(certificate.qr_text))
    for fact, day in (("held", NOON.date()), ("issued", certificate.issued_on)):
        expect(page.locator(f"#result [data-fact={fact}]")).to_have_text(format_long_date(day, language))


def test_the_page_says_when_a_seal_can_not_be_checked(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    switches = [*CHROMIUM_ARGUMENTS, "--host-resolver-rules=MAP plain.example 127.0.0.1"]
    with browser.browser_type.launch(executable_path=CHROMIUM, args=switches) as chromium:
        page = chromium.new_page(base_url=served[1].replace("127.0.0.1", "plain.example"), locale="en-GB")
        page.goto(get_path(certificate.qr_text))
        expect(page.locator("#unchecked")).to_be_visible()
        expect(page.locator("h1")).to_have_text("The certificate is valid")
        page.goto("/verify")
        expect(page.locator("html")).to_have_attribute("data-ready", "")
        for is_visible, name in ((True, "#photo-form"), (True, "#code"), (False, "#camera"), (False, "#drop")):
            assert page.locator(name).is_visible() == is_visible, name


def test_going_back_shows_the_current_state(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    page.goto("/privacy")
    certificate.status, certificate.invalidation_reason, certificate.invalidated_at = "revoked", "issued_in_error", NOON
    served_session.commit()
    page.go_back()
    expect(page.locator("h1")).to_have_text("The certificate has been revoked")


def test_a_page_restored_from_the_back_cache_is_loaded_again(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    wait_until_offline_ready(page)
    certificate.status, certificate.invalidation_reason, certificate.invalidated_at = "revoked", "issued_in_error", NOON
    served_session.commit()
    page.evaluate("() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("h1")).to_have_text("The certificate has been revoked")


def test_an_anchor_in_the_address_is_not_read_as_a_seal(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the way past the menu, #main
    page.reload()
    expect(page.locator("#verdict")).to_have_attribute("data-checked", "")
    expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_without_keys_nothing_is_called_forged(phone_context: BrowserContext, certificate: IssuedCertificate) -> None:
    for body in ('{"keys": []}', "busy"):
        answer_requests(phone_context, "**/jwks.json", body=body)
        page = open_certificate(phone_context, certificate.qr_text)
        expect(page.locator("#unreached")).to_be_visible()
        expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_browser_and_library_cut_a_long_title_with_surrogate_pairs_alike(
    phone_context: BrowserContext, served: tuple[Flask, str], served_session: Session, certificate: IssuedCertificate
) -> None:
    settings: Settings = served[0].extensions["settings"]
    certificate.facts = {**certificate.facts, "title": {"kk": LONG}}
    text = f"HTTPS://X/V/{certificate.code}#{seal_certificate(load_keyring(settings), certificate, settings)}"
    served_session.commit()
    expect(open_certificate(phone_context, text).locator("#genuine")).to_be_visible()


def test_every_visit_updates_the_list_of_invalid_certificates_and_the_language(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    text = certificate.qr_text
    open_offline_ready_page(phone_context)
    certificate.status, certificate.invalidation_reason, certificate.invalidated_at = "revoked", "issued_in_error", NOON
    served_session.commit()
    page = phone_context.new_page()
    page.goto("/v/0123456789ABCDEF0?lang=ru")
    wait_for_expression(page, f"{READ_CACHED_LIST}.then((text) => text.includes('revoked'))")
    wait_for_expression(page, f"{READ_CACHED_PAGE}.then((text) => text.includes('lang=\"ru\"'))")
    phone_context.set_offline(True)
    page.goto(get_path(text))
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#result .verdict")).to_have_class("verdict bad")
    expect(page.locator("#result")).to_contain_text(certificate.recipient)


def test_a_key_added_after_the_last_visit_does_not_look_forged(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    settings: Settings = served[0].extensions["settings"]
    open_offline_ready_page(phone_context)
    later = Keyring.from_seed(bytes([9]) * 32)
    phone_context.set_offline(True)
    page = phone_context.new_page()
    page.goto(f"/v/{certificate.code}#{seal_certificate(later, certificate, settings)}")
    expect_verdict(page, "This can’t be checked offline")


def test_a_specimen_is_recognised_without_a_network(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    settings: Settings = served[0].extensions["settings"]
    page = open_offline_ready_page(phone_context)
    phone_context.set_offline(True)
    for serial, count in ((certificate.serial, 0), (build_serial("EX", 2025, 1), 1)):
        certificate.serial = serial
        page.goto(f"/v/{certificate.code}#{seal_certificate(load_keyring(settings), certificate, settings)}")
        expect(page.locator("#result [data-fact=serial]")).to_have_text(serial)
        expect(page.locator("#result [data-specimen]")).to_have_count(count)
    assert list_axe_violations(page) == []


def seal_certificate(keys: Keyring, entry: IssuedCertificate, settings: Settings) -> str:
    """Return a seal over the facts of a certificate, made with other keys."""
    facts = Certificate(
        serial=entry.serial,
        code=entry.code,
        recipient=entry.recipient,
        title=entry.facts["title"],
        kind=entry.facts["kind"],
        hours=entry.facts["hours"],
        held_on=(NOON.date(),),
        issued_on=entry.issued_on,
    )
    return seal(facts, keys, settings.host_name)


def test_without_an_answer_of_the_server_no_file_is_called_unknown(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    page = open_offline_ready_page(phone_context)
    altered = load_certificate_file(served, certificate) + b"\n% more"
    for address, status in (("**/verify/file/*", 429), ("**/verify/file/*", 503), ("**/v/*", 429)):
        answer_requests(phone_context, address, status=status)
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": altered})
        expect_verdict(page, "The register is not responding")
        phone_context.unroute(address)
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b""})
        expect_verdict(page, "This is not a PDF file")
    phone_context.set_offline(True)
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": altered})
    expect_verdict(page, "The file itself can’t be compared offline")
    expect(page.locator("#result")).to_contain_text(certificate.recipient)

"""The static verification site answers from plain files: a printed certificate, a forged one in the same tab, a typed code, a file."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from tests.browser.verification import expect_verdict, forge_seal, get_path, load_certificate_file, replace_twice
from tests.factories import NOON
from trainer.clock import now
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.verification.static_export import export_static_site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


class StaticSiteHandler(SimpleHTTPRequestHandler):
    """A static site that answers unknown addresses with 404.html."""

    def translate_path(self, path: str) -> str:
        path = super().translate_path(path)
        return path if Path(path).exists() else str(Path(self.directory) / "404.html")

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


@contextmanager
def serve_static_site(folder: Path) -> Iterator[str]:
    """Serve a folder as a static site and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticSiteHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.fixture
def page(
    served: tuple[Flask, str],
    served_session: Session,
    certificate: IssuedCertificate,
    browser: Browser,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """Yield a page on the static site; the test's parameter changes the certificate first."""
    for name, value in getattr(request, "param", {}).items():
        setattr(certificate, name, {**certificate.facts, **value} if name == "facts" else value)
    served_session.commit()
    settings = served[0].extensions["settings"]
    with served[0].app_context():
        export_static_site(served_session, settings, load_keyring(settings), tmp_path / "site", now())
    with serve_static_site(tmp_path / "site") as address:
        opened = browser.new_page(base_url=address, locale="en-GB")
        opened.goto("/en.html")
        expect(opened.locator("html")).to_have_attribute("data-ready", "")
        yield opened


def test_a_paper_is_answered_and_a_forged_one_in_the_same_tab(page: Page, certificate: IssuedCertificate) -> None:
    page.goto(get_path(certificate.qr_text))
    expect(page.locator("#result .verdict")).to_have_class("verdict valid")
    expect(page.locator("#result")).to_contain_text(certificate.recipient)
    page.goto(get_path(forge_seal(certificate.qr_text)))
    expect(page.locator("#result .verdict")).to_have_class("verdict bad")
    page.goto(get_path(certificate.qr_text).partition("#")[0] + "#main")
    page.reload()  # after the way past the menu
    expect(page.locator("#result .verdict")).to_have_class("verdict warn")


def test_a_paper_is_the_same_in_every_language(page: Page, certificate: IssuedCertificate) -> None:
    for text, answer in (
        (certificate.qr_text, "valid"),
        (forge_seal(certificate.qr_text), "bad"),
        (certificate.qr_text.replace("#", "?utm_source=mail#"), "valid"),
    ):
        page.goto(get_path(text))
        for language in ("ru", "en", "kk"):
            page.click(f".languages a[hreflang={language}]")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("#result .verdict")).to_have_class(f"verdict {answer}")
    page.goto("/en.html")
    page.fill("#code", certificate.code)
    page.click("#typed button")
    page.click(".languages a[hreflang=ru]")
    expect(page.locator("#result .verdict")).to_be_visible()


def test_a_typed_code_and_files_are_answered(
    page: Page, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    for typed, answer in (
        (certificate.code.lower(), "A certificate with this code was issued"),
        (certificate.code[:-1], "The code is mistyped"),
        ("0" * 17, "No certificate with this code was issued"),
    ):
        page.fill("#code", typed)
        page.click("#typed button")
        expect_verdict(page, answer)
    content = load_certificate_file(served, certificate)
    for file, answer in (
        (content, "The file is exactly as it was issued"),
        (content + b" ", "The file has been altered"),
        (b"%PDF-1.7 other", "The file is unknown"),
    ):
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": file})
        expect_verdict(page, answer)


def check_certificate(page: Page, served: tuple[Flask, str], entry: IssuedCertificate, way: str) -> None:
    """Check a certificate by its printed code, by its code without the seal, or by its file."""
    page.goto("/en.html")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    if way == "paper":
        page.goto(get_path(entry.qr_text))
    elif way == "code":
        page.fill("#code", entry.code)
        page.click("#typed button")
    else:
        content = load_certificate_file(served, entry)
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content})


@pytest.mark.parametrize("page", [{"expires_on": date(2027, 6, 2)}], indirect=True)
@pytest.mark.parametrize("way", ["code", "file"])
def test_a_term_ends_with_the_day_of_the_project(
    page: Page, served: tuple[Flask, str], certificate: IssuedCertificate, way: str
) -> None:
    for moment, over in ((datetime(2027, 6, 2, 18, 59, tzinfo=UTC), 0), (datetime(2027, 6, 2, 19, 0, tzinfo=UTC), 1)):
        page.clock.set_fixed_time(moment)  # midnight in Aktau
        check_certificate(page, served, certificate, way)
        expect(page.locator("#result h2")).to_be_visible()
        expect(page.get_by_text("The certificate has expired", exact=True)).to_have_count(over)
        expect(page.locator("#result .verdict.valid")).to_have_count(int(way == "file" and not over))


@pytest.mark.parametrize("page", [{"facts": {"specimen": True}}], indirect=True)
def test_a_specimen_reads_as_one(page: Page, served: tuple[Flask, str], certificate: IssuedCertificate) -> None:
    for way in ("code", "file", "paper"):
        check_certificate(page, served, certificate, way)
        expect(page.locator("#result [data-specimen]")).to_be_visible()


@pytest.mark.parametrize(
    "page", [{"status": "revoked", "invalidation_reason": "issued_in_error", "invalidated_at": NOON}], indirect=True
)
def test_a_revoked_one_is_said_without_a_word_on_a_seal_that_was_not_seen(
    page: Page, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    for way in ("code", "file"):
        check_certificate(page, served, certificate, way)
        expect_verdict(page, "The certificate has been revoked")
        assert "seal" not in page.locator("#result").inner_text()


@pytest.fixture
def last(served: tuple[Flask, str], served_session: Session, certificate: IssuedCertificate) -> IssuedCertificate:
    """Return the revoked certificate that replaces the one that replaced the first."""
    return replace_twice(served, served_session, certificate)


def test_the_end_of_a_chain_of_replacements_is_named(
    last: IssuedCertificate, page: Page, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    for way in ("code", "file"):
        check_certificate(page, served, certificate, way)
        expect_verdict(page, "The certificate has been replaced")
        expect(page.locator("#result")).to_contain_text(f"№ {last.serial}, which has been revoked")
    check_certificate(page, served, certificate, "paper")
    expect(page.locator("#result")).to_contain_text(f"№ {last.serial}")

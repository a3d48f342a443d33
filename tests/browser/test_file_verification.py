"""A certificate file that a verifier chooses: it is compared in the browser, and its status asked."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Route, expect
from sqlalchemy.orm import Session

from tests.browser.verification import (
    load_certificate_file,
)
from tests.factories import NOON
from trainer.issuing.models import IssuedCertificate

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_a_file_is_compared_without_being_sent(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate, tmp_path: Path
) -> None:
    content = load_certificate_file(served, certificate)
    sent: list[bytes] = []
    page = phone_context.new_page()
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    page.goto("/verify")
    for name, file, verdict in (
        ("a.pdf", content, "The file is exactly as it was issued"),
        ("b.pdf", content.replace(b"/Type", b"/TYPE", 1), "The file has been altered"),
        ("c.pdf", b"%PDF-1.7 something else" + bytes(20_000_000), "The file is unknown"),
        ("d.pdf", b"\x89PNG", "This is not a PDF file"),
    ):
        (tmp_path / name).write_bytes(file)  # a large file is given by its path faster than by its content
        page.set_input_files("#file", tmp_path / name)
        expect(page.locator("#result h2")).to_have_text(verdict)
    assert set(sent) == {b""}
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content})
    page.locator("#result a").click()
    expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_what_is_found_late_about_a_file_is_not_said_of_the_next(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    content = load_certificate_file(served, certificate)
    page = phone_context.new_page()
    page.goto("/verify")
    routes: list[Route] = []
    page.route("**/verify/file/*", lambda route: routes.append(route) if not routes else route.continue_())
    with page.expect_request("**/verify/file/*"):
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content})
    forged = content.replace(b"/Type", b"/TYPE", 1)
    page.set_input_files("#file", {"name": "b.pdf", "mimeType": "application/pdf", "buffer": forged})
    expect(page.locator("#result h2")).to_have_text("The file has been altered")
    with page.expect_response("**/verify/file/*"):
        routes[0].continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("#result h2")).to_have_text("The file has been altered")
    page.route("**/verify/file/*", lambda route: routes.append(route))
    page.set_input_files("#file", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": content})
    expect(page.locator("#result")).to_be_hidden()


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (
            {"status": "revoked", "invalidation_reason": "issued_in_error", "invalidated_at": NOON},
            "The certificate has been revoked",
        ),
        (
            {"status": "replaced", "invalidation_reason": "correction", "invalidated_at": NOON},
            "The certificate has been replaced",
        ),
        ({"expires_on": NOON.date()}, "The certificate has expired"),
    ],
)
def test_a_file_of_a_certificate_that_is_not_in_force_gets_no_tick(
    phone_context: BrowserContext,
    served: tuple[Flask, str],
    served_session: Session,
    certificate: IssuedCertificate,
    change: dict[str, Any],
    verdict: str,
) -> None:
    content = load_certificate_file(served, certificate)
    for name, value in change.items():
        setattr(certificate, name, value)
    served_session.commit()
    page = phone_context.new_page()
    page.goto("/verify")
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content})
    expect(page.locator("#result h2")).to_have_text(verdict)
    expect(page.locator("#result .verdict.valid")).to_have_count(0)
    page.locator("#result a").click()
    expect(page.locator("h1")).to_have_text(verdict)

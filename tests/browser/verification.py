"""Opening printed certificates on a verifier's phone."""

import pypdfium2
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import InvalidationReason, IssuedCertificate
from trainer.issuing.revocation.revocation import correct_name, revoke_certificate
from trainer.storage import Storage


def open_certificate(context: BrowserContext, text: str) -> Page:
    """Open the address of a certificate's QR code and return the page once it has checked the seal."""
    page = context.new_page()
    page.goto("/v/" + text.rpartition("/")[2])
    expect(page.locator("#verdict")).to_have_attribute("data-checked", "")
    return page


def load_certificate_file(served: tuple[Flask, str], entry: IssuedCertificate) -> bytes:
    """Return the stored PDF of a certificate."""
    return Storage.from_settings(served[0].extensions["settings"]).load_content(entry.pdf_sha256)


def render_certificate_picture(paper: bytes) -> bytes:
    """Return the first page of a PDF as a PNG, at 150 dpi."""
    import io

    with pypdfium2.PdfDocument(paper) as document:
        image = document[0].render(scale=150 / 72).to_pil()
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()


def replace_twice(served: tuple[Flask, str], session: Session, entry: IssuedCertificate) -> IssuedCertificate:
    """Correct the name on a certificate twice, revoke the last one, and return it."""
    with served[0].app_context():
        context = build_issuing_context(served[0].extensions["settings"])
        middle = correct_name(session, entry, "Өтегенова Айгүл", context, NOON)
        last = correct_name(session, middle, "Ötegenova Aigül", context, NOON)
    revoke_certificate(session, last, InvalidationReason.ISSUED_IN_ERROR, "", None, NOON)
    session.commit()
    return last


def get_path(text: str) -> str:
    """Return the path of a QR code's text."""
    return "/v/" + text.rpartition("/")[2]


def forge_seal(text: str) -> str:
    """Return a QR code's text with one character of the seal changed."""
    return text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]


def expect_verdict(page: Page, sentence: str) -> None:
    """Expect this heading in the result."""
    expect(page.locator("#result h2")).to_have_text(sentence)

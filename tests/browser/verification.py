"""Opening printed certificates in a verifier's browser."""

import pypdfium2
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from trainer.issuing.models import IssuedCertificate
from trainer.storage import Storage


def open_certificate(context: BrowserContext, text: str) -> Page:
    """Open what a camera read, on the served copy; the page has looked at the seal."""
    page = context.new_page()
    page.goto("/v/" + text.rpartition("/")[2])
    expect(page.locator("#verdict")).to_have_attribute("data-checked", "")
    return page


def load_certificate_file(served: tuple[Flask, str], entry: IssuedCertificate) -> bytes:
    """The frozen file."""
    return Storage.from_settings(served[0].extensions["settings"]).load_content(entry.pdf_sha256)


def render_certificate_picture(paper: bytes) -> bytes:
    """A photograph of the paper, as PNG."""
    import io

    with pypdfium2.PdfDocument(paper) as document:
        image = document[0].render(scale=150 / 72).to_pil()
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()


def get_path(text: str) -> str:
    """The address of a QR's text on the served copy."""
    return "/v/" + text.rpartition("/")[2]


def forge_seal(text: str) -> str:
    """A QR's text with one changed character in its seal."""
    return text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]


def expect_verdict(page: Page, sentence: str) -> None:
    """The page says this in the place of its answers."""
    expect(page.locator("#result h2")).to_have_text(sentence)

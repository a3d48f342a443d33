"""Reading QR codes from photos."""

import io

import pypdfium2

from certificates import Design, create_code, render
from tests.certificates.sample import ISSUER, build_certificate, build_qr_text
from trainer.web.pictures.qr_reading import read_qr_texts


def photograph_certificate_code(paper: bytes, width_pixels: int) -> bytes:
    """Return the corner of a certificate with the code, as a camera image of the given width."""
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    corner = page.crop((int(0.58 * page.width), int(0.45 * page.height), page.width, page.height))
    made = io.BytesIO()
    corner.resize((width_pixels, width_pixels * corner.height // corner.width)).save(made, "JPEG", quality=80)
    return made.getvalue()


def test_a_clear_code_is_found_whatever_it_says_and_however_large_it_is() -> None:
    for number in range(4):
        certificate = build_certificate(code=create_code(bytes([number]) * 10))
        qr = build_qr_text(certificate)
        paper = render(certificate, Design.load("standard"), ISSUER, qr=qr)
        for wide in (800, 920, 1100, 1280):
            assert read_qr_texts(photograph_certificate_code(paper, wide)) == [qr], (number, wide)

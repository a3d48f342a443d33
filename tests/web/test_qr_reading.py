"""Codes on photographs: a clear one is found whatever it says."""

import io

import pypdfium2

from certificates import Design, new_code, render
from tests.certificates.sample import ISSUER, facts, text_of
from trainer.web.qr_reading import texts_of


def seen_by_a_camera(paper: bytes, wide: int) -> bytes:
    """The corner of a certificate with the code, as a camera of so many pixels sends it."""
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    corner = page.crop((int(0.58 * page.width), int(0.45 * page.height), page.width, page.height))
    made = io.BytesIO()
    corner.resize((wide, wide * corner.height // corner.width)).save(made, "JPEG", quality=80)
    return made.getvalue()


def test_a_clear_code_is_found_whatever_it_says_and_however_large_it_is() -> None:
    for number in range(4):
        certificate = facts(code=new_code(bytes([number]) * 10))
        qr = text_of(certificate)
        paper = render(certificate, Design.load("standard"), ISSUER, qr=qr)
        for wide in (800, 920, 1100, 1280):
            assert texts_of(seen_by_a_camera(paper, wide)) == [qr], (number, wide)

"""The rendered certificate, read by independent libraries: the code by zxing, the text by pdfium, PDF/A by pikepdf."""

import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pikepdf import pdfa
from PIL import Image, ImageFilter

from certificates import (
    Design,
    MalformedDesign,
    UnprintableCertificate,
    list_certificate_problems,
    list_designs,
    render,
)
from tests.certificates.sample import FACTS, ISSUER, build_certificate, build_qr_text

DESIGN = Design.load("standard")
PAPER = render(FACTS, DESIGN, ISSUER, qr=build_qr_text())


def render_page(paper: bytes, dots: int) -> Image.Image:
    """Return the page as a scanner sees it."""
    with pypdfium2.PdfDocument(paper) as document:
        page: Image.Image = document[0].render(scale=dots / 72).to_pil()
        return page.convert("L")


def read_qr_codes(image: Image.Image) -> list[str]:
    """Return the texts of the QR codes in an image."""
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]  # type: ignore[arg-type]


def list_page_text(paper: bytes) -> str:
    """Return the text of the page."""
    with pypdfium2.PdfDocument(paper) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_the_code_is_read_from_a_coarse_scan() -> None:
    assert read_qr_codes(render_page(PAPER, 100)) == [build_qr_text()]


def test_the_code_is_read_from_a_tilted_blurred_photo() -> None:
    photo = render_page(PAPER, 150).rotate(7, expand=True, fillcolor=200).filter(ImageFilter.GaussianBlur(0.9))
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=45)
    assert read_qr_codes(Image.open(file)) == [build_qr_text()]


def test_every_fact_is_printed_in_both_languages() -> None:
    words = list_page_text(PAPER)
    for fact in (
        FACTS.recipient,
        FACTS.serial,
        "Күтім негіздері",
        "Основы ухода",
        "8 академиялық сағат",
        "2025 жылғы 24–25 мамыр",
    ):
        assert fact in words


@pytest.mark.parametrize(
    ("days", "written"),
    [
        ((5,), "5 мая 2025 года"),
        ((5, 7), "5, 7 мая 2025 года"),
        ((5, 6, 7), "5–7 мая 2025 года"),
        ((12, 13, 14, 19, 26, 27), "12–14, 19, 26–27 мая 2025 года"),
    ],
)
def test_consecutive_days_are_joined(days: tuple[int, ...], written: str) -> None:
    certificate = build_certificate(held_on=tuple(date(2025, 5, day) for day in days), languages=("ru",))
    assert f"город Актау, {written}" in list_page_text(
        render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate))
    )


def test_a_certificate_is_a_pdf_a() -> None:
    with pikepdf.open(io.BytesIO(PAPER)) as pdf:
        assert pdfa.check(pdf, "2b").verdict == "pass"
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "kk"
        roles = [str(element.S) for element in pdf.Root.StructTreeRoot.K.K]
    assert roles.count("/H1") == 1 and roles[-1] == "/Figure"


def test_the_same_facts_give_the_same_bytes_in_a_small_file() -> None:
    assert render(FACTS, DESIGN, ISSUER, qr=build_qr_text()) == PAPER
    assert len(PAPER) <= 45_000


def test_the_metadata_contain_the_qr_text() -> None:
    assert f"<dc:identifier>{build_qr_text()}</dc:identifier>".encode() in PAPER


def test_a_specimen_says_so_in_both_languages() -> None:
    assert "ҮЛГІ · ОБРАЗЕЦ" in list_page_text(
        render(build_certificate(specimen=True), DESIGN, ISSUER, qr=build_qr_text())
    )
    assert "ҮЛГІ" not in list_page_text(PAPER)


@pytest.mark.parametrize(("recipient", "characters"), [("Ли 明", "明"), ("Анна 😀", "😀"), ("م Сара", "م")])
def test_letters_that_the_font_lacks_are_listed_and_never_drawn(recipient: str, characters: str) -> None:
    [problem] = list_certificate_problems(build_certificate(recipient=recipient), DESIGN, ISSUER)
    assert (problem.field, problem.missing_characters) == ("recipient", characters)
    with pytest.raises(UnprintableCertificate):
        render(build_certificate(recipient=recipient), DESIGN, ISSUER, qr=build_qr_text())


def test_a_name_that_fits_at_no_size_is_listed() -> None:
    assert [
        problem.field for problem in list_certificate_problems(build_certificate(recipient="Ж" * 120), DESIGN, ISSUER)
    ] == ["recipient"]
    assert not list_certificate_problems(
        build_certificate(recipient="Нұрмұхаммедғалиева Гүлбаршын Әбілқасымқызы"), DESIGN, ISSUER
    )


@pytest.mark.parametrize("name", list_designs())
def test_every_design_has_a_readable_code(name: str) -> None:
    assert read_qr_codes(render_page(render(FACTS, Design.load(name), ISSUER, qr=build_qr_text()), 100)) == [
        build_qr_text()
    ]


def test_an_unknown_or_broken_design_is_refused() -> None:
    with pytest.raises(MalformedDesign):
        Design.load("nothing")
    for text in ("", "[]", '{"name": "x"}'):
        with pytest.raises(MalformedDesign):
            Design.parse_json(text)

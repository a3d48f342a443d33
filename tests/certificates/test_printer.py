"""The printer: a certificate depends on its facts alone, never on what was rendered before it."""

import io
from datetime import date
from itertools import permutations

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa

from certificates import Certificate, Design, Printer, UnprintableCertificate, build_serial, create_code, render
from tests.certificates.sample import ISSUER, build_certificate, build_qr_text

DESIGN = Design.load("standard")
NAMES = ("Һашимова Ұлпан Өңерғалиқызы", "Әлі Іңкәр", "Anna-Maria O’Neill", "Їжакевич Галина", "Łucja Žák")


def build_batch_certificate(number: int, recipient: str = "Иванова Анна", **changes: object) -> Certificate:
    """Return the sample for another recipient, with its own number and code."""
    code = create_code(number.to_bytes(10, "big"))
    return build_certificate(serial=build_serial("TM", 2025, number), code=code, recipient=recipient, **changes)


BATCH = [
    *(build_batch_certificate(number, name) for number, name in enumerate(NAMES, 1)),
    build_batch_certificate(6, languages=("ru", "kk")),
    build_batch_certificate(7, languages=("en",)),
    build_batch_certificate(8, specimen=True),
    build_batch_certificate(9, expires_on=date(2027, 5, 26)),
    build_batch_certificate(10, heading={"kk": "АЛҒЫС ХАТ", "ru": "БЛАГОДАРНОСТЬ"}),
]


def read_page_text(paper: bytes) -> str:
    """Return the text of the page in reading order."""
    with pypdfium2.PdfDocument(paper) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_alone_or_in_a_batch_the_bytes_are_the_same() -> None:
    printer = Printer(DESIGN, ISSUER)
    alone = [render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)) for certificate in BATCH]
    assert [printer.render(certificate, qr=build_qr_text(certificate)) for certificate in BATCH] == alone
    assert [printer.render(certificate, qr=build_qr_text(certificate)) for certificate in reversed(BATCH)] == alone[
        ::-1
    ]
    assert len(set(alone)) == len(BATCH)


def test_the_order_does_not_matter() -> None:
    papers = set()
    for order in permutations(BATCH[:3]):
        printer = Printer(DESIGN, ISSUER)
        papers |= {printer.render(certificate, qr=build_qr_text(certificate)) for certificate in order}
    assert len(papers) == 3


def test_more_seminars_than_the_cache_holds_are_printed_correctly() -> None:
    printer = Printer(DESIGN, ISSUER)
    for hours in [*range(1, 40), 1]:
        paper = printer.render(build_certificate(hours=hours), qr=build_qr_text())
        assert f"{hours} академиялық сағат" in read_page_text(paper)
    assert len(printer.templates) <= 16


@pytest.mark.parametrize("certificate", BATCH, ids=lambda certificate: str(certificate.serial))
def test_every_certificate_is_a_valid_small_pdf_a(certificate: Certificate) -> None:
    paper = render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdfa.check(pdf, "2b").verdict == "pass"
    assert len(paper) <= 45_000


@pytest.mark.parametrize("certificate", BATCH, ids=lambda certificate: str(certificate.serial))
def test_the_page_is_read_in_its_order(certificate: Certificate) -> None:
    text = read_page_text(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))
    parts = (ISSUER.name["kk"], certificate.serial, certificate.recipient, "24–25", "seminar.example.org")
    if certificate.languages[0] == "ru":
        parts = (ISSUER.name["ru"], *parts[1:])
    positions = [text.find(part) for part in parts]
    assert -1 not in positions and positions == sorted(positions)


@pytest.mark.parametrize("certificate", BATCH, ids=lambda certificate: str(certificate.serial))
def test_every_part_of_the_page_is_in_the_structure_tree(certificate: Certificate) -> None:
    with pikepdf.open(io.BytesIO(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))) as pdf:
        marked = [
            int(instruction.operands[1].MCID)
            for instruction in pikepdf.parse_content_stream(pdf.pages[0])
            if str(instruction.operator) == "BDC"
        ]
        root = pdf.Root.StructTreeRoot
        assert marked == [int(element.K) for element in root.K.K] == list(range(len(marked)))
        assert [element.objgen for element in root.ParentTree.Nums[1]] == [element.objgen for element in root.K.K]
        figure = root.K.K[-1]
        assert str(figure.Alt) == f"QR: HTTPS://SEMINAR.EXAMPLE.ORG/V/{certificate.code}"
        left, bottom, right, top = (float(value) for value in figure.A.BBox)
        assert 0 < left < right < DESIGN.width and 0 < bottom < top < DESIGN.height
        assert right - left == top - bottom >= 36 / 25.4 * 72


def test_title_and_information_name_number_and_recipient() -> None:
    certificate = BATCH[1]
    with pikepdf.open(io.BytesIO(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))) as pdf:
        title = f"Сертификат № {certificate.serial}: Әлі Іңкәр"
        assert str(pdf.docinfo["/Title"]) == title
        assert pdf.open_metadata()["dc:title"] == title


def test_the_pdf_id_depends_on_the_content() -> None:
    ids = set()
    for certificate in BATCH:
        with pikepdf.open(io.BytesIO(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))) as pdf:
            ids.add(bytes(pdf.trailer.ID[0]))
    assert len(ids) == len(BATCH)


def test_a_custom_heading_is_printed_in_both_languages() -> None:
    text = read_page_text(render(BATCH[-1], DESIGN, ISSUER, qr=build_qr_text(BATCH[-1])))
    assert "АЛҒЫС ХАТ" in text and "Благодарность вручается за участие" in text
    assert "СЕРТИФИКАТ" not in text.upper()


def test_one_that_cannot_be_printed_does_not_stop_the_others() -> None:
    printer = Printer(DESIGN, ISSUER)
    with pytest.raises(UnprintableCertificate):
        printer.render(build_certificate(recipient="王"), qr=build_qr_text())
    assert [problem.field for problem in printer.list_print_problems(build_certificate(recipient="王"))] == [
        "recipient"
    ]
    assert printer.list_print_problems(build_certificate()) == []
    assert "Һашимова" in read_page_text(printer.render(build_certificate(), qr=build_qr_text()))

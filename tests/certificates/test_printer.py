"""A printer: what a certificate looks like depends on its facts alone, never on what was printed before it."""

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
    """The sample for somebody else, with numbers of its own."""
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
    """The words on the page, in their order."""
    with pypdfium2.PdfDocument(paper) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_alone_or_in_a_batch_the_bytes_are_the_same() -> None:
    printer = Printer(DESIGN, ISSUER)
    alone = [render(each, DESIGN, ISSUER, qr=build_qr_text(each)) for each in BATCH]
    assert [printer.render(each, qr=build_qr_text(each)) for each in BATCH] == alone
    assert [printer.render(each, qr=build_qr_text(each)) for each in reversed(BATCH)] == alone[::-1]
    assert len(set(alone)) == len(BATCH)


def test_the_order_does_not_matter() -> None:
    papers = set()
    for order in permutations(BATCH[:3]):
        printer = Printer(DESIGN, ISSUER)
        papers |= {printer.render(each, qr=build_qr_text(each)) for each in order}
    assert len(papers) == 3


def test_many_seminars_are_printed_right_though_few_are_kept() -> None:
    printer = Printer(DESIGN, ISSUER)
    for hours in [*range(1, 40), 1]:
        paper = printer.render(build_certificate(hours=hours), qr=build_qr_text())
        assert f"{hours} академиялық сағат" in read_page_text(paper)
    assert len(printer.templates) <= 16


@pytest.mark.parametrize("certificate", BATCH, ids=lambda each: str(each.serial))
def test_every_paper_is_whole_an_archive_file_and_small(certificate: Certificate) -> None:
    paper = render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdfa.check(pdf, "2b").verdict == "pass"
    assert len(paper) <= 45_000


@pytest.mark.parametrize("certificate", BATCH, ids=lambda each: str(each.serial))
def test_the_page_is_read_in_its_order(certificate: Certificate) -> None:
    read = read_page_text(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))
    parts = (ISSUER.name["kk"], certificate.serial, certificate.recipient, "24–25", "seminar.example.org")
    if certificate.languages[0] == "ru":
        parts = (ISSUER.name["ru"], *parts[1:])
    places = [read.find(each) for each in parts]
    assert -1 not in places and places == sorted(places)


@pytest.mark.parametrize("certificate", BATCH, ids=lambda each: str(each.serial))
def test_every_part_of_the_page_has_its_place_in_the_structure(certificate: Certificate) -> None:
    with pikepdf.open(io.BytesIO(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))) as pdf:
        marked = [
            int(each.operands[1].MCID)
            for each in pikepdf.parse_content_stream(pdf.pages[0])
            if str(each.operator) == "BDC"
        ]
        root = pdf.Root.StructTreeRoot
        assert marked == [int(each.K) for each in root.K.K] == list(range(len(marked)))
        assert [each.objgen for each in root.ParentTree.Nums[1]] == [each.objgen for each in root.K.K]
        figure = root.K.K[-1]
        assert str(figure.Alt) == f"QR: HTTPS://SEMINAR.EXAMPLE.ORG/V/{certificate.code}"
        left, bottom, right, top = (float(each) for each in figure.A.BBox)
        assert 0 < left < right < DESIGN.width and 0 < bottom < top < DESIGN.height
        assert right - left == top - bottom >= 36 / 25.4 * 72


def test_title_and_information_name_number_and_recipient() -> None:
    certificate = BATCH[1]
    with pikepdf.open(io.BytesIO(render(certificate, DESIGN, ISSUER, qr=build_qr_text(certificate)))) as pdf:
        title = f"Сертификат № {certificate.serial}: Әлі Іңкәр"
        assert str(pdf.docinfo["/Title"]) == title
        assert pdf.open_metadata()["dc:title"] == title


def test_the_id_follows_from_what_is_printed() -> None:
    ids = set()
    for each in BATCH:
        with pikepdf.open(io.BytesIO(render(each, DESIGN, ISSUER, qr=build_qr_text(each)))) as pdf:
            ids.add(bytes(pdf.trailer.ID[0]))
    assert len(ids) == len(BATCH)


def test_a_heading_of_ones_own_stands_in_both_languages() -> None:
    read = read_page_text(render(BATCH[-1], DESIGN, ISSUER, qr=build_qr_text(BATCH[-1])))
    assert "АЛҒЫС ХАТ" in read and "Благодарность вручается за участие" in read
    assert "СЕРТИФИКАТ" not in read.upper()


def test_one_that_cannot_be_printed_does_not_stop_the_others() -> None:
    printer = Printer(DESIGN, ISSUER)
    with pytest.raises(UnprintableCertificate):
        printer.render(build_certificate(recipient="王"), qr=build_qr_text())
    assert [each.field for each in printer.list_print_problems(build_certificate(recipient="王"))] == ["recipient"]
    assert printer.list_print_problems(build_certificate()) == []
    assert "Һашимова" in read_page_text(printer.render(build_certificate(), qr=build_qr_text()))

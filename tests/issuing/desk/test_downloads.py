"""Downloads of the organizer: a ZIP that unpacks on every system, and one file to print."""

import io
import zipfile

import pypdfium2
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.downloads import build_certificate_file_name
from trainer.issuing.models import IssuedCertificate
from trainer.seminars.models import Seminar

ZIP_UTF8_FLAG = 0x800  # bit 11 of the flags: the name is in UTF-8


def three(session: Session, held: Seminar) -> list[IssuedCertificate]:
    """Return three certificates."""
    for applicant in (MARINA, AIGUL, YERLAN):
        register_eligible_person(session, held, applicant)
    return issue_to_eligible(session, held)


def test_the_zip_has_each_file_under_a_kazakh_name_that_windows_reads(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    certificates = {
        build_certificate_file_name(certificate): certificate for certificate in three(session, past_seminar)
    }
    answer = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates.zip", buffered=True).response
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == set(certificates)
        assert all(entry.flag_bits & ZIP_UTF8_FLAG for entry in archive.infolist())
        for name, entry in certificates.items():
            frozen = organizer.get(f"/desk/certificates/{entry.serial}.pdf").response.data
            assert archive.read(name) == frozen
    assert any("Өтегенова" in name for name in certificates)


def test_a_file_name_has_no_character_that_windows_refuses() -> None:
    odd = IssuedCertificate(serial="TM-2025-0001-0", recipient='А/Б\\В:Г*Д?Е"Ж<З>И|. ')
    assert build_certificate_file_name(odd) == "TM-2025-0001-0 А_Б_В_Г_Д_Е_Ж_З_И_.pdf"


def test_the_file_to_print_has_a_page_for_each_in_the_order_of_names(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    three(session, past_seminar)
    answer = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates.pdf", buffered=True).response
    with pypdfium2.PdfDocument(answer.data) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert [next(name for name in ("Қожахметов", "Өтегенова", "Соколова") if name in page) for page in pages] == [
        "Қожахметов",
        "Өтегенова",
        "Соколова",
    ]


def test_without_certificates_there_are_no_downloads(organizer: Visitor, past_seminar: Seminar) -> None:
    organizer.get(f"/desk/seminars/{past_seminar.id}/certificates.zip", status=404)
    organizer.get(f"/desk/seminars/{past_seminar.id}/certificates.pdf", status=404)


def test_every_design_shows_a_sample_before_the_first_is_issued(organizer: Visitor, past_seminar: Seminar) -> None:
    for design in ("standard", "quiet"):
        answer = organizer.get(f"/desk/seminars/{past_seminar.id}/sample/{design}.webp").response
        assert (answer.mimetype, answer.data[8:12]) == ("image/webp", b"WEBP")
    organizer.get(f"/desk/seminars/{past_seminar.id}/sample/nothing.webp", status=404)

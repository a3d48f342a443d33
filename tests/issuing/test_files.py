"""The file of a certificate: who may download it, its name, its text and its QR code."""

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from tests.factories import AIGUL, MARINA, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.storage import Storage

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@pytest.fixture
def two(session: Session, past_seminar: Seminar) -> list[tuple[Registration, IssuedCertificate]]:
    """Return two people with their certificates: one speaks Kazakh, one Russian."""
    people = [register_eligible_person(session, past_seminar, applicant) for applicant in (AIGUL, MARINA)]
    certificates = {
        certificate.registration_id: certificate for certificate in issue_to_eligible(session, past_seminar)
    }
    return [(applicant, certificates[applicant.id]) for applicant in people]


def list_printed_text(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a certificate in its order, and the texts of its QR codes at 100 dots per inch."""
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1
        page = document[0]
        text = " ".join(page.get_textpage().get_text_bounded().split())
        codes = zxingcpp.read_barcodes(page.render(scale=100 / 72).to_pil(), formats=QR)
    return text, [code.text for code in codes]


def test_trainees_download_their_own_certificate_and_organizers_any(
    stranger: Visitor,
    organizer: Visitor,
    session: Session,
    two: list[tuple[Registration, IssuedCertificate]],
) -> None:
    storage = Storage.from_settings(session.info["app"].extensions["settings"])
    for registration, entry in two:
        own = stranger.get(f"/r/{registration.token}/certificate.pdf")
        assert own.response.data == storage.load_content(entry.pdf_sha256)
        assert own.response.mimetype == "application/pdf"
        assert organizer.get(f"/desk/certificates/{entry.serial}.pdf").response.data == own.response.data


def test_the_file_is_called_by_number_and_name(
    stranger: Visitor, two: list[tuple[Registration, IssuedCertificate]]
) -> None:
    for registration, entry in two:
        answer = stranger.get(f"/r/{registration.token}/certificate.pdf").response
        disposition, options = parse_options_header(answer.headers["Content-Disposition"])
        assert (disposition, options["filename"]) == ("attachment", f"{entry.serial} {entry.recipient}.pdf")
        assert answer.headers["Content-Disposition"].isascii()


def test_the_printed_code_matches_the_register(
    stranger: Visitor, two: list[tuple[Registration, IssuedCertificate]]
) -> None:
    for registration, entry in two:
        text, codes = list_printed_text(stranger.get(f"/r/{registration.token}/certificate.pdf").response.data)
        assert codes == [entry.qr_text]
        assert entry.recipient in text
        assert entry.serial in text


def test_the_recipients_language_is_printed_above_the_second_one(
    stranger: Visitor, two: list[tuple[Registration, IssuedCertificate]], past_seminar: Seminar
) -> None:
    titles = {"kk": past_seminar.title.kk, "ru": past_seminar.title.ru}
    for registration, entry in two:
        text, _codes = list_printed_text(stranger.get(f"/r/{registration.token}/certificate.pdf").response.data)
        first, second = entry.facts["languages"]
        assert first == registration.person.language
        assert 0 <= text.find(titles[first]) < text.find(titles[second])


def test_no_file_opens_for_anybody_else(
    stranger: Visitor, session: Session, two: list[tuple[Registration, IssuedCertificate]]
) -> None:
    (aigul, entry), (marina, _other) = two
    assert stranger.get(f"/desk/certificates/{entry.serial}.pdf", status=302).location
    stranger.get(f"/r/{'x' * 43}/certificate.pdf", status=404)
    aigul.status = RegistrationStatus.CANCELLED
    stranger.get(f"/r/{aigul.token}/certificate.pdf", status=404)
    stranger.get(f"/r/{marina.token}/certificate.pdf")


def test_before_the_issue_there_is_no_file(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    stranger.get(f"/r/{register_eligible_person(session, past_seminar).token}/certificate.pdf", status=404)


def test_an_invented_number_opens_no_file(organizer: Visitor) -> None:
    for serial in ("TM-2025-0001-0", "x", "%00", "..%2F..%2Fsecret_key", "😀", "0" * 3000):
        organizer.get(f"/desk/certificates/{serial}.pdf", status=404)

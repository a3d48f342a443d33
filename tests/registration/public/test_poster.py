"""The poster: one page for any title, with a readable QR code and text that can be copied."""

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask_babel import Babel
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.registration.factories import EXAMPLE_INVITATION, INVITATION_TITLES, SEMINAR_URL, build_other_invitation
from tests.visitor import Visitor
from trainer.documents import pdf_images
from trainer.language.translated import Translated
from trainer.registration.public.invitation import Invitation
from trainer.registration.public.poster import render_poster
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def read_poster_text(pdf: bytes) -> str:
    """Return the text of the only page."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        text = str(document[0].get_textpage().get_text_bounded())
        return " ".join(text.replace("\x02", "-").split())  # how it reads a hyphen at the end of a line


def read_poster_codes(pdf: bytes, dots: int) -> list[Any]:
    """Return the codes found on a print of the page with so many dots per inch."""
    picture = pdf_images.render_first_page(pdf, round(595.28 / 72 * dots)).convert("L")
    return list(zxingcpp.read_barcodes(picture))


def download_poster(visitor: Visitor, seminar: Seminar, language: str) -> bytes:
    """Download the poster as the organizer."""
    answer = visitor.get(f"/desk/seminars/{seminar.id}/poster-{language}.pdf").response
    assert answer.mimetype == "application/pdf"
    return answer.get_data()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_desk_hands_it_out_in_both_languages(
    organizer: Visitor, session: Session, seminar: Seminar, language: str
) -> None:
    seminar.access = Translated("Пандус бар, лифт жұмыс істейді.", "Есть пандус и лифт.")
    seminar.trainers, seminar.project.contact_phone = "Қ. Б. Серғазин", "+77292550101"
    pdf = download_poster(organizer, seminar, language)
    text = read_poster_text(pdf)
    for fact in (seminar.title, seminar.access, seminar.venue, seminar.city):
        assert fact.get_text(language) in text
    for line in ("Қ. Б. Серғазин", "12:00–18:00", "8 7292 55 01 01", "seminar.example.org/s/care"):
        assert line in text
    assert (
        f"/desk/seminars/{seminar.id}/poster-{language}.pdf"
        in organizer.get(f"/desk/seminars/{seminar.id}").list_links()
    )


def test_a_phone_reads_the_link_from_a_poor_print(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    [code] = read_poster_codes(download_poster(organizer, seminar, "kk"), 100)
    assert code.text == SEMINAR_URL
    width = (code.position.top_right.x - code.position.top_left.x) / 100 * 25.4
    assert width >= 60, "millimetres"


def test_the_document_says_its_title_and_language_and_carries_its_fonts(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    with pikepdf.open(io.BytesIO(download_poster(organizer, seminar, "ru"))) as pdf:
        assert str(pdf.Root.Lang) == "ru"
        assert str(pdf.docinfo.Title) == seminar.title.ru
        fonts = [font for name, font in pdf.pages[0].Resources.Font.items()]
        embedded_fonts = [font for font in fonts if "/FontDescriptor" in font]
        assert embedded_fonts
        assert all("/FontFile2" in font.FontDescriptor for font in embedded_fonts)
        [width, height] = [round(float(length)) for length in list(pdf.pages[0].mediabox)[2:]]
        assert (width, height) == (595, 842)


def test_the_code_can_be_tapped_where_the_poster_is_sent_as_a_file() -> None:
    with pikepdf.open(io.BytesIO(render_poster_outside_request(EXAMPLE_INVITATION))) as pdf:
        [link] = pdf.pages[0].Annots
        assert str(link.A.URI) == SEMINAR_URL


def test_what_is_not_known_is_left_out(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.venue = seminar.city = seminar.access = Translated()
    seminar.trainers = ""
    seminar.has_certificate = False
    seminar.sessions.clear()
    assert seminar.title.kk in read_poster_text(download_poster(organizer, seminar, "kk"))


def test_other_languages_and_strangers_get_none(organizer: Visitor, stranger: Visitor, seminar: Seminar) -> None:
    organizer.get(f"/desk/seminars/{seminar.id}/poster-en.pdf", status=404)
    organizer.get("/desk/seminars/99/poster-kk.pdf", status=404)
    stranger.get(f"/desk/seminars/{seminar.id}/poster-kk.pdf", status=302)


def test_a_poster_that_leads_nowhere_is_refused_except_in_the_example(
    app: Flask, organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], base_url="")
    overview, address = f"/desk/seminars/{seminar.id}", f"/desk/seminars/{seminar.id}/poster-kk.pdf"
    for page in (organizer.get(overview), organizer.get(f"{overview}/edit")):
        assert address not in page.list_links()
        assert "BASE_URL" in page.words
    assert organizer.get(address, status=303).location == overview
    seminar.project.is_example = True
    page = organizer.get(overview)
    assert address in page.list_links()
    assert "BASE_URL" in page.words
    organizer.get(address)


def build_longest_invitation() -> Invitation:
    """Return an invitation with the longest texts that the forms accept."""
    return build_other_invitation(
        EXAMPLE_INVITATION,
        title="Ұйымдастырушыларға арналған оқыту " * 7,
        dates_and_hours=tuple(f"2025 жылғы {day} маусым, сенбі, {day:02}:00–18:00" for day in range(1, 21)),
        venue="Маңғыстау облысы, Ақтау қаласы, шағынаудан " * 8,
        access="Кіреберісте пандус бар.\nЛифт жұмыс істейді. " * 13,
        trainers="Ә. Н. Мұратбекова, Қ. Б. Серғазин, " * 11,
        organizer="«Тең мүмкіндік» қоғамдық бірлестігі " * 8,
        link=f"https://seminar.tenmumkindik.example.org/s/{'zhulyn-zharakaty-' * 5}1",
    )


def is_inside_printable_area(pdf: bytes) -> bool:
    """Return whether nothing is drawn in the margin that printers leave white."""
    picture = pdf_images.render_first_page(pdf, 595).convert("L")
    width, height = picture.size
    frame = Image.new("L", picture.size, 255)
    frame.paste(picture.crop((26, 26, width - 26, height - 26)), (26, 26))
    return bool(frame.tobytes() == picture.tobytes())


def test_the_longest_texts_all_stand_on_one_page() -> None:
    invitation = build_longest_invitation()
    pdf = render_poster_outside_request(invitation)
    text = read_poster_text(pdf).replace(" ", "")
    for field in ("title", "venue", "access", "trainers", "organizer"):
        assert "".join(getattr(invitation, field).split()) in text, field
    assert all("".join(line.split()) in text for line in invitation.dates_and_hours)
    assert invitation.link.removeprefix("https://") in text
    assert is_inside_printable_area(pdf)
    [code] = read_poster_codes(pdf, 100)
    assert code.text == invitation.link


def render_poster_outside_request(invitation: Invitation) -> bytes:
    """Render the poster outside of a request."""
    app = Flask("poster")
    Babel(app)
    with app.app_context():
        return render_poster(invitation)


@settings(max_examples=25)
@given(INVITATION_TITLES, st.integers(0, 1))
@example("Ұ" * 240, 0)
@example("Щ\nЖ " * 60, 0)
@example("漢字" * 120, 0)
@example("</title>%s{0}\\", 0)
def test_any_title_makes_one_page(title: str, trainers: int) -> None:
    pdf = render_poster_outside_request(
        build_other_invitation(EXAMPLE_INVITATION, title=title, trainers=title * trainers)
    )
    assert "Күтім" not in read_poster_text(pdf)
    assert is_inside_printable_area(pdf)
    assert [code.text for code in read_poster_codes(pdf, 100)] == [SEMINAR_URL]


def test_a_cancelled_seminar_has_none(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.cancelled_at = NOON
    session.commit()
    organizer.get(f"/desk/seminars/{seminar.id}/poster-kk.pdf", status=303)
    assert "плакат" in organizer.get(f"/desk/seminars/{seminar.id}").text.lower()
    for page in ("", "/edit"):
        assert "poster-kk" not in organizer.get(f"/desk/seminars/{seminar.id}{page}").text

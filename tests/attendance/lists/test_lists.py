"""The participants' list: people, order and signatures, as PDF and workbook, in both languages."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from tests.attendance.desk_pages import build_documents_url
from tests.attendance.tablet_client import create_paired_tablet
from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.lists.wording import format_position
from trainer.attendance.models import AttendanceStatus
from trainer.language.translate import gettext
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.web.text import clean_text

pytestmark = pytest.mark.one_database

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)
COLUMNS = ("signatures", "empty", "statuses")


DRAWN = (
    "Signatures: drawn by finger on the organiser’s tablet during the event; they are not electronic digital "
    "signatures."
)
CONFIRMED = "“Confirmed by the organiser”: the organiser marked the participant as present; there is no signature."
BY_HAND = "Signatures: handwritten on paper."


def translate_sentence(app: Flask, language: str, sentence: str) -> str:
    """Translate a sentence of the list."""
    with app.test_request_context(), force_locale(language):
        return gettext(sentence)


def download_list(visitor: Visitor, seminar: Seminar, language: str, kind: str, column: str = "signatures") -> bytes:
    """Download the list of the first day."""
    day = seminar.days[0].isoformat()
    address = f"/desk/seminars/{seminar.id}/participants-{language}.{kind}?day={day}&column={column}"
    return bytes(visitor.get(address).response.data)


def read_pdf_pages(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.replace("\x02", "-").replace("\ufffe", "-").split()) for text in texts]


def read_xlsx_cells(xlsx: bytes) -> list[list[Any]]:
    """Return the rows of a workbook without empty cells."""
    sheet = load_workbook(io.BytesIO(xlsx)).active
    assert sheet is not None
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def read_xlsx_people(xlsx: bytes) -> list[list[Any]]:
    """Return the rows of people."""
    return [row for row in read_xlsx_cells(xlsx) if row and isinstance(row[0], int)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ("Облыстық аурухана", "мейіргер", "8 701 555 01 01", "2025 жылғы 2 маусым, 04:00–10:00")),
        ("ru", ("Городская поликлиника", "медсестра", "8 705 555 01 03", "2 июня 2025 года, 04:00–10:00")),
    ],
)
def test_the_list_has_event_people_and_organizer(
    organizer: Visitor, past_seminar: Seminar, registrations: list[Registration], language: str, words: tuple[str, ...]
) -> None:
    [page] = read_pdf_pages(download_list(organizer, past_seminar, language, "pdf"))
    project = past_seminar.project
    for item in (past_seminar.title, past_seminar.venue, past_seminar.city, project.grantee, project.title):
        assert item.get_text(language) in page
    for word in (*words, "Ә. Мұратбекова", *(registration.person.full_name for registration in registrations)):
        assert word in page
    sheet = " ".join(
        str(cell) for row in read_xlsx_cells(download_list(organizer, past_seminar, language, "xlsx")) for cell in row
    )
    assert all(word in sheet for word in words)


@pytest.mark.parametrize(("language", "seal"), [("kk", "М.О."), ("ru", "М.П.")])
def test_the_list_has_a_place_for_signature_and_seal_and_no_text_touches_a_border(
    organizer: Visitor, past_seminar: Seminar, registrations: list[Registration], language: str, seal: str
) -> None:
    assert seal in read_pdf_pages(download_list(organizer, past_seminar, language, "pdf"))[0]
    xlsx = download_list(organizer, past_seminar, language, "xlsx")
    assert {"_" * 30, "Ә. Мұратбекова", seal} <= set(read_xlsx_cells(xlsx)[-1])
    for row in load_workbook(io.BytesIO(xlsx)).worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None and cell.border.left.style:
                assert cell.alignment.indent or cell.alignment.horizontal == "center", cell.coordinate


def test_people_are_in_the_order_of_the_kazakh_alphabet(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 50
    surnames = ["Яхин", "Һашимов", "Ізбасаров", "Әлиев", "Абаев", "Қасымов", "Карим", "Ұзақ", "Уәли", "Үсен"]
    for number, each in enumerate(surnames):
        register_person(session, past_seminar, replace(AIGUL, surname=each, phone=f"+7701555{number:04d}", email=""))
    rows = read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx"))
    assert [row[1].split()[0] for row in rows] == [
        *("Абаев", "Әлиев", "Карим", "Қасымов", "Уәли", "Ұзақ", "Үсен", "Һашимов", "Ізбасаров", "Яхин")
    ]
    assert [row[0] for row in rows] == list(range(1, 11))


def test_without_marks_the_list_has_everybody_and_afterwards_those_present(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    aigul, yerlan, marina = registrations
    assert len(read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx", "empty"))) == 3
    mark_sessions(session, aigul, ABSENT, LATE)
    mark_sessions(session, yerlan, EXCUSED, ABSENT)
    mark_sessions(session, marina, PRESENT)
    for column in ("signatures", "empty"):
        names = [row[1] for row in read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx", column))]
        assert names == [aigul.person.full_name, marina.person.full_name]
    rows = read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx", "statuses"))
    assert [row[-1].count("·") for row in rows] == [1, 1, 1]
    assert len({row[-1] for row in rows}) == 3


def test_a_day_has_a_list_of_its_own(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    past_seminar.sessions[1].starts_at += timedelta(days=1)
    past_seminar.sessions[1].ends_at += timedelta(days=1)
    first, second = register_person(session, past_seminar), register_person(session, past_seminar, MARINA)
    mark_sessions(session, first, PRESENT, ABSENT)
    mark_sessions(session, second, ABSENT, PRESENT)
    for day, person in zip(past_seminar.days, (first, second), strict=True):
        address = f"/desk/seminars/{past_seminar.id}/participants-kk.xlsx?day={day.isoformat()}&column=empty"
        [row] = read_xlsx_people(organizer.get(address).response.data)
        assert row[1] == person.person.full_name


def count_drawn_paths(pdf: bytes) -> int:
    """How many lines are drawn in the colour of a pen, on all pages."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        content = b"".join(page.Contents.read_bytes() for page in document.pages)
    return content.count(b".109804 .247059 .486275 RG")


def test_a_signature_of_a_tablet_is_drawn_and_explained_in_a_note(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet, session_id = create_paired_tablet(app, session, past_seminar), past_seminar.sessions[0].id
    aigul, yerlan, _marina = registrations
    tablet.send(
        tablet.mark(aigul.id, session_id), tablet.signature(aigul.id, session_id), tablet.mark(yerlan.id, session_id)
    )
    pdf = download_list(organizer, past_seminar, "ru", "pdf")
    assert count_drawn_paths(pdf) == 1
    [page] = read_pdf_pages(pdf)
    for sentence in (DRAWN, CONFIRMED):
        assert translate_sentence(app, "ru", sentence) in page
    by_hand = download_list(organizer, past_seminar, "ru", "pdf", "empty")
    assert count_drawn_paths(by_hand) == 0
    assert translate_sentence(app, "ru", BY_HAND) in read_pdf_pages(by_hand)[0]
    book = load_workbook(io.BytesIO(download_list(organizer, past_seminar, "ru", "xlsx")))
    assert len(book.active._images) == 1  # type: ignore[union-attr]


def test_the_signature_of_a_merged_person_is_on_the_list_of_the_surviving_one(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    tablet, session_id = create_paired_tablet(app, session, past_seminar), past_seminar.sessions[0].id
    aigul, yerlan, _marina = registrations
    tablet.send(tablet.mark(yerlan.id, session_id), tablet.signature(yerlan.id, session_id))
    yerlan.status, yerlan.merged_into_id = RegistrationStatus.MERGED, aigul.id
    rows = read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx"))
    assert [row[1] for row in rows] == [aigul.person.full_name]
    assert count_drawn_paths(download_list(organizer, past_seminar, "kk", "pdf")) == 1


def register_forty_people(session: Session, seminar: Seminar) -> None:
    """Forty people with long names and workplaces."""
    seminar.capacity = 50
    for number in range(40):
        somebody = replace(
            AIGUL,
            surname=f"Нұрмұхаммедқожаева-Әбдірахманқызы{number}" if number % 9 == 0 else f"Әбдіқадырұлы{number}",
            phone=f"+7701556{number:04d}",
            email="",
            workplace="«Маңғыстау облыстық көпбейінді ауруханасы» шаруашылық жүргізу құқығындағы кәсіпорын"
            * (number % 3),
        )
        register_person(session, seminar, somebody)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("column", COLUMNS)
def test_forty_people_fill_pages_that_are_numbered_and_have_headings(
    organizer: Visitor, session: Session, past_seminar: Seminar, language: str, column: str
) -> None:
    register_forty_people(session, past_seminar)
    pages = read_pdf_pages(download_list(organizer, past_seminar, language, "pdf", column))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        counted = f"{len(pages)} беттің {number}-беті" if language == "kk" else f"Страница {number} из {len(pages)}"
        assert counted in page
        assert ("Жұмыс орны" if language == "kk" else "Место работы") in page
        assert past_seminar.title.get_text(language) in page
    text = " ".join(pages).replace(" ", "")
    assert all(f"Әбдіқадырұлы{number}" in text for number in range(40) if number % 9)
    assert "Нұрмұхаммедқожаева-Әбдірахманқызы36" in text
    assert "?" not in text


def test_rows_are_tall_enough_to_sign(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_forty_people(session, past_seminar)
    pages = read_pdf_pages(download_list(organizer, past_seminar, "kk", "pdf", "empty"))
    assert max(page.count("8 701 556") for page in pages) <= (297 - 30) / 12


def test_two_people_of_one_name_differ_by_workplace(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_person(session, past_seminar)
    other = register_person(session, past_seminar, phone="+77015550177", email="", workplace="№ 3 емхана")
    other.status = RegistrationStatus.REGISTERED  # the organizer said that it is another person
    rows = read_xlsx_people(download_list(organizer, past_seminar, "kk", "xlsx", "empty"))
    assert len({row[1] for row in rows}) == 1
    assert sorted(row[2] for row in rows) == sorted(["Облыстық аурухана", "№ 3 емхана"])


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_assistants_have_their_position_in_the_language_of_the_paper(
    app: Flask, organizer: Visitor, session: Session, project: Project, language: str
) -> None:
    seminar = create_seminar(session, project, NOON - timedelta(hours=8), slug="assist", audience="personal_assistant")
    for each, position in ((YERLAN, "жеке көмекші"), (MARINA, ""), (AIGUL, "Индивидуальный помощник")):
        register_person(session, seminar, each, position=position, workplace="Үй")
    with app.test_request_context(), force_locale(language):
        word = format_position("", True)
    rows = read_xlsx_people(download_list(organizer, seminar, language, "xlsx", "empty"))
    assert [row[3] for row in rows] == [word] * 3


def test_a_spreadsheet_computes_nothing(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    registration = register_person(session, past_seminar)
    for evil in ("=HYPERLINK(1)", "+7", "@sum", "-2+3", "=cmd|' /C calc'!A0"):
        registration.person.workplace = registration.person.position = clean_text(evil)
        sheet = load_workbook(io.BytesIO(download_list(organizer, past_seminar, "kk", "xlsx", "empty"))).active
        assert sheet is not None
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert evil in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_files_say_their_language_title_and_name(
    organizer: Visitor, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    with pikepdf.open(io.BytesIO(download_list(organizer, past_seminar, "ru", "pdf"))) as pdf:
        assert str(pdf.Root.Lang) == "ru"
        assert past_seminar.title.ru in str(pdf.docinfo.Title)
        fonts = [font for page in pdf.pages for name, font in page.Resources.Font.items()]
        assert all("/FontFile2" in font.FontDescriptor for font in fonts if "/FontDescriptor" in font)
    day = past_seminar.days[0].isoformat()
    answer = organizer.get(f"/desk/seminars/{past_seminar.id}/participants-kk.pdf?day={day}&column=empty").response
    _kind, named = parse_options_header(answer.headers["Content-Disposition"])
    assert named["filename"].endswith(f"{day} Күтім негіздері.pdf")


def test_an_unknown_list_is_not_found(organizer: Visitor, past_seminar: Seminar, stranger: Visitor) -> None:
    base, day = f"/desk/seminars/{past_seminar.id}/participants", past_seminar.days[0].isoformat()
    for wrong in ("", "?day=x&column=empty", f"?day={day}&column=x", f"?day={day}", "?day=1999-01-01&column=empty"):
        organizer.get(f"{base}-kk.pdf{wrong}", status=404)
    organizer.get(f"{base}-en.pdf?day={day}&column=empty", status=404)
    organizer.get(f"{base}-kk.exe?day={day}&column=empty", status=404)
    stranger.get(f"{base}-kk.pdf?day={day}&column=empty", status=302)


def test_the_page_is_linked_from_the_attendance(organizer: Visitor, past_seminar: Seminar) -> None:
    links = organizer.get(f"/desk/seminars/{past_seminar.id}/attendance").list_links()
    assert build_documents_url(past_seminar) in links


def test_a_seminar_without_sessions_has_a_page_too(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.sessions.clear()
    assert organizer.get(build_documents_url(seminar)).heading

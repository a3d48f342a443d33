"""Printed sign-in sheets: lines of people, page codes, and downloads of the same sheet."""

from dataclasses import replace

import pypdfium2
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_documents_url
from tests.attendance.sheets.scan_client import list_scans_by_id, print_sheet_pdf, upload_scans
from tests.attendance.signed_sheet import (
    encode_jpeg,
    render_pdf_page_as_picture,
)
from tests.factories import AIGUL, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus, SheetPage
from trainer.attendance.sheets.pdf import LINES_PER_PAGE
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.attendance.sheets.recognition import recognize_file
from trainer.clock import now
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


def test_printing_stores_the_lines_and_gives_each_page_a_code(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 50
    for number in range(17):
        register_person(
            session, past_seminar, replace(AIGUL, surname=f"Әлиев{number:02d}", phone=f"+7701555{number:04d}", email="")
        )
    print_sheet_pdf(organizer, past_seminar)
    session.commit()
    pages = session.scalars(select(SheetPage).order_by(SheetPage.number)).all()
    assert [(page.number, page.page_count, len(page.registration_ids)) for page in pages] == [
        (1, 2, LINES_PER_PAGE),
        (2, 2, 2),
    ]
    assert len({page.code for page in pages}) == 2
    assert all(len(page.code) == 26 for page in pages)
    names = [
        session.get_one(Registration, registration_id).person.surname
        for page in pages
        for registration_id in page.registration_ids
    ]
    assert names == [f"Әлиев{number:02d}" for number in range(17)]


@pytest.mark.parametrize(
    ("people", "count"),
    [(0, 1), (LINES_PER_PAGE - 3, 1), (LINES_PER_PAGE - 2, 2), (LINES_PER_PAGE, 2), (2 * LINES_PER_PAGE - 3, 2)],
)
def test_a_sheet_always_has_empty_lines_for_walk_ins(
    session: Session, past_seminar: Seminar, app: Flask, clock: time_machine.Traveller, people: int, count: int
) -> None:
    past_seminar.capacity = 50
    for number in range(people):
        register_person(
            session, past_seminar, replace(AIGUL, surname=f"Ә{number}", phone=f"+7701555{number:04d}", email="")
        )
    pages = create_sheet_pages(session, past_seminar.sessions[0], now())
    assert len(pages) == count
    assert count * LINES_PER_PAGE - sum(len(page.registration_ids) for page in pages) >= 3


def test_a_sheet_can_be_downloaded_again_with_the_same_codes_in_both_languages(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    print_sheet_pdf(organizer, past_seminar)
    links = [link for link in organizer.get(build_documents_url(past_seminar)).list_links() if "/desk/sheets/" in link]
    assert len(links) == 2
    for link in links:
        upload_scans(
            organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(organizer.get(link).response.data))
        )
    session.commit()
    assert len({scan.page_id for scan in list_scans_by_id(session)}) == 1
    assert len(session.scalars(select(SheetPage)).all()) == 1


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def test_sheets_of_all_sessions_are_created_at_once_and_printed_as_one_file(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    address, fields = organizer.get(build_documents_url(past_seminar)).read_form("sheets-form")
    assert fields["session"] == [str(each.id) for each in past_seminar.sessions]
    content = organizer.follow(organizer.post(address, fields)).response.data
    session.commit()
    codes = list(session.scalars(select(SheetPage.code).order_by(SheetPage.id)))
    assert len(codes) == count_pages(content) == len(past_seminar.sessions)
    recognized = [
        recognize_file(encode_jpeg(render_pdf_page_as_picture(content, number))).pages[0].code for number in range(2)
    ]
    assert recognized == codes


@pytest.mark.parametrize("changes", [{"session": []}, {"session": ["999999"]}, {"session": ["x"]}, {"language": "en"}])
def test_a_choice_that_gives_no_sheet_is_explained_and_creates_nothing(
    organizer: Visitor, session: Session, past_seminar: Seminar, changes: dict[str, object]
) -> None:
    address, fields = organizer.get(build_documents_url(past_seminar)).read_form("sheets-form")
    organizer.post(address, {**fields, **changes}, status=422)
    assert session.scalar(select(func.count()).select_from(SheetPage)) == 0


def test_a_sheet_of_another_seminar_is_not_part_of_the_file(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    [page] = create_sheet_pages(session, past_seminar.sessions[0], now())
    organizer.get(f"/desk/seminars/{past_seminar.id}/sheets-kk.pdf?page={page.id}")
    organizer.get(f"/desk/seminars/{seminar.id}/sheets-kk.pdf?page={page.id}", status=404)
    organizer.get(f"/desk/seminars/{past_seminar.id}/sheets-kk.pdf", status=404)

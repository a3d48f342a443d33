"""The exported list: its cells, protection against formulas, and importing it again."""

import csv
import io
import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from tests.registration.imports.steps import has_confirmation, list_read_cells, open_rows
from tests.visitor import Visitor
from trainer.documents.workbook import render_csv, render_xlsx
from trainer.registration.desk.export import build_export_sheet
from trainer.registration.desk.listing import RegistrationRow
from trainer.registration.imports.cells import BLANK_CELL, is_blank_cell
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.web import phones

ZONE = ZoneInfo("Asia/Aqtau")
FIELDS = ("surname", "given_name", "patronymic", "phone", "email", "workplace", "position", "language")
EXAMPLE_ROW = RegistrationRow(
    *(1, "t", "registered", NOON, None, "Өтегенова", "Айгүл", "Маратқызы", "+77015550101", "a@example.org", "kk"),
    *("Аурухана", "мейіргер", True, True, False, False, None),
)


def render_both(people: list[RegistrationRow], title: str = "Күтім") -> tuple[bytes, bytes]:
    """Return the exported list as CSV and as XLSX."""
    return (
        render_csv(build_export_sheet(len(people), people, ZONE)),
        render_xlsx([build_export_sheet(len(people), people, ZONE)], title),
    )


def read_csv_cells(content: bytes) -> list[list[str]]:
    """Return the cells of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx_cells(content: bytes) -> list[list[Any]]:
    """Return the cells of a workbook."""
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]  # type: ignore[union-attr]


@pytest.fixture
def three(session: Session, seminar: Seminar) -> None:
    """Register Aigul and Yerlan, and Marina on the waiting list."""
    seminar.capacity = 2
    for applicant in (AIGUL, YERLAN, MARINA):
        register_person(session, seminar, applicant)


def test_the_files_hold_the_list_as_it_is_filtered(organizer: Visitor, seminar: Seminar, three: None) -> None:
    base = f"/desk/seminars/{seminar.id}/registrations"
    rows = read_csv_cells(organizer.get(f"{base}.csv").response.data)
    assert [row[1] for row in rows[1:]] == ["Қожахметов", "Өтегенова", "Соколова"]
    assert rows[2][4] == "8 701 555 01 01"
    assert rows[2][10] == "02.06.2025 11:00"
    waiting = read_csv_cells(organizer.get(f"{base}.csv?state=waiting").response.data)
    assert [row[1] for row in waiting[1:]] == ["Соколова"]
    workbook = read_xlsx_cells(organizer.get(f"{base}.xlsx?query=отегенова").response.data)
    assert [row[1] for row in workbook[1:]] == ["Өтегенова"]


def test_excel_here_opens_the_csv_file(organizer: Visitor, seminar: Seminar, three: None) -> None:
    content = organizer.get(f"/desk/seminars/{seminar.id}/registrations.csv").response.data
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.splitlines()[0].count(b";") == 13


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_name_of_the_file_keeps_its_kazakh_letters(
    organizer: Visitor, seminar: Seminar, three: None, ending: str
) -> None:
    answer = organizer.get(f"/desk/seminars/{seminar.id}/registrations.{ending}").response
    disposition, named = parse_options_header(answer.headers["Content-Disposition"])
    assert (disposition, named["filename"]) == ("attachment", f"Тіркелгендер Күтім негіздері.{ending}")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_headings_are_known_to_the_import_in_every_language(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for content in render_both([EXAMPLE_ROW], "&[Path]"):
            [cells] = list_read_cells(content)
            assert {name: cells[name] for name in FIELDS[:3]} == {
                name: getattr(EXAMPLE_ROW, name) for name in FIELDS[:3]
            }
            assert set(cells) == set(FIELDS)


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]), max_size=30).map(
    lambda text: " ".join(text.split())
) | st.sampled_from(
    [
        "=1+1",
        "+7",
        "-2",
        "@sum",
        "'=x",
        "''=x",
        '=HYPERLINK("http://example.org")',
        "a;b",
        'a"b',
        "{=1}",
        "http://example.org",
    ]
)
TEXT = TEXT.filter(lambda text: not BLANK_CELL.fullmatch(text) and not is_blank_cell("patronymic", text))
PHONE = st.from_regex(r"\+770[0-2][0-9]{7}", fullmatch=True) | st.sampled_from(
    ["+79995550101", "+375291234567", "+77292301234"]
)
REGISTRATION_ROWS = st.builds(
    lambda texts, phone, language, state: replace(
        EXAMPLE_ROW,
        surname=texts[0] or "Ким",
        given_name=texts[1],
        patronymic=texts[2],
        email=texts[3],
        workplace=texts[4],
        position=texts[5],
        phone=phone,
        language=language,
        status=state,
    ),
    st.lists(TEXT, min_size=6, max_size=6),
    PHONE,
    st.sampled_from(["kk", "ru", "en"]),
    st.sampled_from([str(status) for status in RegistrationStatus]),
)


@settings(max_examples=60)
@given(people=st.lists(REGISTRATION_ROWS, min_size=1, max_size=6), language=st.sampled_from(["kk", "ru", "en"]))
def test_the_import_of_an_export_gives_the_same_people(
    app: Flask, people: list[RegistrationRow], language: str
) -> None:
    with app.test_request_context(), force_locale(language):
        files = render_both(people)
    for content in files:
        assert [{**cells, "phone": phones.normalise_phone(cells["phone"])} for cells in list_read_cells(content)] == [
            {name: getattr(registration, name) for name in FIELDS} for registration in people
        ]


@settings(max_examples=60)
@given(people=st.lists(REGISTRATION_ROWS, min_size=1, max_size=4))
def test_a_spreadsheet_computes_nothing_of_it(app: Flask, people: list[RegistrationRow]) -> None:
    with app.test_request_context():
        text, workbook = render_both(people)
    inert_phone = re.compile(r"\+\d{1,3}( \d{1,9})+")  # digits in groups: nothing to compute
    assert not [
        cell
        for row in read_csv_cells(text)
        for cell in row
        if cell[:1] in ("=", "+", "-", "@", "\t") and not inert_phone.fullmatch(cell)
    ]
    for row in load_workbook(io.BytesIO(workbook)).active.iter_rows(min_col=2):  # type: ignore[union-attr]
        assert {cell.data_type for cell in row} <= {"s", "n"}
        assert [cell for cell in row if cell.hyperlink] == []


def test_what_was_exported_changes_nothing_when_it_is_imported(
    organizer: Visitor, session: Session, seminar: Seminar, three: None
) -> None:
    base = f"/desk/seminars/{seminar.id}"
    for ending in ("csv", "xlsx"):
        content = organizer.get(f"{base}/registrations.{ending}").response.data
        page = open_rows(organizer, seminar, content, f"list.{ending}")
        assert not has_confirmation(page)
        assert "Өтегенова" in page.words


def test_a_seminar_without_people_gives_its_headings(organizer: Visitor, seminar: Seminar) -> None:
    base = f"/desk/seminars/{seminar.id}/registrations"
    assert len(read_csv_cells(organizer.get(f"{base}.csv").response.data)) == 1
    assert len(read_xlsx_cells(organizer.get(f"{base}.xlsx").response.data)) == 1

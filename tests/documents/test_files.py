"""Downloads: file names that every system accepts, tables in which nothing is computed."""

import csv
import io

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from trainer.documents.files import build_ascii_file_name, build_file_name, send_document
from trainer.documents.workbook import MAX_CELL_LETTERS, Worksheet, escape_formula, render_csv, render_xlsx

pytestmark = pytest.mark.one_database

SHEET = Worksheet("Жауаптар", ("№", "Сөзі"), [[1, "=1+1"], [2, "\x07 ә" * 40_000]], (5, 40))


def test_a_file_name_keeps_letters_and_drops_forbidden_characters() -> None:
    assert (
        build_file_name("Қатысушылар тізімі 2025-06-02 А/Б: «В»?", "pdf")
        == "Қатысушылар тізімі 2025-06-02 А_Б_ «В»_.pdf"
    )
    assert build_file_name("ә" * 300 + "...", "xlsx") == "ә" * 110 + ".xlsx"


def test_a_file_is_downloaded_under_its_name(app: Flask) -> None:
    with app.test_request_context():
        answer = send_document(b"x", "Тізім", "csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Қатысушылар тізімі.csv", "Qatysushylar tizimi.csv"),
        ("Список Щукиной.pdf", "Spisok Shchukinoi.pdf"),
        ("Répondants «王».xlsx", "Repondants _.xlsx"),
        ("Подъезд Ель.pdf", "Podezd El.pdf"),
    ],
)
def test_a_file_name_in_latin_letters_says_what_the_file_is(name: str, expected: str) -> None:
    assert build_ascii_file_name(name) == expected


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_every_title_makes_two_names_of_one_file(app: Flask, title: str) -> None:
    with app.test_request_context():
        disposition = send_document(b"x", title, "csv").headers["Content-Disposition"]
    kind, names = parse_options_header(disposition)
    assert (kind, names["filename"]) == ("attachment", build_file_name(title, "csv"))
    assert disposition.isascii()


PHONES = ("+998 90 123 45 67", "+1 202 555 01 43")


@pytest.mark.parametrize("phone", PHONES)
def test_people_see_no_apostrophe_before_a_phone_number(phone: str) -> None:
    assert escape_formula(phone) == phone


@given(st.text("+-=@\t\r'1( )*A", max_size=12))
def test_whatever_could_be_computed_is_escaped(cell: str) -> None:
    escaped = escape_formula(cell)
    assert escaped[:1] not in tuple("=+-@\t\r") or set(escaped) <= set("+1 ")


def test_a_workbook_holds_numbers_and_texts_and_is_set_up_to_be_printed(app: Flask) -> None:
    with app.test_request_context():
        workbook = render_xlsx([SHEET, Worksheet("Екінші", ("a",), [])], "Есеп & жауап")
    first, second = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets
    assert (first.title, second.title) == ("Жауаптар", "Екінші")
    assert [cell.data_type for cell in first[2]] == ["n", "s"]
    assert len(str(first["B3"].value)) == MAX_CELL_LETTERS
    assert "\x07" not in str(first["B3"].value)
    assert (first.freeze_panes, first.print_title_rows) == ("B2", "$1:$1")
    assert second.freeze_panes == "A2"
    assert first.oddFooter is not None
    assert (first.oddFooter.left.text, first.oddFooter.right.text) == ("Есеп && жауап", "&N беттің &P-беті")


def test_csv_cells_are_never_computed() -> None:
    rows = list(csv.reader(render_csv(SHEET).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1] == ["1", "'=1+1"]

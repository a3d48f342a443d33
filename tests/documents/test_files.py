"""Downloads: file names that every system accepts, tables in which nothing is computed."""

import csv
import io

import openpyxl
from flask import Flask

from trainer.documents.files import build_file_name, send_document
from trainer.documents.workbook import MAX_CELL_LETTERS, Worksheet, render_csv, render_xlsx

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

"""Tables as workbooks: every cell comes back as it was, in the style of its table."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from trainer.documents.workbook import ROWS_PER_PIECE, Worksheet, name_column, render_xlsx, stream_csv, stream_xlsx

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff_"), max_size=9
)
ROWS = st.lists(st.tuples(CELLS, st.integers(0, 10**9)), max_size=5)


@given(st.lists(ROWS, min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_all_rows_of_all_tables_come_back(tables: list[list[tuple[str, int]]]) -> None:
    sheets = [Worksheet(f"List {number}", ["Name", "№"], rows, (30, 5)) for number, rows in enumerate(tables)]
    book = load_workbook(io.BytesIO(render_xlsx(sheets, "Lists")))
    for sheet, rows in zip(book, tables, strict=True):
        assert (sheet.max_row, sheet.auto_filter.ref) == (len(rows) + 1, f"A1:B{max(2, len(rows) + 1)}")
        shown = [(cells[0].value or "", cells[1].value) for cells in sheet.iter_rows(min_row=2)]
        assert shown == rows
        assert {cell.number_format for cells in sheet.iter_rows(min_row=2) for cell in cells} <= {"@"}


def test_a_letter_written_as_a_code_stays_text() -> None:
    content = render_xlsx([Worksheet("List", ["Name"], [["a"], ["_x0041_"]])], "List")
    assert "_x005F_x0041_" in str(load_workbook(io.BytesIO(content))["List"]["A3"].value)


def test_columns_have_letters() -> None:
    assert [name_column(number) for number in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_rows_are_read_while_they_are_written() -> None:
    read: list[int] = []
    for stream in (stream_csv, lambda sheet: stream_xlsx([sheet], "List")):
        read.clear()
        rows = (list_cells(read, number) for number in range(5 * ROWS_PER_PIECE))
        pieces = stream(Worksheet("List", ["№"], rows, row_count=5 * ROWS_PER_PIECE))
        while not read:
            next(pieces)
        assert len(read) <= 2 * ROWS_PER_PIECE
        assert b"".join(pieces)
        assert len(read) == 5 * ROWS_PER_PIECE


def list_cells(read: list[int], number: int) -> list[str]:
    """Return the cells of a row, and note that it was read."""
    read.append(number)
    return [f"{number}"]

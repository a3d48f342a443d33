"""Tables as XLSX and CSV: numbers are numbers, every other cell is text, so that nothing is computed.

In CSV an apostrophe keeps a spreadsheet from computing a cell. People see it, so a phone number gets none: digits in groups
after a plus can't be computed. Headings stay visible and repeat in print.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from trainer.language.translate import gettext as _
from trainer.web.text import remove_unshowable_characters

FORMULA_PATTERN = re.compile(r"'*[=+\-@\t\r]")  # cells that a spreadsheet would compute
PHONE_PATTERN = re.compile(r"\+\d{1,3}(?: \d{1,9})+")
MAX_CELL_LETTERS = 32_767
"""Limit of Excel for a cell."""


@dataclass(frozen=True)
class Worksheet:
    """A table: name, headings, rows, and column widths in letters."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    column_widths: Sequence[int] = ()


def render_csv(sheet: Worksheet) -> bytes:
    """Return a table as CSV for Excel: semicolons, a byte order mark, and no cell that it would compute."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerows(
        [escape_formula(remove_unshowable_characters(str(cell))) for cell in row]
        for row in (sheet.headings, *sheet.rows)
    )
    return file.getvalue().encode("utf-8-sig")


def escape_formula(cell: str) -> str:
    """Escape a cell that a spreadsheet would compute; the import removes the apostrophe."""
    return f"'{cell}" if FORMULA_PATTERN.match(cell) and not PHONE_PATTERN.fullmatch(cell) else cell


def render_xlsx(sheets: Sequence[Worksheet], title: str) -> bytes:
    """Return tables as a workbook."""
    file = io.BytesIO()
    with open_workbook(file, title) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        for table in sheets:
            sheet = book.add_worksheet(table.name)
            for number, cells in enumerate((table.headings, *table.rows)):
                write_worksheet_row(sheet, number, cells, text if number else head)
            set_column_widths(sheet, table.column_widths)
            sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headings) - 1)
            set_up_worksheet_print(sheet, 0, min(2, len(table.headings) - 1), title)
    return file.getvalue()


@contextmanager
def open_workbook(file: io.BytesIO, title: str = "", author: str = "") -> Iterator[Any]:
    """Open a workbook that is written to a file at the end."""
    from xlsxwriter import Workbook  # imported late: most processes never need it

    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": author})
    yield book
    book.close()


def write_worksheet_row(sheet: Any, number: int, cells: Sequence[str | int], *formats: Any) -> None:
    """Write cells side by side; the last format applies to all further cells."""
    for column, cell in enumerate(cells):
        cell_format = formats[min(column, len(formats) - 1)]
        if isinstance(cell, int):
            sheet.write_number(number, column, cell, cell_format)
        else:
            sheet.write_string(number, column, remove_unshowable_characters(cell)[:MAX_CELL_LETTERS], cell_format)


def set_column_widths(sheet: Any, widths: Sequence[int]) -> None:
    """Set column widths in letters."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def set_up_worksheet_print(sheet: Any, heading_row: int, name_columns: int, title: str) -> None:
    """Freeze headings and name columns; fit the print to the paper width and number its pages."""
    sheet.freeze_panes(heading_row + 1, name_columns)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading_row)
    page = _("Page %(page)s of %(pages)s", page="&P", pages="&N")
    sheet.set_footer("&L" + title.replace("&", "&&")[:150] + "&R" + page)

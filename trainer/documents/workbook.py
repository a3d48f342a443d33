"""Tables as XLSX and CSV: numbers are numbers, every other cell is text, so that nothing is computed.

In CSV an apostrophe keeps a spreadsheet from computing a cell. People see it, so a phone number gets none: digits in groups
after a plus can't be computed. Headings stay visible and repeat in print.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from trainer.language.translate import gettext as _
from trainer.web.text import remove_unshowable_characters

FORMULA_PATTERN = re.compile(r"'*[=+\-@\t\r]")  # cells that a spreadsheet would compute
PHONE_PATTERN = re.compile(r"\+\d{1,3}(?: \d{1,9})+")
CHARACTER_CODE_PATTERN = re.compile(r"_x[0-9A-Fa-f]{4}_")
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
    with (
        zipfile.ZipFile(io.BytesIO(render_first_rows(sheets, title))) as draft,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book,
    ):
        for entry in draft.infolist():
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", entry.filename)
            with book.open(entry.filename, "w") as part:
                content = draft.read(entry)
                for piece in add_further_rows(content, sheets[int(number[1]) - 1]) if number else [content]:
                    part.write(piece)
    return file.getvalue()


def render_first_rows(sheets: Sequence[Worksheet], title: str) -> bytes:
    """Return a workbook with the headings and the first row of tables, and all that is set for the whole tables."""
    file = io.BytesIO()
    with open_workbook(file, title) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        for table in sheets:
            sheet = book.add_worksheet(table.name)
            for number, cells in enumerate((table.headings, *table.rows[:1])):
                write_worksheet_row(sheet, number, cells, text if number else head)
            set_column_widths(sheet, table.column_widths)
            sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headings) - 1)
            set_up_worksheet_print(sheet, 0, min(2, len(table.headings) - 1), title)
    return file.getvalue()


def add_further_rows(content: bytes, table: Worksheet) -> Iterator[bytes]:
    """Yield the XML of a worksheet with the rows after the first, which have its style.

    XlsxWriter takes five times as long for the same cells, as it keeps all of them to write them at the end.
    """
    head, end, tail = content.decode().rpartition("</sheetData>")
    width = max(map(len, (table.headings, *table.rows)))
    head = re.sub('<dimension ref="[^"]*"', f'<dimension ref="A1:{name_column(width - 1)}{len(table.rows) + 1}"', head)
    yield head.encode()
    style = re.findall(r' s="(\d+)"', head)[-1] if len(table.rows) > 1 else ""
    columns = [name_column(column) for column in range(width)]
    for number, cells in enumerate(table.rows[1:], 3):
        written = [
            f'<c r="{column}{number}" s="{style}"><v>{cell}</v></c>'
            if isinstance(cell, int)
            else f'<c r="{column}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape_xml(cell)}</t></is></c>'
            for column, cell in zip(columns, cells, strict=False)
        ]
        yield f'<row r="{number}">{"".join(written)}</row>'.encode()
    yield f"{end}{tail}".encode()


def name_column(number: int) -> str:
    """Return the letters of a column; the first has the number 0."""
    name = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        name, number = chr(ord("A") + letter) + name, number - 1
    return name


def escape_xml(cell: str) -> str:
    """Return a text as a worksheet holds it: “_x0041_” would be read as a letter."""
    text = remove_unshowable_characters(cell)[:MAX_CELL_LETTERS]
    return escape(CHARACTER_CODE_PATTERN.sub(r"_x005F\g<0>", text) if "_x" in text else text)


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

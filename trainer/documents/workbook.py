"""Tables as XLSX and CSV: numbers are numbers, every other cell is text, so that nothing is computed.

In CSV an apostrophe keeps a spreadsheet from computing a cell. People see it, so a phone number gets none: digits in groups
after a plus can't be computed. Headings stay visible and repeat in print.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeVar, cast
from xml.sax.saxutils import escape

from trainer.language.translate import gettext as _
from trainer.web.text import remove_unshowable_characters

T = TypeVar("T")
FORMULA_BEGINNINGS = frozenset("'=+-@\t\r")
FORMULA_PATTERN = re.compile(r"'*[=+\-@\t\r]")  # cells that a spreadsheet would compute
PHONE_PATTERN = re.compile(r"\+\d{1,3}(?: \d{1,9})+")
CHARACTER_CODE_PATTERN = re.compile(r"_x[0-9A-Fa-f]{4}_")
DIMENSION_PATTERN = re.compile('<dimension ref="[^"]*"')
EMPTY_ROW_PATTERN = re.compile(r'<row r="2"[^>]*><c r="A2" s="(?P<style>\d+)"/></row>')
ROWS_PER_PIECE = 200
COMPRESSION = 2
"""Level of zlib: the files are a fifth larger than at 6, and written in half the time."""
MAX_CELL_LETTERS = 32_767
"""Limit of Excel for a cell."""


@dataclass(frozen=True)
class Worksheet:
    """A table: name, headings, rows, and column widths in letters.

    Rows may be an iterator that reads them while they are written; `row_count` is then their number. No row is wider than the
    headings.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str | int]]
    column_widths: Sequence[int] = ()
    row_count: int | None = None

    def count_rows(self) -> int:
        """Return the number of rows below the headings."""
        return len(cast(Sequence[Any], self.rows)) if self.row_count is None else self.row_count


class WrittenPieces(io.RawIOBase):
    """A file that is handed on piece by piece while it is written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, piece: Any) -> int:
        """Append a piece and return its length."""
        self.pieces.append(bytes(piece))
        return len(self.pieces[-1])

    def take(self) -> bytes:
        """Return what was written since the last call."""
        content = b"".join(self.pieces)
        self.pieces.clear()
        return content


def render_csv(sheet: Worksheet) -> bytes:
    """Return a table as CSV."""
    return b"".join(stream_csv(sheet))


def stream_csv(sheet: Worksheet) -> Iterator[bytes]:
    """Yield a table as CSV for Excel: semicolons, a byte order mark, and no cell that it would compute."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    yield codecs.BOM_UTF8
    for rows in split_rows(chain([sheet.headings], sheet.rows)):
        writer.writerows([escape_formula(remove_unshowable_characters(str(cell))) for cell in row] for row in rows)
        yield file.getvalue().encode()
        file.seek(0)
        file.truncate()


def split_rows(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in portions."""
    remaining = iter(rows)
    while portion := list(islice(remaining, ROWS_PER_PIECE)):
        yield portion


def escape_formula(cell: str) -> str:
    """Escape a cell that a spreadsheet would compute; the import removes the apostrophe."""
    if cell[:1] not in FORMULA_BEGINNINGS:  # as most, which saves the expressions
        return cell
    return f"'{cell}" if FORMULA_PATTERN.match(cell) and not PHONE_PATTERN.fullmatch(cell) else cell


def render_xlsx(sheets: Sequence[Worksheet], title: str) -> bytes:
    """Return tables as a workbook."""
    return b"".join(stream_xlsx(sheets, title))


def stream_xlsx(sheets: Sequence[Worksheet], title: str) -> Iterator[bytes]:
    """Yield tables as a workbook."""
    file = WrittenPieces()
    with (
        zipfile.ZipFile(io.BytesIO(render_frame(sheets, title))) as frame,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as book,
    ):
        for entry in frame.infolist():
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", entry.filename)
            content = frame.read(entry)
            with book.open(entry.filename, "w") as part:
                for piece in add_rows(content, sheets[int(number[1]) - 1]) if number else [content]:
                    part.write(piece)
                    if file.pieces:
                        yield file.take()
    yield file.take()


def render_frame(sheets: Sequence[Worksheet], title: str) -> bytes:
    """Return a workbook with the headings of tables, an empty row in their style, and all that is set for the whole tables."""
    file = io.BytesIO()
    with open_workbook(file, title) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        for table in sheets:
            sheet = book.add_worksheet(table.name)
            write_worksheet_row(sheet, 0, table.headings, head)
            sheet.write_blank(1, 0, None, text)
            set_column_widths(sheet, table.column_widths)
            sheet.autofilter(0, 0, max(1, table.count_rows()), len(table.headings) - 1)
            set_up_worksheet_print(sheet, 0, min(2, len(table.headings) - 1), title)
    return file.getvalue()


def add_rows(content: bytes, table: Worksheet) -> Iterator[bytes]:
    """Yield the XML of a worksheet with the rows of its table in the place of the empty one, whose style they have.

    XlsxWriter takes five times as long for the same cells, as it keeps all of them to write them at the end.
    """
    found = cast(re.Match[str], EMPTY_ROW_PATTERN.search(content.decode()))
    width = len(table.headings)
    last_cell = f"{name_column(width - 1)}{table.count_rows() + 1}"
    yield DIMENSION_PATTERN.sub(f'<dimension ref="A1:{last_cell}"', found.string[: found.start()]).encode()
    columns = [(f'<c r="{name_column(column)}', f'" s="{found["style"]}') for column in range(width)]
    for rows in split_rows(enumerate(table.rows, 2)):
        yield "".join(build_row_xml(columns, number, cells) for number, cells in rows).encode()
    yield found.string[found.end() :].encode()


def build_row_xml(columns: Sequence[tuple[str, str]], number: int, cells: Sequence[str | int]) -> str:
    """Return the XML of a row; of each column what stands before and after the number of the row is given."""
    written = [
        f'{place}{number}{style}"><v>{cell}</v></c>'
        if isinstance(cell, int)
        else f'{place}{number}{style}" t="inlineStr"><is><t xml:space="preserve">{escape_xml(cell)}</t></is></c>'
        for (place, style), cell in zip(columns, cells, strict=False)
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


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
    if "_x" in text:
        text = CHARACTER_CODE_PATTERN.sub(r"_x005F\g<0>", text)
    return escape(text) if "&" in text or "<" in text or ">" in text else text


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

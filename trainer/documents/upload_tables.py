"""Reading uploaded tables: CSV in the variants that Excel writes, or XLSX, within fixed size limits."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

MAX_ROWS = 2_000
MAX_COLUMNS = 60
MAX_ROWS_WITH_EMPTY = 10_000  # including empty rows
MAX_CELL_LENGTH = 2_000
MAX_UNPACKED_BYTES = 40 * 1024 * 1024  # of an unpacked workbook
MAX_ARCHIVE_PARTS = 500
MAX_SHEETS = 10
OLD_EXCEL_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
SEPARATORS = ";\t,"
FORMULA_GUARD = re.compile(r"'+[=+\-@\t\r]")  # apostrophe that escapes a formula

Table = list[list[str]]


class TableReadProblem(StrEnum):
    """Reason why a file cannot be read as a table."""

    OLD_EXCEL = "old_excel"
    TOO_LARGE = "too_large"
    NO_TABLE = "no_table"
    EMPTY = "empty"


class TableUnreadable(ValueError):
    """The file cannot be read as a table; `reason` says why."""

    def __init__(self, reason: TableReadProblem) -> None:
        super().__init__(reason)
        self.reason = reason


def read_uploaded_tables(content: bytes) -> list[Table]:
    """Return the tables that a file may contain: each sheet of a workbook, or a CSV file split at each usual separator.

    Empty rows are included, so that row numbers are those of the file. Raises TableUnreadable.
    """
    if not content.strip():
        raise TableUnreadable(TableReadProblem.EMPTY)
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)
    if content.startswith(b"PK"):
        return read_workbook_tables(content)
    text = decode_table_text(content)
    return [parse_csv_table(text, separator) for separator in SEPARATORS]


def decode_table_text(content: bytes) -> str:
    """Decode a text file: by its byte order mark, else as UTF-8 if valid, else as Windows-1251. Raises TableUnreadable."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:2] == b"\0":
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise TableUnreadable(TableReadProblem.NO_TABLE)


def parse_csv_table(text: str, separator: str) -> Table:
    """Return the rows and cells of a CSV text. Raises TableUnreadable."""
    try:
        rows = collect_limited_rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error
    return [[cell[1:] if FORMULA_GUARD.match(cell) else cell for cell in row] for row in rows]


def read_workbook_tables(content: bytes) -> list[Table]:
    """Return the sheets of an XLSX file. Raises TableUnreadable."""
    return list(read_workbook_sheets(content).values())


def read_workbook_sheets(content: bytes) -> dict[str, Table]:
    """Return the sheets of an XLSX file by name. Raises TableUnreadable, also for one that unpacks beyond the limits."""
    check_archive_parts(content)
    from openpyxl import load_workbook  # imported late: slow, and uploads are rare

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of unsupported features
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            return {sheet.title: read_sheet_rows(sheet) for sheet in book.worksheets[:MAX_SHEETS]}
    except TableUnreadable:
        raise
    except Exception as error:  # a damaged workbook can raise any parser error
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error


def check_archive_parts(content: bytes) -> None:
    """Raise TableUnreadable for an archive that is no workbook, unpacks beyond the limits, or declares XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_ARCHIVE_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise TableUnreadable(TableReadProblem.TOO_LARGE)
            if "xl/workbook.xml" not in archive.namelist():
                raise TableUnreadable(TableReadProblem.NO_TABLE)
            for part in parts:
                with archive.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(2048).replace(b"\0", b""):
                        raise TableUnreadable(TableReadProblem.NO_TABLE)
    except TableUnreadable:
        raise
    except Exception as error:  # zipfile, zlib and codecs raise different exceptions
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error


def read_sheet_rows(sheet: Any) -> Table:
    """Return the rows of a sheet; its declared dimensions are ignored."""
    sheet.reset_dimensions()
    return collect_limited_rows(
        [format_cell_text(cell) for cell in row] for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    )


def format_cell_text(cell: Any) -> str:
    """Format a cell as text; whole numbers get no decimals, since Excel stores phone numbers as floats."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def collect_limited_rows(rows: Iterable[list[str]]) -> Table:
    """Return the rows. Raises TableUnreadable for too many rows and for cells that are too long."""
    return list(iterate_limited_rows(rows))


def iterate_limited_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows while counting them. Raises TableUnreadable as `collect_limited_rows` does."""
    filled = 0
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
        filled += any(cells)
        if (
            number >= MAX_ROWS_WITH_EMPTY
            or filled > MAX_ROWS + 20
            or any(len(cell) > MAX_CELL_LENGTH for cell in cells)
        ):
            raise TableUnreadable(TableReadProblem.TOO_LARGE)
        yield cells

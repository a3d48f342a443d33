"""Reading XLSX: the sheets of a workbook with what is hidden and merged in them, within limits that are checked first.

openpyxl takes time for every element, also for those that nobody needs, so the parts are searched for the number of
their tags, and each sheet for the number of its cells, before it reads anything.
"""

import io
import warnings
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from trainer.documents.upload_limits import (
    LIST_LIMITS,
    MAX_ARCHIVE_PARTS,
    MAX_COLUMNS,
    MAX_SHEETS,
    MAX_TAGS,
    MAX_UNPACKED_BYTES,
    Table,
    TableLimits,
    TableReadProblem,
    TableUnreadable,
    collect_limited_rows,
)

OLD_EXCEL_SIGNATURE = b"\xd0\xcf\x11\xe0"  # of OLE files: .xls, and .xlsx with a password
TRUE_WORDS = ("1", "true")
COLUMN_TAG, ROW_TAG, CELL_TAG, MERGE_TAG = "col", "row", "c", "mergeCell"


@dataclass(frozen=True)
class MergedCells:
    """Cells shown as one: rows and columns counted from 0, the last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass
class SheetLayout:
    """What a sheet hides and merges: hidden rows and columns counted from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged_cells: list[MergedCells] = field(default_factory=list)


@dataclass(frozen=True)
class UploadedSheet:
    """A table as it was uploaded; one of a CSV file has a separator instead of a name, and hides nothing."""

    table: Table
    name: str = ""
    is_hidden: bool = False
    layout: SheetLayout = field(default_factory=SheetLayout)
    separator: str = ""


def read_workbook_sheets(
    content: bytes, sheet_names: Collection[str] = (), limits: TableLimits = LIST_LIMITS
) -> dict[str, Table]:
    """Return the sheets of an XLSX file by name, hidden ones included. Raises TableUnreadable as `read_workbook` does."""
    return {sheet.name: sheet.table for sheet in read_workbook(content, sheet_names, limits)}


def read_workbook(
    content: bytes, sheet_names: Collection[str] = (), limits: TableLimits = LIST_LIMITS
) -> list[UploadedSheet]:
    """Return the sheets of an XLSX file that have one of these names, in any case; else the first MAX_SHEETS sheets.

    Raises TableUnreadable, also for a file or a sheet beyond the limits.
    """
    check_file_type(content)
    check_archive_parts(content)
    from openpyxl.reader.excel import ExcelReader  # imported late: slow, and uploads are rare

    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            warnings.simplefilter("ignore")  # it warns of unsupported features
            reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            reader.read()
            parts = {entry.name: part.target for entry, part in reader.parser.find_sheets()}
            named_sheets = [sheet for sheet in reader.wb.worksheets if sheet.title.strip().lower() in sheet_names]
            return [
                UploadedSheet(
                    layout=read_sheet_layout(archive.read(parts[sheet.title]), limits),
                    table=read_sheet_rows(sheet, limits),
                    name=sheet.title,
                    is_hidden=sheet.sheet_state != "visible",
                )
                for sheet in named_sheets or reader.wb.worksheets[:MAX_SHEETS]
            ]
    except TableUnreadable:
        raise
    except Exception as error:  # a damaged workbook can raise any parser error
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error


def check_file_type(content: bytes) -> None:
    """Raise TableUnreadable for an empty file, and for an old workbook or one with a password."""
    if not content.strip():
        raise TableUnreadable(TableReadProblem.EMPTY)
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)


def check_archive_parts(content: bytes) -> None:
    """Raise TableUnreadable for an archive that is no workbook, unpacks beyond the limits, or declares XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_ARCHIVE_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise TableUnreadable(TableReadProblem.TOO_LARGE)
            if "xl/workbook.xml" not in archive.namelist():
                raise TableUnreadable(TableReadProblem.NO_TABLE)
            tag_count = 0
            for part in parts:
                unpacked = archive.read(part)
                if b"<!DOCTYPE" in unpacked[:2048].replace(b"\0", b"") or b"<!DOCTYPE" in unpacked:
                    raise TableUnreadable(TableReadProblem.NO_TABLE)
                tag_count += unpacked.count(b"<")
            if tag_count > MAX_TAGS:
                raise TableUnreadable(TableReadProblem.TOO_LARGE)
    except TableUnreadable:
        raise
    except Exception as error:  # zipfile, zlib and codecs raise different exceptions
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error


def read_sheet_layout(content: bytes, limits: TableLimits) -> SheetLayout:
    """Return what a sheet hides and merges. Raises TableUnreadable for too many cells."""
    layout = SheetLayout()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = build_layout_handler(layout, limits.cells)
    parser.Parse(content, True)
    return layout


def build_layout_handler(layout: SheetLayout, max_cells: int) -> Callable[[str, dict[str, str]], None]:
    """Return the function that expat calls for each element of a sheet; it fills in the layout."""
    row_number = cell_count = 0

    def handle_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row_number, cell_count
        name = tag.rpartition(" ")[2]
        if name == CELL_TAG:
            cell_count += 1
            if cell_count > max_cells:
                raise TableUnreadable(TableReadProblem.TOO_LARGE)
        elif name == ROW_TAG:
            row_number = int(attributes.get("r", row_number + 1))
            if attributes.get("hidden") in TRUE_WORDS:
                layout.hidden_rows.add(row_number - 1)
        elif name == COLUMN_TAG and attributes.get("hidden") in TRUE_WORDS:
            last_column = min(int(attributes["max"]), MAX_COLUMNS + 1)
            layout.hidden_columns.update(range(int(attributes["min"]) - 1, last_column))
        elif name == MERGE_TAG:
            layout.merged_cells.append(parse_merged_cells(attributes.get("ref", "")))

    return handle_element


def parse_merged_cells(reference: str) -> MergedCells:
    """Return merged cells written like "A1:D1". Raises ValueError."""
    from openpyxl.utils.cell import range_boundaries

    first_column, first_row, last_column, last_row = range_boundaries(reference)
    if first_column is None or first_row is None or last_column is None or last_row is None:
        raise ValueError(reference)
    return MergedCells(first_row - 1, last_row - 1, first_column - 1, last_column - 1)


def read_sheet_rows(sheet: Any, limits: TableLimits) -> Table:
    """Return the rows of a sheet; its declared dimensions are ignored. A column beyond the last one is read to refuse it."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
    return collect_limited_rows((format_row_cells(row) for row in rows), limits)


def format_row_cells(row: tuple[Any, ...]) -> list[str]:
    """Return the cells of a row as texts; none for an empty row, of which a sheet may have a million."""
    return [] if row.count(None) == len(row) else [format_cell_text(cell) for cell in row]


def format_cell_text(cell: Any) -> str:
    """Format a cell as text; whole numbers get no decimals, since Excel stores phone numbers as floats."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)

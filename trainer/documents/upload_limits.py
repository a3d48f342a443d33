"""Limits of uploaded tables, and the exception that says which of them a file exceeds."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

MAX_ROWS = 2_000
MAX_COLUMNS = 60
MAX_ROWS_WITH_EMPTY = 10_000  # including empty rows
MAX_CELL_LENGTH = 2_000
MAX_UNPACKED_BYTES = 40 * 1024 * 1024  # of an unpacked workbook
MAX_ARCHIVE_PARTS = 500
MAX_SHEETS = 10
MAX_SHEET_CELLS = 200_000
MAX_TAGS = 1_500_000  # in all parts of a workbook: reading takes time for each of them

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

"""Limits of uploaded tables, and the exception that says which of them a file exceeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MAX_ROWS = 2_000
MAX_COLUMNS = 256
MAX_UNPACKED_BYTES = 40 * 1024 * 1024  # of an unpacked workbook
MAX_ARCHIVE_PARTS = 500
MAX_SHEETS = 10
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


@dataclass(frozen=True)
class TableLimits:
    """How much one table may hold: the number of its last filled row, letters of a cell and of all, cells of a sheet."""

    last_row: int = 10_000
    cell_letters: int = 2_000
    letters: int = 3_000_000
    cells: int = 200_000


LIST_LIMITS = TableLimits()


def collect_limited_rows(rows: Iterable[list[str]], limits: TableLimits = LIST_LIMITS) -> Table:
    """Return the rows up to the last that is filled; some programs write all 1,048,576 that a sheet can have.

    Raises TableUnreadable beyond the limits.
    """
    table: Table = []
    filled_count = letter_count = 0
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
        if not any(cells):
            continue
        filled_count += 1
        letter_count += sum(map(len, cells))
        if filled_count > MAX_ROWS + 20 or number >= limits.last_row or letter_count > limits.letters:
            raise TableUnreadable(TableReadProblem.TOO_LARGE)
        if any(map(str.strip, row[MAX_COLUMNS:])) or max(map(len, cells)) > limits.cell_letters:
            raise TableUnreadable(TableReadProblem.TOO_LARGE)
        table += [[] for _empty_row in range(number - len(table))]
        table.append(cells)
    return table

"""Reading the rows of a list whose layout is known.

Rows that stand between people (totals, towns, repeated headings) and hidden rows are left out, each with its reason, so that
the organiser sees them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainer.documents.upload_limits import MAX_ROWS, Table, TableReadProblem, TableUnreadable
from trainer.documents.upload_workbook import SheetLayout, UploadedSheet
from trainer.language.collation import fold_text
from trainer.registration.imports.cells import is_contact_row
from trainer.registration.imports.columns import ListLayout, list_heading_texts
from trainer.registration.imports.headings import build_words_pattern, normalise_heading, rate_heading

TOTAL_WORDS = build_words_pattern("итого; всего; жиыны; жиынтығы; барлығы; қорытынды; total; sum")
PLACE_WORDS = build_words_pattern(
    "қала; аудан; облыс; ауыл; кент; город; г ; район; област; село; посел; бөлім; топ; группа; отдел; city; town; district; "
    "region; group"
)


class LeftOutReason(StrEnum):
    """Why a row is no person to register."""

    HIDDEN = "hidden"
    NO_PERSON = "no_person"


@dataclass(frozen=True)
class ImportRow:
    """A row of the file: its row number, its cells by role, all its cells as they stand there, and why it is left out."""

    number: int
    cells: Mapping[str, str]
    all_cells: tuple[str, ...] = ()
    left_out_reason: LeftOutReason | None = None

    @property
    def text(self) -> str:
        """Return all cells that are not empty, separated by commas."""
        return ", ".join(filter(None, self.all_cells))


@dataclass(frozen=True)
class ImportSheet:
    """The rows of a list, in its order, and its headings."""

    rows: list[ImportRow]
    headings: list[str]

    @property
    def people_rows(self) -> list[ImportRow]:
        """Return the rows that are not left out."""
        return [row for row in self.rows if row.left_out_reason is None]

    @property
    def left_out_rows(self) -> list[ImportRow]:
        """Return the rows that are left out."""
        return [row for row in self.rows if row.left_out_reason is not None]


def read_import_sheet(sheets: Sequence[UploadedSheet], layout: ListLayout) -> ImportSheet:
    """Return the rows below the headings that have anything in them. Raises TableUnreadable for no people or too many."""
    sheet = sheets[layout.sheet]
    headings = list_heading_texts(sheet.table, layout.heading_end)
    table = fill_merged_cells(sheet.table, sheet.layout, layout.heading_end)
    rows = [
        ImportRow(
            index + 1,
            read_row_cells(cells, layout.columns),
            tuple(cells),
            find_left_out_reason(index, cells, layout, headings, sheet.layout),
        )
        for index, cells in enumerate(table[layout.heading_end :], layout.heading_end)
        if any(cells)
    ]
    read = ImportSheet(rows, headings)
    if not read.people_rows:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if len(read.people_rows) > MAX_ROWS:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    return read


def fill_merged_cells(table: Table, layout: SheetLayout, first_row: int) -> Table:
    """Return the table with the value of cells that are merged downwards repeated in each of their rows."""
    filled = [list(row) for row in table]
    for merged in layout.merged_cells:
        is_downward = first_row <= merged.first_row < merged.last_row and merged.first_column == merged.last_column
        if not is_downward or merged.first_row >= len(filled) or merged.first_column >= len(filled[merged.first_row]):
            continue
        for row in filled[merged.first_row : merged.last_row + 1]:
            if merged.first_column < len(row) and any(row):
                row[merged.first_column] = filled[merged.first_row][merged.first_column]
    return filled


def read_row_cells(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Return the cells of a row by role."""
    return {role: cells[index] if index < len(cells) else "" for role, index in columns.items()}


def find_left_out_reason(
    index: int, cells: Sequence[str], layout: ListLayout, headings: Sequence[str], sheet_layout: SheetLayout
) -> LeftOutReason | None:
    """Return why a row is no person to register; None if it may be one."""
    if index in sheet_layout.hidden_rows:
        return LeftOutReason.HIDDEN
    filled = [cell for cell in cells if cell]
    if is_contact_row(filled):
        return None
    is_wide = any(
        merged.first_row == merged.last_row == index and merged.first_column < merged.last_column
        for merged in sheet_layout.merged_cells
    )
    texts = [fold_text(cell) for cell in filled if not cell.isdigit()]
    is_section = len(texts) == 1 and (is_wide or PLACE_WORDS.search(texts[0] + " ") is not None)
    is_total = bool(texts) and TOTAL_WORDS.match(texts[0]) is not None
    is_part = is_section or is_total or is_heading_again(cells, layout, headings)
    return LeftOutReason.NO_PERSON if is_part or not any(map(str.isalnum, "".join(filled))) else None


def is_heading_again(cells: Sequence[str], layout: ListLayout, headings: Sequence[str]) -> bool:
    """Return whether a row repeats the headings, or has a heading in each column that is read."""
    read_cells = read_row_cells(cells, layout.columns).values()
    if bool(read_cells) and all(map(rate_heading, read_cells)):
        return True
    pairs = [(normalise_heading(cell), normalise_heading(text)) for cell, text in zip(cells, headings, strict=False)]
    return sum(map(bool, cells)) >= 2 and all(cell == text for cell, text in pairs if cell)

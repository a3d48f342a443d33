"""Reading a list of people from a table: its sheet, and the cells of each row.

Rows that stand between people (totals, towns, repeated headings) and hidden rows are left out, each with its reason, so that
the organiser sees them. A sheet is read only if it is visible.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trainer.documents.upload_limits import MAX_ROWS, Table, TableReadProblem, TableUnreadable
from trainer.documents.upload_workbook import SheetLayout, UploadedSheet
from trainer.language.collation import fold_text
from trainer.registration.imports.columns import (
    Headings,
    build_words_pattern,
    find_headings,
    index_by_spelling,
    is_email_like,
    is_phone_like,
    normalise_heading,
    rate_heading,
)

LANGUAGE_SPELLINGS = {
    "kk": "kk; kz; қаз; қазақша; қазақ; қазақ тілі; казахский; каз; kazakh",
    "ru": "ru; рус; орысша; орыс; орыс тілі; русский; russian",
    "en": "en; ағылшынша; ағылшын; ағылшын тілі; английский; англ; english",
}
LANGUAGE_BY_SPELLING = index_by_spelling(LANGUAGE_SPELLINGS)
TOTAL_WORDS = build_words_pattern("итого; всего; жиыны; жиынтығы; барлығы; қорытынды; total; sum")
PLACE_WORDS = build_words_pattern(
    "қала; аудан; облыс; ауыл; кент; город; г ; район; област; село; посел; бөлім; топ; группа; отдел; city; town; district; "
    "region; group"
)
BLANK_CELL = re.compile(r"[\s\-‐-―−_.…·*/\\]+")  # what people put into a cell to say that there is nothing
BLANK_WORDS = {
    normalise_heading(word) for word in ("жоқ", "нет", "отсутствует", "no", "none", "n/a", "б/о", "нет данных")
}
COLUMNS_WITH_BLANK_WORDS = ("patronymic", "email", "workplace", "position", "language")
EXPONENT_NUMBER = re.compile(r"(\d)(?:[.,](\d+))?[eEеЕ]\+?(\d+)")


class ColumnsMissing(ValueError):
    """No row near the top names the required columns."""


class LeftOutReason(StrEnum):
    """Why a row is no person to register."""

    HIDDEN = "hidden"
    NO_PERSON = "no_person"


@dataclass(frozen=True)
class ImportRow:
    """A row of the file: its row number, its cells by column name, and all its cells as they stand there."""

    number: int
    cells: dict[str, str]
    all_cells: tuple[str, ...] = ()

    @property
    def cell_text(self) -> str:
        """Return the cells that are not empty, separated by commas."""
        return ", ".join(cell for cell in self.cells.values() if cell)


@dataclass(frozen=True)
class LeftOutRow:
    """A row that is not imported: its number, its cells, and the reason."""

    number: int
    all_cells: tuple[str, ...]
    reason: LeftOutReason

    @property
    def text(self) -> str:
        """Return the cells that are not empty, separated by commas."""
        return ", ".join(filter(None, self.all_cells))


@dataclass(frozen=True)
class ImportSheet:
    """The rows of a list, its headings, the rows left out, and the sheets read and not read."""

    rows: list[ImportRow]
    headings: list[str]
    unknown_columns: list[str]
    left_out_rows: list[LeftOutRow]
    sheet_name: str
    other_sheet_names: list[str]


def parse_import_sheets(sheets: Sequence[UploadedSheet]) -> ImportSheet:
    """Return the rows of the first visible sheet that has the required columns. Raises ColumnsMissing and TableUnreadable."""
    for sheet in sheets:
        headings = None if sheet.is_hidden else find_headings(sheet.table)
        if headings is not None:
            others = [
                other.name for other in sheets if other is not sheet and other.name and any(map(any, other.table))
            ]
            return build_import_sheet(sheet, headings, others)
    raise ColumnsMissing


def build_import_sheet(sheet: UploadedSheet, headings: Headings, other_sheet_names: list[str]) -> ImportSheet:
    """Return the rows below the headings. Raises TableUnreadable for none or too many."""
    table = fill_merged_cells(sheet.table, sheet.layout, headings.end)
    rows, left_out_rows = [], []
    for index, cells in enumerate(table[headings.end :], headings.end):
        reason = find_left_out_reason(index, cells, headings, sheet.layout)
        row = ImportRow(index + 1, read_row_cells(cells, headings.columns), tuple(cells))
        if reason is None:
            rows.append(row)
        elif any(cells):
            left_out_rows.append(LeftOutRow(index + 1, tuple(cells), reason))
    filled_rows = [row for row in rows if row.cell_text]
    if not filled_rows:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if len(filled_rows) > MAX_ROWS:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    return ImportSheet(
        filled_rows, headings.texts, headings.unknown_texts, left_out_rows, sheet.name, other_sheet_names
    )


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


def read_row_cells(cells: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    """Return the cells of a row by column name."""
    return {name: cells[index] if index < len(cells) else "" for name, index in columns.items()}


def find_left_out_reason(
    index: int, cells: Sequence[str], headings: Headings, layout: SheetLayout
) -> LeftOutReason | None:
    """Return why a row is no person to register; None if it may be one."""
    if index in layout.hidden_rows:
        return LeftOutReason.HIDDEN
    filled = [cell for cell in cells if cell]
    if not filled or any(is_phone_like(cell) or is_email_like(cell) for cell in filled):
        return None
    is_wide = any(
        merged.first_row == merged.last_row == index and merged.first_column < merged.last_column
        for merged in layout.merged_cells
    )
    texts = [fold_text(cell) for cell in filled if not cell.isdigit()]
    is_section = len(texts) == 1 and (is_wide or PLACE_WORDS.search(texts[0] + " ") is not None)
    is_total = bool(texts) and TOTAL_WORDS.match(texts[0]) is not None
    is_heading_again = all(map(rate_heading, read_row_cells(cells, headings.columns).values()))
    return LeftOutReason.NO_PERSON if is_section or is_total or is_heading_again else None


def build_form_cells(row: ImportRow) -> dict[str, str]:
    """Return the cells of a row as form data: full names are split, phone and language normalised, dashes emptied."""
    cells = {name: "" if is_blank_cell(name, cell) else cell for name, cell in row.cells.items()}
    full_name = cells.pop("full_name", "")
    parts = [] if "surname" in cells else full_name.split(maxsplit=2)
    for name, part in zip(("surname", "given_name", "patronymic"), parts, strict=False):
        cells.setdefault(name, "" if is_blank_cell("patronymic", part) else part)
    cells["phone"] = normalise_phone_cell(cells.get("phone", ""))
    language = cells.get("language", "")
    cells["language"] = LANGUAGE_BY_SPELLING.get(normalise_heading(language), language) or "kk"
    return cells


def is_blank_cell(name: str, cell: str) -> bool:
    """Return whether a cell says that there is nothing: a dash, or a word for "none" where that is no value itself."""
    return bool(BLANK_CELL.fullmatch(cell)) or (
        name in COLUMNS_WITH_BLANK_WORDS and normalise_heading(cell) in BLANK_WORDS
    )


def normalise_phone_cell(cell: str) -> str:
    """Return a phone number that a spreadsheet stored as a number, such as 77015550101.0 or 7.7015550101E+10, as digits.

    A number that it has rounded, such as 7.70156E+10, is returned as it stands: its last digits are lost.
    """
    return expand_exponent(cell) or re.sub(r"(?<=\d{6})[.,]0+$", "", cell)


def expand_exponent(cell: str) -> str:
    """Return the digits of a whole number written with an exponent; empty if it is none, or if digits are missing."""
    number = EXPONENT_NUMBER.fullmatch(cell)
    if number is None:
        return ""
    digits, power = number[2] or "", int(number[3])
    return number[1] + digits[:power] if power <= len(digits) and not digits[power:].strip("0") else ""


def is_rounded_number(cell: str) -> bool:
    """Return whether a cell is a number with an exponent whose last digits the spreadsheet has lost."""
    return EXPONENT_NUMBER.fullmatch(cell) is not None and not expand_exponent(cell)

"""The sheets of an XLSForm workbook as rows: their columns by name, their texts in the languages we speak."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.documents.upload_tables import Table
from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translated import Translated
from trainer.surveys.questions.model import Choice
from trainer.surveys.xlsform.export import CORRECT_COLUMN, KIND_COLUMN, XlsformCells
from trainer.web import text

READ_COLUMNS = {
    "type",
    "name",
    "label",
    "required",
    "relevant",
    "constraint",
    "appearance",
    "parameters",
    "hint",
    "disabled",
    KIND_COLUMN,
}
READ_COLUMNS |= {"list_name", "list name", CORRECT_COLUMN}
YES_CELLS = {"yes", "true", "true()", "1", "да", "иә"}
NO_CELLS = {"", "no", "false", "false()", "0", "нет", "жоқ"}
LANGUAGE_CODES_BY_NAME = {
    **{each: each for each in LANGUAGES},
    **{LANGUAGE_NAMES[each].casefold(): each for each in LANGUAGES},
}
LANGUAGE_CODES_BY_NAME |= {"kazakh": "kk", "russian": "ru", "english": "en"}


@dataclass(frozen=True)
class XlsformRow:
    """A row of a sheet that says something, with its texts in their languages."""

    number: int
    cells: XlsformCells
    label: Translated

    def get_cell(self, column: str) -> str:
        """Give a cell."""
        return self.cells.get(column, "")

    @property
    def hint_cells(self) -> XlsformCells:
        """Give the hints by their columns."""
        return {name: cell for name, cell in self.cells.items() if cell and name.partition("::")[0].strip() == "hint"}


def parse_sheet_rows(table: Table, default_language: str) -> list[XlsformRow]:
    """Give the rows of a sheet that say something; the first such row names the columns."""
    filled = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled:
        return []
    columns = [" ".join(each.split()) for each in filled[0][1]]
    found = []
    for number, row in filled[1:]:
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
        parts = {
            language: cell
            for name, cell in cells.items()
            if (language := get_label_language(name, default_language)) and cell
        }
        found.append(
            XlsformRow(
                number,
                {**cells, "list_name": cells.get("list_name") or cells.get("list name", "")},
                clean_label_text(parts),
            )
        )
    return found


def get_label_language(column: str, default_language: str) -> str:
    """Say whose language a column of labels is in, empty for another column or language."""
    name, _colons, language = column.partition("::")
    if name.strip().lower() != "label":
        return ""
    return find_language_code(language) if language else default_language


def find_language_code(name: str) -> str:
    """Find a language by the name or the code in brackets that a form gives it, empty where we don't speak it."""
    coded = re.search(r"\(([a-z]{2,3})(?:-[\w-]+)?\)\s*$", name.strip().lower())
    return LANGUAGE_CODES_BY_NAME.get(coded.group(1) if coded else name.strip().casefold(), "")


def clean_label_text(parts: Mapping[str, str]) -> Translated:
    """Clean a text; one of several lines becomes one line."""
    return Translated.from_mapping(
        {language: " ".join(text.clean_text(said).split("\n")) for language, said in parts.items()}
    )


def list_unread_columns(table: Table) -> list[str]:
    """Give the columns that hold something and are not read."""
    filled = [row for row in table if any(row)]
    names = filled[0] if filled else []
    return [
        name
        for place, name in enumerate(names)
        if any(row[place] for row in filled[1:] if place < len(row)) and not is_read_column(" ".join(name.split()))
    ]


def is_read_column(column: str) -> bool:
    """Whether a column is read."""
    name, _colons, language = column.partition("::")
    if column in READ_COLUMNS or (name in ("label", "hint") and not language):
        return True
    return name in ("label", "hint") and bool(find_language_code(language))


def group_choices_by_list(rows: Sequence[XlsformRow]) -> dict[str, list[tuple[XlsformRow, Choice]]]:
    """Give the lists of choices by their names, each choice with its row and with the name that the file gives it."""
    found: dict[str, list[tuple[XlsformRow, Choice]]] = {}
    for line in rows:
        choice = Choice(line.get_cell("name"), line.label, line.get_cell(CORRECT_COLUMN).lower() in YES_CELLS)
        found.setdefault(line.get_cell("list_name"), []).append((line, choice))
    return found


def is_yes_cell(cell: str) -> bool:
    """Whether a cell says yes."""
    return cell.strip().lower() in YES_CELLS


def is_no_cell(cell: str) -> bool:
    """Whether a cell says no, or nothing."""
    return cell.strip().lower() in NO_CELLS

"""The sheets of an XLSForm workbook as rows with named cells and with labels in our languages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.documents.upload_limits import Table
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
    "choice_filter",
    KIND_COLUMN,
    "list_name",
    "list name",
    CORRECT_COLUMN,
}
YES_CELLS = {"yes", "true", "true()", "1", "да", "иә"}
NO_CELLS = {"", "no", "false", "false()", "0", "нет", "жоқ"}
LANGUAGE_CODES_BY_NAME = {
    **{language: language for language in LANGUAGES},
    **{LANGUAGE_NAMES[language].casefold(): language for language in LANGUAGES},
    **dict.fromkeys(("kz", "kaz", "qaz", "kazakh", "qazaq", "қазақ", "казахский", "қаз", "каз"), "kk"),
    **dict.fromkeys(("rus", "russian", "русский", "орыс", "орысша", "рус"), "ru"),
    **dict.fromkeys(("eng", "english", "английский", "ағылшын", "ағылшынша"), "en"),
}
KAZAKH_LETTER, CYRILLIC_LETTER = re.compile("[әғқңөұүһі]", re.IGNORECASE), re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class XlsformRow:
    """A row of a sheet that is not empty: its number counted from 1, its cells, and its label in our languages."""

    number: int
    cells: XlsformCells
    label: Translated

    def get_cell(self, column: str) -> str:
        """Return the cell of a column; empty if there is none."""
        return self.cells.get(column, "")

    @property
    def hint_cells(self) -> XlsformCells:
        """Return the hints that are not empty, by column name."""
        return {name: cell for name, cell in self.cells.items() if cell and name.partition("::")[0].strip() == "hint"}


def parse_sheet_rows(table: Table, default_language: str) -> list[XlsformRow]:
    """Return the rows of a sheet that are not empty, after the first of them, which names the columns.

    A column `label` without a language is read as `default_language`.
    """
    filled_rows = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled_rows:
        return []
    columns = [normalise_column(name) for name in filled_rows[0][1]]
    rows = []
    for number, row in filled_rows[1:]:
        cells: XlsformCells = {}
        for name, cell in zip(columns, row, strict=False):
            if name and not cells.get(name):  # of two columns with the same name, the first that is filled counts
                cells[name] = cell
        cells["list_name"] = cells.get("list_name") or cells.get("list name", "")
        labels = {
            language: cell
            for name, cell in cells.items()
            if (language := get_label_language(name, default_language)) and cell
        }
        rows.append(XlsformRow(number, cells, clean_label_text(labels)))
    return rows


def normalise_column(name: str) -> str:
    """Return a column name as XLSForm writes it: "Label : Russian" is "label::Russian"."""
    base, *language = re.split(r"\s*::?\s*", " ".join(name.split()), maxsplit=1)
    return "::".join([base.lower(), *language])


def guess_default_language(*tables: Table) -> str:
    """Return the language of the columns `label` without a language, by their letters; Kazakh if there are none."""
    rows = [row for table in tables for row in parse_sheet_rows(table, LANGUAGES[0])]
    letters = " ".join(row.get_cell("label") for row in rows)
    if KAZAKH_LETTER.search(letters) or not any(letter.isalpha() for letter in letters):
        return LANGUAGES[0]
    return "ru" if CYRILLIC_LETTER.search(letters) else "en"


def get_label_language(column: str, default_language: str) -> str:
    """Return the code of the language of a label column; empty for another column or an unknown language."""
    name, _colons, language = column.partition("::")
    if name.strip().lower() != "label":
        return ""
    return find_language_code(language) if language else default_language


def find_language_code(name: str) -> str:
    """Return the code of a language named as in XLSForm, "Russian" or "Russian (ru)"; empty if it is not ours."""
    code_match = re.search(r"\(([a-z]{2,3})(?:-[\w-]+)?\)\s*$", name.strip().lower())
    return LANGUAGE_CODES_BY_NAME.get(code_match.group(1) if code_match else name.strip().casefold(), "")


def clean_label_text(labels: Mapping[str, str]) -> Translated:
    """Return labels by language as a cleaned text; several lines become one."""
    return Translated.from_mapping(
        {language: " ".join(text.clean_text(label).split("\n")) for language, label in labels.items()}
    )


def list_unread_columns(table: Table) -> list[str]:
    """Return the names of the columns that have content but are not imported."""
    filled_rows = [row for row in table if any(row)]
    names = filled_rows[0] if filled_rows else []
    return [
        name
        for column, name in enumerate(names)
        if any(row[column] for row in filled_rows[1:] if column < len(row))
        and not is_read_column(normalise_column(name))
    ]


def is_read_column(column: str) -> bool:
    """Return whether a column is imported."""
    name, _colons, language = column.partition("::")
    if column in READ_COLUMNS or (name in ("label", "hint") and not language):
        return True
    return name in ("label", "hint") and bool(find_language_code(language))


def group_choices_by_list(rows: Sequence[XlsformRow]) -> dict[str, list[tuple[XlsformRow, Choice]]]:
    """Return the choices by list name, each with its row; their keys are the names in the file."""
    lists: dict[str, list[tuple[XlsformRow, Choice]]] = {}
    for row in rows:
        choice = Choice(row.get_cell("name"), row.label, row.get_cell(CORRECT_COLUMN).lower() in YES_CELLS)
        lists.setdefault(row.get_cell("list_name"), []).append((row, choice))
    return lists


def is_yes_cell(cell: str) -> bool:
    """Return whether a cell means yes."""
    return cell.strip().lower() in YES_CELLS


def is_no_cell(cell: str) -> bool:
    """Return whether a cell means no; an empty cell does."""
    return cell.strip().lower() in NO_CELLS

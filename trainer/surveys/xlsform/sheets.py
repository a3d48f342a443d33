"""The sheets of an XLSForm workbook as rows: their columns by name, their texts in the languages we speak."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.documents.upload_tables import Table
from trainer.language import LANGUAGES, OWN_NAMES
from trainer.language.translated import Translated
from trainer.surveys.questions.model import Choice
from trainer.surveys.xlsform.export import KIND, RIGHT, Row
from trainer.web import text

READ = {
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
    KIND,
}
READ |= {"list_name", "list name", RIGHT}
YES = {"yes", "true", "true()", "1", "да", "иә"}
NO = {"", "no", "false", "false()", "0", "нет", "жоқ"}
NAMED = {**{each: each for each in LANGUAGES}, **{OWN_NAMES[each].casefold(): each for each in LANGUAGES}}
NAMED |= {"kazakh": "kk", "russian": "ru", "english": "en"}


@dataclass(frozen=True)
class Line:
    """A row of a sheet that says something, with its texts in their languages."""

    number: int
    cells: Row
    label: Translated

    def get(self, column: str) -> str:
        """Give a cell."""
        return self.cells.get(column, "")

    @property
    def hints(self) -> Row:
        """Give the hints by their columns."""
        return {name: cell for name, cell in self.cells.items() if cell and name.partition("::")[0].strip() == "hint"}


def lines_of(table: Table, spoken: str) -> list[Line]:
    """Give the rows of a sheet that say something; the first such row names the columns."""
    filled = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled:
        return []
    columns = [" ".join(each.split()) for each in filled[0][1]]
    found = []
    for number, row in filled[1:]:
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
        parts = {language: cell for name, cell in cells.items() if (language := language_of(name, spoken)) and cell}
        found.append(
            Line(number, {**cells, "list_name": cells.get("list_name") or cells.get("list name", "")}, words(parts))
        )
    return found


def language_of(column: str, spoken: str) -> str:
    """Say whose language a column of labels is in, empty for another column or language."""
    name, _colons, language = column.partition("::")
    if name.strip().lower() != "label":
        return ""
    return language_named(language) if language else spoken


def language_named(name: str) -> str:
    """Find a language by the name or the code in brackets that a form gives it, empty where we don't speak it."""
    coded = re.search(r"\(([a-z]{2,3})(?:-[\w-]+)?\)\s*$", name.strip().lower())
    return NAMED.get(coded.group(1) if coded else name.strip().casefold(), "")


def words(parts: Mapping[str, str]) -> Translated:
    """Clean a text; one of several lines becomes one line."""
    return Translated.of({language: " ".join(text.clean(said).split("\n")) for language, said in parts.items()})


def unread(table: Table) -> list[str]:
    """Give the columns that hold something and are not read."""
    filled = [row for row in table if any(row)]
    names = filled[0] if filled else []
    return [
        name
        for place, name in enumerate(names)
        if any(row[place] for row in filled[1:] if place < len(row)) and not is_read(" ".join(name.split()))
    ]


def is_read(column: str) -> bool:
    """Whether a column is read."""
    name, _colons, language = column.partition("::")
    if column in READ or (name in ("label", "hint") and not language):
        return True
    return name in ("label", "hint") and bool(language_named(language))


def lists_of(lines: Sequence[Line]) -> dict[str, list[tuple[Line, Choice]]]:
    """Give the lists of choices by their names, each choice with its row and with the name that the file gives it."""
    found: dict[str, list[tuple[Line, Choice]]] = {}
    for line in lines:
        choice = Choice(line.get("name"), line.label, line.get(RIGHT).lower() in YES)
        found.setdefault(line.get("list_name"), []).append((line, choice))
    return found


def is_yes(cell: str) -> bool:
    """Whether a cell says yes."""
    return cell.strip().lower() in YES


def is_no(cell: str) -> bool:
    """Whether a cell says no, or nothing."""
    return cell.strip().lower() in NO

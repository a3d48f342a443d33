"""Cells of a plan's workbook: texts, codes, words and dates, with a problem for each that is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.projects.annex.periods import parse_period
from trainer.projects.plan_validation import MAX_CODE_LENGTH
from trainer.projects.spreadsheet.layout import SheetColumn, index_names, normalise_cell
from trainer.web.text import clean_free_text, find_unprintable_characters

LETTERS_IN_ALPHABET = 26


@dataclass
class PlanSheet:
    """A sheet: its name in the file, its columns by key as indexes from 0, and its rows with their numbers from 1."""

    name: str
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


class CellReader:
    """Reads cells and collects the problems."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def report(self, sheet: PlanSheet, row: int, key: str, problem: str) -> None:
        """Add a problem of a cell."""
        index = sheet.columns.get(key)
        if index is None:
            place = _("sheet “%(sheet)s”, row %(row)d", sheet=sheet.name, row=row)
        else:
            place = _(
                "sheet “%(sheet)s”, row %(row)d, column %(column)s",
                sheet=sheet.name,
                row=row,
                column=format_column(index),
            )
        self.problems.append(f"{place}: {problem}")

    def get_cell(self, sheet: PlanSheet, row: Sequence[str], key: str) -> str:
        """Return a cell by the key of its column; empty without the column."""
        index = sheet.columns.get(key, len(row))
        return clean_free_text(row[index]) if index < len(row) else ""

    def read_texts(
        self, sheet: PlanSheet, number: int, row: Sequence[str], key: str, required: bool = False
    ) -> dict[str, str]:
        """Return a text by language; reports one that is missing or can't be printed."""
        texts = {language: self.get_cell(sheet, row, f"{key}_{language}") for language in LANGUAGES}
        for language, text in texts.items():
            if odd := find_unprintable_characters(text):
                self.report(
                    sheet, number, f"{key}_{language}", _("Remove these characters: %(odd)s", odd=" ".join(odd[:5]))
                )
        if required and not any(texts.values()):
            self.report(sheet, number, f"{key}_kk", _("a text is missing"))
        return {language: text for language, text in texts.items() if text}

    def read_code(self, sheet: PlanSheet, number: int, row: Sequence[str], seen: set[str]) -> str:
        """Return the code of a row; reports one that is missing, too long or used before."""
        code = self.get_cell(sheet, row, "code")
        if not code or len(code) > MAX_CODE_LENGTH or find_unprintable_characters(code):
            self.report(
                sheet, number, "code", _("a code of at most %(length)d characters is needed", length=MAX_CODE_LENGTH)
            )
        elif code in seen:
            self.report(sheet, number, "code", _("the code %(code)s is used twice", code=code))
        seen.add(code)
        return code

    def read_word(self, sheet: PlanSheet, number: int, row: Sequence[str], column: SheetColumn) -> str | None:
        """Return the key of a word; None for an empty cell. Reports a word that is none of the list."""
        cell = self.get_cell(sheet, row, column.key)
        if not cell:
            return None
        words = index_names(column.words or {})
        if normalise_cell(cell) not in words:
            self.report(sheet, number, column.key, _("“%(word)s” is not in the list of words", word=cell[:60]))
            return None
        return words[normalise_cell(cell)]

    def read_day(self, sheet: PlanSheet, number: int, cell: str, key: str) -> date | None:
        """Return a date; reports one that is missing or none."""
        period = parse_period(re.sub(r"[ T]00:00(:00)?$", "", cell))
        if period is None or period[0] != period[1]:
            self.report(sheet, number, key, _("a date is needed, such as 01.05.2025"))
            return None
        return period[0]


def format_column(index: int) -> str:
    """Return the letters of a column, counted from 0: A to Z, AA and so on."""
    high, low = divmod(index, LETTERS_IN_ALPHABET)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)

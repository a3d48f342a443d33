"""What an import of an XLSForm workbook leaves out or changes, row by row, and workbooks without anything to import."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class XlsformProblemKind(StrEnum):
    """What was left out of a row or changed, or why a workbook can't be imported."""

    SHEET = "sheet"  # no sheet survey, or one without the column type; nothing is imported
    # The row is left out:
    TYPE = "type"
    NO_TEXT = "no_text"
    IIN = "iin"
    TOO_LONG = "too_long"  # a choice; longer questions are divided
    LIST = "list"  # an unknown list of choices, or one with too few or too many choices
    TOO_MANY = "too_many"
    # The row is imported, but not this part of it:
    CONDITION = "condition"
    CONSTRAINT = "constraint"
    REQUIRED = "required"
    PARAMETERS = "parameters"
    FILTER = "filter"
    REPEAT = "repeat"
    CHARACTERS = "characters"
    FORMATTING = "formatting"
    REFERENCE = "reference"  # the answer to another question within a text
    LANGUAGE = "language"  # no text in a language that other rows have
    # The row is imported, but may mean something else:
    GROUP = "group"  # without start or end
    HEADING = "heading"  # our own heading precedes it, as the last one has another condition
    NEGATION = "negation"  # shown after another answer, but not before there is one
    DATE = "date"  # a text that is a date, which spreadsheet programs make of "1-5"
    NAME_AS_TEXT = "name_as_text"  # a choice without text


@dataclass(frozen=True)
class XlsformProblem:
    """A problem of a row, by its number in the sheet counted from 1; 0 stands for the whole sheet."""

    sheet: str
    row: int
    kind: XlsformProblemKind
    detail: str = ""


class XlsformInvalid(Exception):
    """The workbook has no sheet of questions, or no row of it can be imported."""

    def __init__(self, problems: Sequence[XlsformProblem]) -> None:
        super().__init__(
            ", ".join(f"{problem.sheet} {problem.row}: {problem.kind} {problem.detail}" for problem in problems)
        )
        self.problems = list(problems)

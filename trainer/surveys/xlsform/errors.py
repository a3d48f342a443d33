"""Problems for which an XLSForm workbook is rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class XlsformProblemKind(StrEnum):
    """The reason why a row of a workbook can't be imported."""

    SHEET = "sheet"  # no sheet survey, or one without the column type
    TYPE = "type"
    NAME = "name"  # missing, or used by another question or another choice of the list
    NO_TEXT = "no_text"
    TEXT = "text"  # unprintable characters, HTML tags or an IIN
    TOO_LONG = "too_long"
    LIST = "list"  # an unknown list of choices, or one with too few or too many choices
    CONDITION = "condition"
    CONSTRAINT = "constraint"
    REQUIRED = "required"
    PARAMETERS = "parameters"
    GROUP = "group"  # without start or end, or with a condition inside a group with a condition
    AFTER_GROUP = "after_group"  # it would belong to a section with another condition
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class XlsformProblem:
    """A problem of a row, by its number in the sheet counted from 1; 0 stands for the whole sheet."""

    sheet: str
    row: int
    kind: XlsformProblemKind
    detail: str = ""


class XlsformInvalid(Exception):
    """Some rows can't be imported, so nothing is."""

    def __init__(self, problems: Sequence[XlsformProblem]) -> None:
        super().__init__(
            ", ".join(f"{problem.sheet} {problem.row}: {problem.kind} {problem.detail}" for problem in problems)
        )
        self.problems = list(problems)

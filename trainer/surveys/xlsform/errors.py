"""What can keep a row of an XLSForm workbook from being taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class XlsformProblemKind(StrEnum):
    """Why a row can't be taken."""

    SHEET = "sheet"  # the workbook has no such sheet, or it names no columns
    TYPE = "type"
    NAME = "name"  # none, or one that another row, or another choice of the list, has
    NO_TEXT = "no_text"
    TEXT = "text"  # characters that no document shows, or tags
    TOO_LONG = "too_long"
    LIST = "list"  # no such list of choices, or one that can't be offered
    CONDITION = "condition"
    CONSTRAINT = "constraint"
    REQUIRED = "required"
    PARAMETERS = "parameters"
    GROUP = "group"  # never ended, never begun, or one with a condition inside another one
    AFTER_GROUP = "after_group"  # it would belong to a section that is shown only to some
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class XlsformProblem:
    """What is wrong with a row, by its number in the sheet; 0 stands for the whole sheet."""

    sheet: str
    row: int
    kind: XlsformProblemKind
    detail: str = ""


class XlsformInvalid(Exception):
    """Some rows can't be taken; nothing is."""

    def __init__(self, problems: Sequence[XlsformProblem]) -> None:
        super().__init__(", ".join(f"{each.sheet} {each.row}: {each.kind} {each.detail}" for each in problems))
        self.problems = list(problems)

"""The tables of the plan: one for each task, a row or several for each activity."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from trainer.projects.annex.headings import PLAN_COLUMNS, TASK_HEADING, find_columns
from trainer.projects.annex.text import Cell, WordTable

HEADING_SEARCH_ROWS = 4
NUMBER = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2})?)\s*[.)]\s*")
EMPTY = Cell([], 0)


@dataclass
class AnnexActivity:
    """The cells of an activity: title, place and period as texts, and the rows of names and values."""

    table: int
    row: int
    title: str
    place: str = ""
    period: str = ""
    rows: list[tuple[Cell, Cell]] = field(default_factory=list)


@dataclass
class AnnexSection:
    """A task, or a section that the contract requires: its heading as printed and its activities."""

    heading: str
    activities: list[AnnexActivity] = field(default_factory=list)


@dataclass
class Columns:
    """The columns of a plan table: the cells of its headings by role."""

    cells: dict[str, Cell]
    indexes: dict[str, int]
    count: int

    def pick_cell(self, row: Sequence[Cell], role: str) -> Cell:
        """Return the cell of a row below a heading: at its place if the row has as many cells, else at its width."""
        if role not in self.cells:
            return EMPTY
        if len(row) == self.count:
            return row[self.indexes[role]]
        heading = self.cells[role]
        overlaps = {
            min(cell.column + cell.width, heading.column + heading.width) - max(cell.column, heading.column): cell
            for cell in reversed(row)
        }
        widest = max(overlaps, default=0)
        return overlaps[widest] if widest > 0 else EMPTY


class PlanTableReader:
    """Collects sections and activities from the tables of the plan, which may be cut anywhere by the end of a page."""

    def __init__(self) -> None:
        self.sections: list[AnnexSection] = []
        self.columns: Columns | None = None

    def read_table(self, table: WordTable, headings: Sequence[str]) -> bool:
        """Read a table of the plan; `headings` are the lines above it since the table before. Return whether it is one."""
        heading_row = next((row for row in table.rows[:HEADING_SEARCH_ROWS] if find_plan_columns(row)), None)
        continues = heading_row is None and not headings and self.columns is not None
        if heading_row is None and not (continues and self.has_plan_width(table)):
            return False
        if headings:
            self.sections.append(AnnexSection(choose_heading(headings)))
        elif not self.sections:
            self.sections.append(AnnexSection(""))
        numbered = any(NUMBER.match(row[0].text) for row in table.rows if row and not find_plan_columns(row))
        for number, row in enumerate(table.rows, 1):
            self.read_row(table.number, number, row, numbered)
        return True

    def has_plan_width(self, table: WordTable) -> bool:
        """Return whether rows of a table without headings have as many cells as the table before."""
        return self.columns is not None and any(len(row) == self.columns.count for row in table.rows)

    def read_row(self, table: int, number: int, row: Sequence[Cell], numbered: bool) -> None:
        """Read a row: headings, the heading of a task across the table, a new activity, or more of the one above."""
        found = find_plan_columns(row)
        if found:
            self.columns = found
            return
        filled = [cell for cell in row if cell.text]
        if not filled or self.columns is None:
            return
        if (
            len(filled) == 1
            and (len(row) == 1 or TASK_HEADING.match(filled[0].text))
            and len(row) <= self.columns.count
        ):
            self.sections.append(AnnexSection(filled[0].text))
            return
        title, place = self.columns.pick_cell(row, "activity"), self.columns.pick_cell(row, "place")
        period = self.columns.pick_cell(row, "period")
        activities = self.sections[-1].activities
        starts = bool(title.text) and not title.continues and (bool(NUMBER.match(title.text)) or not numbered)
        if starts or not activities:
            activities.append(AnnexActivity(table, number, ""))
        activity = activities[-1]
        activity.title = f"{activity.title} {title.text}".strip()
        activity.place = join_cut_text(activity.place, place.text)
        activity.period = join_cut_text(activity.period, period.text)
        names, values = self.columns.pick_cell(row, "names"), self.columns.pick_cell(row, "values")
        if names.text or values.text:
            activity.rows.append((names, values))


def find_plan_columns(row: Sequence[Cell]) -> Columns | None:
    """Return the columns of a row of headings; None for any other row."""
    indexes = find_columns([cell.text for cell in row], PLAN_COLUMNS)
    is_heading = {"activity", "names", "values"} <= set(indexes) and not any(
        re.search(r"\d", cell.text) for cell in row
    )
    return Columns({role: row[index] for role, index in indexes.items()}, indexes, len(row)) if is_heading else None


def choose_heading(lines: Sequence[str]) -> str:
    """Return the heading of a section among the lines above its table: from the last one that names a task, else the last one."""
    starts = [index for index, line in enumerate(lines) if TASK_HEADING.match(line)]
    return " ".join(lines[starts[-1] :]) if starts else lines[-1]


def join_cut_text(text: str, more: str) -> str:
    """Return a text with what stands in the next row of its column, unless that repeats it."""
    return text if not more or more in text else f"{text} {more}".strip()

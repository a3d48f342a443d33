"""Writing a plan into a workbook with lists of the words to choose from; without a plan it is the template."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from trainer.documents.workbook import open_workbook, set_column_widths, write_worksheet_row
from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import gettext as _
from trainer.projects.models import Activity, Indicator, Project
from trainer.projects.spreadsheet.layout import (
    MAX_TARGETS,
    PROJECT_ROWS,
    SHEET_COLUMNS,
    SHEET_NAMES,
    SheetColumn,
    format_heading,
)

CHOICE_ROWS = 500  # for which a list of words is offered
NARROW, WIDE = 14, 34

Row = dict[str, Any]


def render_plan_workbook(project: Project | None, title: str) -> bytes:
    """Return the workbook of a project's plan, or the empty template."""
    file = io.BytesIO()
    with open_workbook(file, title) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#e3eff1"})
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        write_project_sheet(book, project, head, text)
        words = WordLists(book, str(_("Words")))
        for name, columns in SHEET_COLUMNS.items():
            sheet = book.add_worksheet(str(SHEET_NAMES[name]))
            write_worksheet_row(sheet, 0, [format_heading(column) for column in columns], head)
            sheet.freeze_panes(1, 1)
            set_column_widths(sheet, [WIDE if column.language else NARROW for column in columns])
            for index, column in enumerate(columns):
                if column.words:
                    reference = words.get_reference(column.words)
                    sheet.data_validation(
                        1,
                        index,
                        CHOICE_ROWS,
                        index,
                        {"validate": "list", "source": reference, "error_type": "information"},
                    )
            for number, row in enumerate(list_plan_rows(name, project) if project else (), 1):
                write_worksheet_row(sheet, number, [format_cell(column, row) for column in columns], text)
        words.write(head, text)
    return file.getvalue()


class WordLists:
    """The sheet that holds the lists of words, to which the lists in cells refer."""

    def __init__(self, book: Any, name: str) -> None:
        self.book, self.name = book, name
        self.lists: list[list[str]] = []

    def get_reference(self, words: Mapping[str, Any]) -> str:
        """Return the cell range that holds the names of words."""
        names = [str(name) for name in words.values()]
        if names not in self.lists:
            self.lists.append(names)
        letter = chr(ord("A") + self.lists.index(names))
        return f"='{self.name}'!${letter}$1:${letter}${len(names)}"

    def write(self, _head: Any, text: Any) -> None:
        """Write the sheet, after all other sheets."""
        sheet = self.book.add_worksheet(self.name)
        set_column_widths(sheet, [WIDE] * len(self.lists))
        for column, names in enumerate(self.lists):
            for row, name in enumerate(names):
                sheet.write_string(row, column, name, text)


def write_project_sheet(book: Any, project: Project | None, head: Any, text: Any) -> None:
    """Write what the plan says of its project, one row for each fact."""
    sheet = book.add_worksheet(str(SHEET_NAMES["project"]))
    set_column_widths(sheet, (WIDE, WIDE, WIDE, WIDE))
    write_worksheet_row(sheet, 0, ["", *(LANGUAGE_NAMES[language] for language in LANGUAGES)], head)
    sheet.freeze_panes(1, 1)
    for number, (key, label) in enumerate(PROJECT_ROWS.items(), 1):
        value: Any = getattr(project, key) if project else ""
        cells = (
            [value.get_exact_text(language) for language in LANGUAGES] if hasattr(value, "kk") else [str(value), "", ""]
        )
        write_worksheet_row(sheet, number, [str(label), *cells], head, text)


def format_cell(column: SheetColumn, row: Row) -> str | int:
    """Return a cell: a word by its name, a whole number as a number."""
    value = row.get(column.key)
    if column.words is not None and value is not None:
        return str(column.words.get(value, value))
    return value if isinstance(value, int) else "" if value is None else str(value)


def list_plan_rows(name: str, project: Project) -> Iterator[Row]:
    """Yield the rows of a sheet by the keys of its columns."""
    if name == "tasks":
        for task in project.tasks:
            yield {"code": task.code, "section": task.section, **spread_text("title", task.title)}
    elif name == "activities":
        for activity in project.activities:
            yield build_activity_row(activity)
    elif name == "indicators":
        for activity in project.activities:
            for indicator in activity.indicators:
                yield build_indicator_row(indicator, activity.code)
        for indicator in project.social_impact:
            yield build_indicator_row(indicator, "")
    else:
        for result in project.expected_results:
            yield {"code": result.code, **spread_text("text", result.text), "linked": ", ".join(result.linked)}


def spread_text(key: str, text: Any) -> Row:
    """Return a text by the keys of its columns."""
    return {f"{key}_{language}": text.get_exact_text(language) for language in LANGUAGES}


def build_activity_row(activity: Activity) -> Row:
    """Return the row of an activity."""
    return {
        "code": activity.code,
        "task": activity.task.code,
        **spread_text("title", activity.title),
        **spread_text("place", activity.venue),
        "start": activity.start,
        "end": activity.end,
        "event_type": activity.event_type,
        "event_count": activity.event_count,
        "audience": activity.audience,
        "draws_from": ", ".join(source.code for source in activity.chosen_sources),
    }


def build_indicator_row(indicator: Indicator, activity_code: str) -> Row:
    """Return the row of an indicator with its first MAX_TARGETS figures."""
    row = {
        "code": indicator.code,
        "activity": activity_code,
        **spread_text("name", indicator.name),
        **spread_text("planned_text", indicator.planned_text),
        "kind": indicator.kind,
        "evidence": indicator.evidence,
    }
    for number, target in enumerate(indicator.planned[:MAX_TARGETS], 1):
        suffix = "" if number == 1 else f"_{number}"
        row |= {f"{key}{suffix}": target.get(key) for key in ("comparator", "value", "unit", "per")}
    return row

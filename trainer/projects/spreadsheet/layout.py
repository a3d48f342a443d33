"""The sheets and columns of a plan's workbook, and the words of its cells: written in the language of the page, read in each."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from flask_babel import force_locale

from trainer.language import LANGUAGE_NAMES, LANGUAGES
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.wording import (
    AUDIENCE_CHOICES,
    COMPARATOR_NAMES,
    EVENT_TYPE_NAMES,
    EVIDENCE_NAMES,
    KIND_NAMES,
    PER_NAMES,
    SECTION_NAMES,
    UNIT_NAMES,
)

MAX_TARGETS = 2


class SheetColumn(NamedTuple):
    """A column: its key, its heading, and the words that its cells may hold, if they are given."""

    key: str
    heading: Any
    words: Mapping[str, Any] | None = None
    language: str = ""
    """The language of its texts, part of the heading."""


def build_text_columns(key: str, heading: Any) -> tuple[SheetColumn, ...]:
    """Return a column for each language of a text."""
    return tuple(SheetColumn(f"{key}_{language}", heading, None, language) for language in LANGUAGES)


def build_target_columns(number: int) -> tuple[SheetColumn, ...]:
    """Return the columns of a planned figure."""
    suffix = "" if number == 1 else f"_{number}"
    names = (_l("How it is meant"), _l("Planned number"), _l("Unit"), _l("Applies to"))
    if number > 1:
        names = (
            _l("How it is meant, second figure"),
            _l("Planned number, second figure"),
            _l("Unit, second figure"),
            _l("Applies to, second figure"),
        )
    words = (COMPARATOR_NAMES, None, UNIT_NAMES, PER_NAMES)
    keys = ("comparator", "value", "unit", "per")
    return tuple(SheetColumn(f"{key}{suffix}", *rest) for key, *rest in zip(keys, names, words, strict=True))


CODE = _l("Code")
PROJECT_ROWS = {
    "title": _l("Project title"),
    "grantee": _l("Grantee"),
    "grant_giver": _l("Grant giver"),
    "goal": _l("Goal of the project"),
    "region": _l("Region"),
    "start": _l("Project starts"),
    "end": _l("Project ends"),
    "timezone": _l("Time zone"),
}
SHEET_NAMES = {
    "project": _l("Project"),
    "tasks": _l("Tasks"),
    "activities": _l("Activities"),
    "indicators": _l("Indicators"),
    "results": _l("Expected results"),
}
SHEET_COLUMNS: dict[str, tuple[SheetColumn, ...]] = {
    "tasks": (
        SheetColumn("code", CODE),
        SheetColumn("section", _l("Kind of section"), SECTION_NAMES),
        *build_text_columns("title", _l("Title")),
    ),
    "activities": (
        SheetColumn("code", CODE),
        SheetColumn("task", _l("Task")),
        *build_text_columns("title", _l("Title")),
        *build_text_columns("place", _l("Place")),
        SheetColumn("start", _l("Starts")),
        SheetColumn("end", _l("Ends")),
        SheetColumn("event_type", _l("Type of event"), EVENT_TYPE_NAMES),
        SheetColumn("event_count", _l("Number of events")),
        SheetColumn("audience", _l("For whom"), AUDIENCE_CHOICES),
        SheetColumn("draws_from", _l("Its figures come from")),
    ),
    "indicators": (
        SheetColumn("code", CODE),
        SheetColumn("activity", _l("Activity (empty for the social impact)")),
        *build_text_columns("name", _l("Indicator")),
        *build_text_columns("planned_text", _l("Planned value in words")),
        SheetColumn("kind", _l("What it is"), KIND_NAMES),
        SheetColumn("evidence", _l("How it is proved"), EVIDENCE_NAMES),
        *build_target_columns(1),
        *build_target_columns(2),
    ),
    "results": (
        SheetColumn("code", CODE),
        *build_text_columns("text", _l("Expected result")),
        SheetColumn("linked", _l("Shown by")),
    ),
}


def format_heading(column: SheetColumn) -> str:
    """Return the heading of a column in the language of the page."""
    return f"{column.heading} ({LANGUAGE_NAMES[column.language]})" if column.language else str(column.heading)


def normalise_cell(text: str) -> str:
    """Return a cell for comparison: small letters, single blanks."""
    return " ".join(text.casefold().split())


def index_names(names: Mapping[str, Any]) -> dict[str, str]:
    """Return keys by their names in every language, and by themselves."""
    index = {normalise_cell(key): key for key in names if key}
    for language in LANGUAGES:
        with force_locale(language):
            index |= {normalise_cell(str(name)): key for key, name in names.items()}
    return index


@cache
def index_sheets() -> dict[str, str]:
    """Return sheets by their names in every language."""
    return index_names(SHEET_NAMES)


@cache
def index_columns(sheet: str) -> dict[str, SheetColumn]:
    """Return the columns of a sheet by their headings in every language."""
    index = {column.key: column for column in SHEET_COLUMNS[sheet]}
    for language in LANGUAGES:
        with force_locale(language):
            index |= {normalise_cell(format_heading(column)): column for column in SHEET_COLUMNS[sheet]}
    return index


@cache
def index_project_rows() -> dict[str, str]:
    """Return the rows of the project's sheet by their labels in every language."""
    return index_names(PROJECT_ROWS)

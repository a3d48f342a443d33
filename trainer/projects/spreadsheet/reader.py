"""Reading a plan from a workbook. Every problem is named with its sheet, row and column, as a person sees them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from trainer.documents.upload_limits import Table
from trainer.documents.upload_workbook import read_workbook_sheets
from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.projects.guesses.figures import NUMBER, parse_number
from trainer.projects.plan import MAX_LISTED_PROBLEMS, PlanInvalid
from trainer.projects.plan_validation import MAX_NUMBER, MAX_PRINTED_LENGTH
from trainer.projects.spreadsheet.cells import CellReader, PlanSheet
from trainer.projects.spreadsheet.layout import (
    MAX_TARGETS,
    SHEET_NAMES,
    index_columns,
    index_project_rows,
    index_sheets,
    normalise_cell,
)
from trainer.web.text import clean_free_text, find_unprintable_characters

HEADING_SEARCH_ROWS = 10
MIN_HEADINGS = 2
REQUIRED_FACTS = ("title", "grantee", "grant_giver", "start", "end", "timezone")
CODE_LIST = re.compile(r"[,;\s]+")


class PlanWorkbookReader(CellReader):
    """Reads the sheets and collects the problems."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        super().__init__()
        found = {index_sheets()[key]: name for name in tables if (key := normalise_cell(name)) in index_sheets()}
        self.project = PlanSheet(found.get("project", ""), {}, number_rows(tables.get(found.get("project", ""), [])))
        self.sheets = {
            key: self.open_sheet(key, found.get(key, ""), tables.get(found.get(key, ""), []))
            for key in ("tasks", "activities", "indicators", "results")
        }

    def open_sheet(self, key: str, name: str, table: Table) -> PlanSheet:
        """Return a sheet with its columns, found by their headings within the first rows."""
        known = index_columns(key)
        for number, row in enumerate(table[:HEADING_SEARCH_ROWS], 1):
            columns = {
                known[cell].key: index
                for index, text in reversed(list(enumerate(row)))
                if (cell := normalise_cell(text)) in known
            }
            if len(columns) >= MIN_HEADINGS:
                return PlanSheet(name, columns, [pair for pair in number_rows(table) if pair[0] > number])
        return PlanSheet(name)

    def read_project(self) -> dict[str, Any]:
        """Return what the first sheet says of the project."""
        facts: dict[str, Any] = {}
        days: dict[str, date | None] = {}
        for number, row in self.project.rows:
            key = index_project_rows().get(normalise_cell(row[0]) if row else "")
            cells = [clean_free_text(cell) for cell in [*row[1:4], "", "", ""][:3]]
            value = next(filter(None, cells), "")
            if key in ("start", "end") and value:
                days[key] = self.read_day(self.project, number, value, key)
            elif key == "timezone" and value:
                if value in available_timezones():
                    facts["timezone"] = value
                else:
                    self.report(self.project, number, key, _("there is no zone %(name)s", name=value[:60]))
            elif key and value:
                facts[key] = {language: cell for language, cell in zip(LANGUAGES, cells, strict=True) if cell}
                if odd := find_unprintable_characters("".join(cells)):
                    self.report(self.project, number, key, _("Remove these characters: %(odd)s", odd=" ".join(odd[:5])))
        if days.get("start") and days.get("end"):
            facts["period"] = days
        facts["expected_results"] = []
        return facts

    def read_tasks(self) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
        """Return the tasks with their activities, and the activities by code."""
        seen: set[str] = set()
        tasks: dict[str, dict[str, Any]] = {}
        sheet, columns = self.sheets["tasks"], index_columns("tasks")
        for number, row in sheet.rows:
            code = self.read_code(sheet, number, row, seen)
            section = self.read_word(sheet, number, row, columns["section"]) or (
                "contract_requirement" if code[:1] == "C" else "task"
            )
            task_number = sum(task["section"] == "task" for task in tasks.values()) + 1
            tasks[code] = {
                "id": code,
                "number": task_number if section == "task" else None,
                "section": section,
                "title": self.read_texts(sheet, number, row, "title", required=True),
                "activities": [],
            }
        sheet, activities = self.sheets["activities"], dict[str, dict[str, Any]]()
        for number, row in sheet.rows:
            code = self.read_code(sheet, number, row, seen)
            parent = self.get_cell(sheet, row, "task") or code.rpartition(".")[0]
            if parent not in tasks:
                self.report(sheet, number, "task", _("there is no task %(code)s", code=parent[:20]))
                continue
            siblings = tasks[parent]["activities"]
            activities[code] = self.read_activity(sheet, number, row, code, len(siblings) + 1)
            siblings.append(activities[code])
        return list(tasks.values()), activities

    def read_activity(self, sheet: PlanSheet, number: int, row: Sequence[str], code: str, place: int) -> dict[str, Any]:
        """Return an activity without its indicators."""
        columns = index_columns("activities")
        start, end = (self.read_day(sheet, number, self.get_cell(sheet, row, key), key) for key in ("start", "end"))
        if start and end and end < start:
            self.report(sheet, number, "end", _("it ends before it starts"))
        activity: dict[str, Any] = {
            "id": code,
            "number": place,
            "title": self.read_texts(sheet, number, row, "title", required=True),
            "place": self.read_texts(sheet, number, row, "place"),
            "start": start,
            "end": end,
            "draws_from": split_codes(self.get_cell(sheet, row, "draws_from")),
            "indicators": [],
        }
        count = self.get_cell(sheet, row, "event_count")
        if count and not (count.isdecimal() and len(count) < 5):
            self.report(sheet, number, "event_count", _("a whole number is needed"))
        elif count:
            activity["event_count"] = int(count)
        for key in ("event_type", "audience"):
            word = self.read_word(sheet, number, row, columns[key])
            if word is not None:
                activity[key] = word
        return activity

    def read_indicators(self, activities: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Add the indicators to their activities, and return those of the social impact."""
        sheet, impact, seen = self.sheets["indicators"], list[dict[str, Any]](), set[str]()
        for number, row in sheet.rows:
            code = self.read_code(sheet, number, row, seen)
            parent = self.get_cell(sheet, row, "activity") or code.rpartition(".")[0]
            if parent and parent not in activities:
                self.report(sheet, number, "activity", _("there is no activity %(code)s", code=parent[:20]))
                continue
            siblings = activities[parent]["indicators"] if parent else impact
            siblings.append(self.read_indicator(sheet, number, row, code))
        return impact

    def read_indicator(self, sheet: PlanSheet, number: int, row: Sequence[str], code: str) -> dict[str, Any]:
        """Return an indicator; what its row leaves empty is left to be guessed from its words."""
        columns = index_columns("indicators")
        name = self.read_texts(sheet, number, row, "name", required=True)
        planned_texts = self.read_texts(sheet, number, row, "planned_text")
        for language, text in planned_texts.items():
            if len(text) > MAX_PRINTED_LENGTH:
                problem = _("a text of at most %(length)d characters is needed", length=MAX_PRINTED_LENGTH)
                self.report(sheet, number, f"planned_text_{language}", problem)
        printed = next(iter(planned_texts.values()), "")
        indicator: dict[str, Any] = {
            "id": code,
            "name": name,
            **{f"planned_text_{language}": text for language, text in planned_texts.items()},
            "source": {"sheet": sheet.name, "row": number, "name": next(iter(name.values()), ""), "value": printed},
        }
        kind, evidence = (self.read_word(sheet, number, row, columns[key]) for key in ("kind", "evidence"))
        targets = [
            target for index in range(1, MAX_TARGETS + 1) for target in self.read_target(sheet, number, row, index)
        ]
        if kind:
            indicator["kind"] = kind
        if targets and kind and evidence:
            return {**indicator, "evidence": evidence, "planned": targets, "unknown": [], "is_confirmed": True}
        if not targets and not printed:
            self.report(sheet, number, "value", _("a planned number is missing"))
        return {**indicator, "stated_targets": targets, "stated_evidence": evidence}

    def read_target(self, sheet: PlanSheet, number: int, row: Sequence[str], index: int) -> Iterator[dict[str, Any]]:
        """Yield the planned figure of a row, if there is one."""
        columns, suffix = index_columns("indicators"), "" if index == 1 else f"_{index}"
        cell = self.get_cell(sheet, row, f"value{suffix}")
        if not cell:
            return
        if not NUMBER.fullmatch(cell) or parse_number(cell) > MAX_NUMBER:
            self.report(sheet, number, f"value{suffix}", _("“%(word)s” is not a number", word=cell[:60]))
            return
        words = {
            key: self.read_word(sheet, number, row, columns[f"{key}{suffix}"]) for key in ("comparator", "unit", "per")
        }
        if words["unit"] is None:
            self.report(sheet, number, f"unit{suffix}", _("a unit is needed beside a number"))
            return
        yield {
            "comparator": words["comparator"] or "exactly",
            "value": parse_number(cell),
            "unit": words["unit"],
            "per": words["per"] or "project",
        }

    def read_results(self) -> Iterator[dict[str, Any]]:
        """Yield the expected results."""
        sheet, seen = self.sheets["results"], set[str]()
        for number, row in sheet.rows:
            code = self.read_code(sheet, number, row, seen)
            texts = self.read_texts(sheet, number, row, "text", required=True)
            yield {"id": code, **texts, "linked": split_codes(self.get_cell(sheet, row, "linked"))}


def read_plan_workbook(content: bytes) -> dict[str, Any]:
    """Return the plan of a workbook. Raises TableUnreadable, and PlanInvalid with all problems."""
    reader = PlanWorkbookReader(read_workbook_sheets(content))
    if not reader.sheets["tasks"].columns or not reader.sheets["activities"].columns:
        raise PlanInvalid([describe_missing_sheets()])
    project = reader.read_project()
    tasks, activities = reader.read_tasks()
    impact = reader.read_indicators(activities)
    project["expected_results"] = list(reader.read_results())
    if not tasks:
        reader.report(reader.sheets["tasks"], 2, "code", _("the plan has no tasks"))
    if reader.problems:
        problems = reader.problems
        hidden = len(problems) - MAX_LISTED_PROBLEMS
        raise PlanInvalid(
            problems if hidden <= 0 else [*problems[:MAX_LISTED_PROBLEMS], _("… and %(number)d more", number=hidden)]
        )
    return {
        "project": project,
        "tasks": tasks,
        "social_impact": {"indicators": impact},
        "is_project_confirmed": {"start", "end", *project} >= set(REQUIRED_FACTS) and "period" in project,
        "are_activities_confirmed": all("event_type" in activity for activity in activities.values()),
    }


def describe_missing_sheets() -> str:
    """Return what a workbook needs."""
    names = ", ".join(f"“{SHEET_NAMES[key]}”" for key in ("tasks", "activities", "indicators"))
    return _(
        "This workbook is not a plan: it needs the sheets %(names)s with the headings of the template.", names=names
    )


def number_rows(table: Table) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their numbers."""
    return [(number, row) for number, row in enumerate(table, 1) if any(row)]


def split_codes(cell: str) -> list[str]:
    """Return the codes in a cell."""
    return [code for code in CODE_LIST.split(cell) if code]

"""Reading an annex as a plan: what is printed, in the form that plans have in YAML, each indicator with its source cells.

Names, phones and contracts of staff (block II of the annex) are not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from trainer.projects.annex.activities import NUMBER, AnnexActivity, AnnexSection, PlanTableReader
from trainer.projects.annex.archive import AnnexUnreadable, WordReadProblem
from trainer.projects.annex.headings import (
    BLOCK_HEADING,
    CONTRACT_HEADING,
    IMPACT_COLUMNS,
    PROJECT_LABELS,
    TASK_HEADING,
    detect_language,
    find_columns,
    find_role,
)
from trainer.projects.annex.pairing import PairedItem, pair_rows
from trainer.projects.annex.periods import parse_period
from trainer.projects.annex.text import WordTable, read_word_text

MIN_PROJECT_LABELS = 3
OUTER_QUOTES = re.compile(r"^[«“\"„]([^«»“”\"„]+)[»”\"“]\.?$")


def read_annex(content: bytes) -> dict[str, Any]:
    """Return the plan that an annex contains, without guesses. Raises AnnexUnreadable.

    Beside the entries of a plan, an indicator has `source` (where it stands in the file) and an activity `period_text`.
    """
    text = read_word_text(content)
    plan_tables, project_cells, impact = PlanTableReader(), dict[str, list[str]](), list[dict[str, Any]]()
    headings: list[str] = []
    for block in text.blocks:
        if isinstance(block, str):
            headings = [] if BLOCK_HEADING.match(block) else [*headings, block]
            continue
        labelled = read_project_table(block)
        if labelled:
            project_cells = {**labelled, **project_cells}
        elif not plan_tables.read_table(block, headings):
            impact += read_impact_table(block)
        headings = []
    sections = [section for section in plan_tables.sections if section.activities]
    if not sections:
        raise AnnexUnreadable(WordReadProblem.NO_PLAN)
    language = detect_language(" ".join(section.heading + section.activities[0].title for section in sections))
    project = build_project(project_cells, language)
    return {
        "language": language,
        "has_tracked_changes": text.has_tracked_changes,
        "project": project,
        "tasks": list(build_tasks(sections, language, project.get("period"))),
        "social_impact": {"indicators": [build_impact(row, number, language) for number, row in enumerate(impact, 1)]},
    }


def read_project_table(table: WordTable) -> dict[str, list[str]]:
    """Return the lines of block I by what their label names; empty if the table is another one."""
    cells: dict[str, list[str]] = {}
    for row in table.rows:
        filled = [cell for cell in row if cell.text and not re.fullmatch(r"\d{1,2}[.)]?", cell.text)]
        if len(filled) != 2 or len(filled[0].text) > 120:
            continue
        role = find_role(filled[0].text, PROJECT_LABELS)
        if role:
            cells.setdefault(role, [line for line in filled[1].lines if line])
    return cells if len(cells) >= MIN_PROJECT_LABELS else {}


def read_impact_table(table: WordTable) -> list[dict[str, Any]]:
    """Return the rows of block IV: name, unit and value as printed; none if the table is another one."""
    columns = next(
        (found for row in table.rows[:3] if (found := find_columns([cell.text for cell in row], IMPACT_COLUMNS))), {}
    )
    if not {"names", "values", "unit"} <= set(columns):
        return []
    rows = []
    for number, row in enumerate(table.rows, 1):
        texts = [cell.text for cell in row] + [""] * 10
        is_heading = len(find_columns(texts, IMPACT_COLUMNS)) == len(IMPACT_COLUMNS) and not any(
            map(str.isdigit, texts[columns["values"]])
        )
        if is_heading or not (texts[columns["names"]] or texts[columns["values"]]):
            continue
        rows.append(
            {
                "name": NUMBER.sub("", texts[columns["names"]]),
                "unit": texts[columns["unit"]],
                "value": texts[columns["values"]],
                "table": table.number,
                "row": number,
            }
        )
    return rows


def build_project(cells: Mapping[str, Sequence[str]], language: str) -> dict[str, Any]:
    """Return the entry `project` of a plan; what the annex does not say is left out."""
    texts = {role: " ".join(lines) for role, lines in cells.items()}
    project: dict[str, Any] = {
        role: {language: remove_outer_quotes(texts[role]) if role == "title" else texts[role]}
        for role in ("title", "priority_direction", "goal", "region", "target_group", "grantee", "grant_giver")
        if role in texts
    }
    if period := parse_period(texts.get("period", "")):
        project["period"] = {"start": period[0], "end": period[1]}
    project["partners"] = [{language: line} for line in list_numbered_lines(cells.get("partners", []))]
    project["expected_results"] = [
        {"id": f"ER{number}", language: line}
        for number, line in enumerate(list_numbered_lines(cells.get("expected_results", [])), 1)
    ]
    return project


def list_numbered_lines(lines: Sequence[str]) -> list[str]:
    """Return the items of a numbered list without their numbers; lines without a number continue an item, if any has one."""
    items: list[str] = []
    has_numbers = any(NUMBER.match(line) for line in lines)
    for line in lines:
        if items and has_numbers and not NUMBER.match(line):
            items[-1] += f" {line}"
        else:
            items.append(NUMBER.sub("", line))
    return items


def build_tasks(
    sections: Sequence[AnnexSection], language: str, period: Mapping[str, date] | None
) -> Iterator[dict[str, Any]]:
    """Yield the entries `tasks` of a plan: numbered tasks, and sections that the contract requires."""
    task_count = contract_count = 0
    for section in sections:
        heading = TASK_HEADING.match(section.heading)
        is_contract = heading is None and CONTRACT_HEADING.search(section.heading) is not None
        if is_contract:
            contract_count += 1
            code, number = f"C{contract_count}", None
        else:
            task_count += 1
            code, number = f"T{task_count}", task_count
        title = section.heading[heading.end() :] if heading else section.heading
        yield {
            "id": code,
            "number": number,
            "section": "contract_requirement" if is_contract else "task",
            "title": {language: title.strip() or section.heading},
            "activities": [
                build_annex_activity(activity, f"{code}.A{index}", index, language, period)
                for index, activity in enumerate(section.activities, 1)
            ],
        }


def build_annex_activity(
    activity: AnnexActivity, code: str, number: int, language: str, period: Mapping[str, date] | None
) -> dict[str, Any]:
    """Return an activity with its indicators as printed; `start` and `end` are None if its period can't be read."""
    dates = parse_period(activity.period, (period["start"], period["end"]) if period else None)
    pairing = pair_rows(activity.rows)
    return {
        "id": code,
        "number": number,
        "title": {language: NUMBER.sub("", activity.title)},
        "place": {language: activity.place},
        "start": dates[0] if dates else None,
        "end": dates[1] if dates else None,
        "period_text": activity.period,
        "is_paired_doubtfully": pairing.is_doubtful,
        "indicators": [
            build_printed_indicator(item, f"{code}.I{index}", language, activity.table, activity.row)
            for index, item in enumerate(pairing.items, 1)
        ],
    }


def build_printed_indicator(item: PairedItem, code: str, language: str, table: int, row: int) -> dict[str, Any]:
    """Return an indicator as printed, with the table and row of the file in which it stands."""
    return {
        "id": code,
        "name": {language: item.name},
        f"planned_text_{language}": item.value,
        "source": {"table": table, "row": row, "name": item.name, "value": item.value},
    }


def build_impact(row: Mapping[str, Any], number: int, language: str) -> dict[str, Any]:
    """Return a figure of the social impact as printed, with its unit."""
    item = PairedItem(row["name"], row["value"])
    return {
        **build_printed_indicator(item, f"SI{number}", language, row["table"], row["row"]),
        f"unit_{language}": row["unit"],
    }


def remove_outer_quotes(text: str) -> str:
    """Return a title without the quotation marks around it."""
    return OUTER_QUOTES.sub(r"\1", text)

"""Pairing the names of indicators with their planned values, which annexes list in the same order in two cells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainer.projects.annex.text import Cell

ITEM_MARK = re.compile(r"^\s*(?:[-–—•·*▪]|\d{1,2}[.)](?!\d))\s*(?=\S)")


@dataclass(frozen=True)
class PairedItem:
    """The name of an indicator and its planned value as printed; one of them is empty where the other has no counterpart."""

    name: str
    value: str


@dataclass(frozen=True)
class Pairing:
    """The indicators of an activity, and whether a person has to check that the pairs are right."""

    items: list[PairedItem]
    is_doubtful: bool = False


def pair_rows(rows: Sequence[tuple[Cell, Cell]]) -> Pairing:
    """Return the indicators in the cells of one activity: by row if every row has as many names as values, else through all rows."""
    paired = [pair_lines(names.lines, values.lines) for names, values in rows]
    if all(pairing is not None for pairing in paired):
        return Pairing([item for pairing in paired if pairing is not None for item in pairing])
    names = [line for cell, _values in rows for line in [*cell.lines, ""]]
    values = [line for _names, cell in rows for line in [*cell.lines, ""]]
    pooled = pair_lines(names, values)
    if pooled is None:  # a text that was cut by the end of a page has no blank line in it
        pooled = pair_lines([line for line in names if line], [line for line in values if line])
    if pooled is not None:
        return Pairing(pooled, is_doubtful=True)
    named, valued = list_groups(names), list_groups(values)
    count = max(len(named), len(valued))
    filled = zip(named + [""] * (count - len(named)), valued + [""] * (count - len(valued)), strict=True)
    return Pairing([PairedItem(name, value) for name, value in filled], is_doubtful=True)


def pair_lines(names: Sequence[str], values: Sequence[str]) -> list[PairedItem] | None:
    """Return names and values paired by order under the first reading of the lines that gives equal numbers; None if none does."""
    for name_items in list_item_readings(names, is_name_continued):
        for value_items in list_item_readings(values, is_value_continued):
            if len(name_items) == len(value_items):
                return [PairedItem(name, value) for name, value in zip(name_items, value_items, strict=True)]
    return None


def list_item_readings(lines: Sequence[str], is_continued: Callable[[str], bool]) -> list[list[str]]:
    """Return the ways to read lines as items: a line each, wrapped lines joined, groups between blank lines, parts between semicolons."""
    single = [line for line in lines if line]
    joined: list[str] = []
    for line in single:
        if joined and is_continued(line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    parts = [part.strip() for line in single for part in line.split(";") if part.strip()]
    groups = list_groups(lines)
    readings = [single, joined, groups if len(groups) > 1 else single, parts]
    return [[ITEM_MARK.sub("", item) for item in reading] for reading in readings]


def list_groups(lines: Sequence[str]) -> list[str]:
    """Return the groups of lines between blank lines, each as one text."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [" ".join(group) for group in groups if group]


def is_name_continued(line: str) -> bool:
    """Return whether a line continues the name above: it begins with a small letter or a bracket."""
    return line[:1].islower() or line[:1] in "(/"


def is_value_continued(line: str) -> bool:
    """Return whether a line continues the value above: it has no figure, or begins with a bracket."""
    return not any(map(str.isdigit, line)) or line[:1] == "("

"""The targets of an indicator: comparator, value, unit and what they count for, by the words of name and value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from trainer.projects.guesses.figures import AT_MOST, RANGE, Figure, find_comparator, list_figures, split_brackets
from trainer.projects.guesses.stems import KIND_RULES, PER_RULES, UNIT_RULES, find_meaning, find_meanings
from trainer.projects.vocabulary import INDICATOR_KINDS, PEOPLE_UNITS

DISTRIBUTIVE = re.compile(r"\w(?:[дт][ае]н|н[ае]н)\b|(?:бойынша|по)\s*\d", re.IGNORECASE)
"""The Kazakh ablative of "10 from each", which shares out: «10 көмекшіден»."""
ELECTRONIC = re.compile(r"электрон|electronic", re.IGNORECASE)
SAME_WORD_UNITS = {"publication", "post"}
"""Units that Kazakh and Russian call by one word, so that the kind decides between them."""


@dataclass
class Reading:
    """What an indicator is guessed to count, and what about it is doubtful: names of doubts, and what is not known at all."""

    kind: str
    targets: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    printed_unit: str = ""
    range_end: int | float | None = None


def read_indicator(name: str, value: str, unit_text: str = "", stated_kind: str = "") -> Reading:
    """Return what an indicator counts, by its name, its value, its printed unit (social impact) and its kind, if it is stated."""
    kind = stated_kind or find_meaning(split_brackets(name)[0], KIND_RULES) or find_meaning(name, KIND_RULES)
    main, aside = split_brackets(value)
    figures = list_figures(main) or list_figures(aside)
    reading = Reading(kind, printed_unit=find_meaning(unit_text or main, UNIT_RULES))
    if not kind:
        reading.unknown.append("kind")
    if not figures:
        reading.unknown.append("value")
        return reading
    per = find_meaning(value, PER_RULES) or "project"
    comparator = find_comparator(main)
    if len(figures) > 1 and figures[1].is_joined:
        reading.targets = read_joined_figures(reading, name, figures, comparator, per)
    else:
        reading.targets = [build_target(reading, figures[0], comparator, per, unit_text)]
        if len(figures) > 1 and RANGE.search(main):
            reading.targets[0]["comparator"], reading.range_end = "at_least", figures[1].value
            reading.doubts.append("range")
        elif len(figures) > 1:
            reading.doubts.append("several_figures")
    if AT_MOST.search(main):
        reading.doubts.append("upper_limit")
    if list_figures(main) and list_figures(aside):
        reading.targets += read_bracketed_figure(reading, aside)
    if ELECTRONIC.search(aside):
        reading.targets[0]["form"] = "electronic"
    if re.search(r"(?:\bәр|\bкажд|\beach)", value, re.IGNORECASE) and per == "project":
        reading.doubts.append("per_unclear")
    return reading


def build_target(reading: Reading, figure: Figure, comparator: str, per: str, unit_text: str = "") -> dict[str, Any]:
    """Return the target of a single figure; notes that its unit is unknown, or does not fit the kind."""
    default = INDICATOR_KINDS[reading.kind].unit if reading.kind in INDICATOR_KINDS else ""
    fits = (
        {default, *INDICATOR_KINDS[reading.kind].further_units}
        if reading.kind in INDICATOR_KINDS
        else {reading.printed_unit}
    )
    unit = reading.printed_unit or default
    if {unit, default} == SAME_WORD_UNITS:
        unit = default
    if reading.printed_unit and unit not in fits and not unit_text:
        reading.doubts.append("unit_differs")
    if not unit:
        reading.unknown.append("unit")
    return {"comparator": comparator, "value": figure.value, "unit": unit, "per": per}


def read_joined_figures(
    reading: Reading, name: str, figures: Sequence[Figure], comparator: str, per: str
) -> list[dict[str, Any]]:
    """Return a target for each figure of «10/2»; the names joined by a slash give the units in their order."""
    named = [
        unit for part in re.split(r"[/,]|\bжәне\b|\bи\b|\band\b", name) for unit in find_meanings(part, UNIT_RULES)[:1]
    ]
    units = named if len(named) == len(figures) else [""] * len(figures)
    targets: list[dict[str, Any]] = []
    for figure, unit in zip(figures, units, strict=True):
        printed = find_meaning(figure.after, UNIT_RULES)
        target = {"comparator": comparator, "value": figure.value, "unit": unit or printed, "per": per}
        if unit and printed and printed != unit:
            target["proof"] = printed
            reading.doubts.append("proof_or_target")
        if not target["unit"]:
            reading.unknown.append("unit")
        targets.append(target)
    return targets


def read_bracketed_figure(reading: Reading, aside: str) -> list[dict[str, Any]]:
    """Return the target in brackets, such as people on each list: «2 тізім (7 медициналық қызметкер)»."""
    figure, unit = list_figures(aside)[0], find_meaning(aside, UNIT_RULES)
    count, main_unit = reading.targets[0]["value"], reading.targets[0]["unit"]
    if unit == main_unit or not unit:
        reading.doubts.append("several_figures")
        return []
    is_list = main_unit == "list" and unit in PEOPLE_UNITS
    if count != 1 and is_list and not DISTRIBUTIVE.search(aside):
        reading.doubts.append("list_or_total")
    per = "list" if is_list else find_meaning(aside, PER_RULES) or "project"
    return [{"comparator": find_comparator(aside), "value": figure.value, "unit": unit, "per": per}]

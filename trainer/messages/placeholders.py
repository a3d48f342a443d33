"""Placeholders in texts of messages: `{name}` stands for what differs from person to person."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
SEVERAL_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Placeholder:
    """A placeholder of a text: its name, what it stands for, and a sample of its value, both in the page's language."""

    name: str
    meaning: Any
    sample: Any


@dataclass(frozen=True)
class PlaceholderError:
    """A placeholder that a text can't have: its line, counted from 1, the name as typed, and the known name that is near."""

    line: int
    name: str
    suggestion: str = ""


def normalise_placeholder_name(typed: str) -> str:
    """Return the name of a placeholder, typed with blanks or capitals."""
    return typed.strip().casefold()


def list_placeholder_names(text: str) -> set[str]:
    """Return the names of the placeholders in a text."""
    return {normalise_placeholder_name(typed) for typed in PLACEHOLDER.findall(text)}


def find_placeholder_error(text: str, known_names: Collection[str]) -> PlaceholderError | None:
    """Return the first unknown placeholder or brace without its pair; None where all is right."""
    for number, line in enumerate(text.split("\n"), 1):
        for typed in PLACEHOLDER.findall(line):
            name = normalise_placeholder_name(typed)
            if name not in known_names:
                near = get_close_matches(name, known_names, 1)
                return PlaceholderError(number, typed.strip(), near[0] if near else "")
        if re.search(r"[{}]", PLACEHOLDER.sub("", line)):
            return PlaceholderError(number, "")
    return None


def fill_line(line: str, values: Mapping[str, str]) -> str:
    """Return a line with the values in place of the placeholders; what a value contains is not filled again."""
    return PLACEHOLDER.sub(lambda match: values.get(normalise_placeholder_name(match[1]), match[0]), line)


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the values in place of the placeholders.

    A line is left out if it has placeholders and the values of all are empty, so “Venue: {venue}” disappears without a venue.
    """
    lines = []
    for line in text.split("\n"):
        names = list_placeholder_names(line)
        if not names or any(values.get(name, "{") for name in names):
            lines.append(fill_line(line, values))
    return SEVERAL_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")

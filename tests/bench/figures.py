"""A figure with its goal, and text tables."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio and its goal: the least it should be, or the most if `at_most`."""

    name: str
    value: float
    goal: float
    at_most: bool = False

    @property
    def is_reached(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def __str__(self) -> str:
        return f"ratio {self.name} {round(self.value, 2):g} goal {self.goal:g}"


def format_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a text table; the first column is flush left, the others flush right."""
    widths = [max(len(each) for each in column) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )

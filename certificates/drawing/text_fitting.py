"""Fitting text into a block: wrapping, balancing lines, and the largest size that fits."""

from dataclasses import dataclass
from math import floor
from typing import Literal

from certificates.drawing.typeface import FACES, measure_width


@dataclass(frozen=True)
class Block:
    """Position and typography of a text.

    `x` is its middle, or its left edge if `left`; `y` is the baseline of its first line, or the distance below the last line of
    the block `after`. The text takes the largest size at which it fits into `lines` lines of `width`; `tracking` is the letter
    spacing at the largest size.
    """

    x: float
    y: float
    width: float
    face: Literal["serif", "italic", "sans", "bold"]
    largest: float
    smallest: float
    colour: str
    lines: int = 1
    leading: float = 1.3
    tracking: float = 0
    left: bool = False
    after: str = ""


def fit_text(text: str, block: Block) -> tuple[float, list[str]]:
    """Return the largest size at which a text fits into a block, and its lines; (0, []) if there is none."""
    size = fit_one_line(text, block)
    if block.lines == 1 or size == block.largest:
        return size, [text]
    for half_points in range(round(2 * block.largest), round(2 * block.smallest) - 1, -1):
        lines = wrap_text(text, block, half_points / 2, block.width)
        if len(lines) <= block.lines and all(
            measure_block_text(line, block, half_points / 2) <= block.width for line in lines
        ):
            return half_points / 2, balance_lines(text, block, half_points / 2, len(lines))
    return 0, []


def fit_one_line(text: str, block: Block) -> float:
    """Return the largest size, in half points, at which a text fits on one line of a block; 0 if there is none."""
    size = floor(2 * block.width / (measure_block_text(text, block, 1) or 1)) / 2
    return 0 if size < block.smallest else min(size, block.largest)


def measure_block_text(text: str, block: Block, size: float) -> float:
    """Return the width of a text in a block's face, in points."""
    return measure_width(text, FACES[block.face], size, scale_tracking(block, size))


def scale_tracking(block: Block, size: float) -> float:
    """Return the letter spacing at a size: smaller letters stand closer."""
    return block.tracking * size / block.largest


def wrap_text(text: str, block: Block, size: float, max_width: float) -> list[str]:
    """Break a text at blanks into lines of at most `max_width` points."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and measure_block_text(f"{lines[-1]} {word}", block, size) <= max_width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def balance_lines(text: str, block: Block, size: float, line_count: int) -> list[str]:
    """Break a text into a number of lines of about equal width."""
    best = wrap_text(text, block, size, block.width)
    for max_width in range(round(block.width) - 8, round(block.width * 0.4), -8):
        lines = wrap_text(text, block, size, max_width)
        if len(lines) > line_count or any(measure_block_text(line, block, size) > block.width for line in lines):
            break
        best = lines
    return best

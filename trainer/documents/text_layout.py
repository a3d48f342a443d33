"""Text layout in the typefaces of the certificates: line breaking, and texts reduced until they fit an area, never cut."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from re import Pattern
from typing import TYPE_CHECKING, Literal

from certificates.drawing import (
    FACES,
    Block,
    balance_lines,
    list_paper_characters,
    load_face,
    measure_width,
    parse_colour,
    replace_twins,
    wrap_text,
)
from trainer.documents.page import COLOURS
from trainer.web.text import remove_unshowable_characters

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


SHRINK_STEP_PERCENT = 4  # of the intended size
SMALLEST_PERCENT = 8  # of the intended size
WORD_PATTERN, WHOLE_WORDS_PERCENT = re.compile(r"\S+"), 80  # down to this size no word is broken
WORD_PART_PATTERN, WHOLE_PARTS_PERCENT = (
    re.compile(r"[^\s/@.-]+[/@.-]*"),
    52,
)  # down to this size words are broken only after signs
SMALLEST_READABLE_POINTS = 6.5  # below it, breaking is preferred to shrinking
UNKNOWN_LETTER = "?"  # replaces letters that the face lacks
ASCENT = 0.76  # height of letters above the baseline, as a share of the size


@dataclass(frozen=True)
class TextStyle:
    """Typography of a text: face, size in points, leading in sizes."""

    face: Literal["serif", "italic", "sans", "bold"] = "sans"
    size: float = 10
    colour: str = COLOURS["ink"]
    leading: float = 1.25

    @property
    def line_height(self) -> float:
        """Return the height of a line in points."""
        return self.size * self.leading

    def measure_text(self, text: str) -> float:
        """Return the width of a text in points."""
        return measure_width(text, FACES[self.face], self.size)

    def draw_text(self, canvas: "Canvas", text: str, x: float, y: float) -> None:
        """Draw a line of text from x on its baseline."""
        load_face(FACES[self.face])
        canvas.setFillColor(parse_colour(self.colour))
        canvas.setFont(FACES[self.face], self.size)
        canvas.drawString(x, y, text)


@dataclass(frozen=True)
class Paragraph:
    """A text with the space above it in points."""

    text: str
    style: TextStyle
    space_above: float = 0
    is_balanced: bool = False
    """True if its lines get about equal lengths, as in a title."""


@dataclass(frozen=True)
class TextArea:
    """An area for paragraphs, from its left edge and top downwards.

    `alignment` is the share of a line's free space that precedes it: 0 is flush left, 0.5 centred, 1 flush right.
    """

    x: float
    top: float
    width: float
    height: float
    alignment: float = 0


@dataclass(frozen=True)
class PlacedLine:
    """A line of a paragraph at its position."""

    text: str
    style: TextStyle
    x: float
    y: float


@dataclass(frozen=True)
class TextColumn:
    """Paragraphs after layout; `bottom` is the highest position of the next element."""

    lines: tuple[PlacedLine, ...]
    bottom: float

    def draw_column(self, canvas: "Canvas", x: float = 0, y: float = 0) -> None:
        """Draw the lines, moved right by x and up by y."""
        for line in self.lines:
            line.style.draw_text(canvas, line.text, line.x + x, line.y + y)


def set_column(paragraphs: Sequence[Paragraph], area: TextArea) -> TextColumn:
    """Set paragraphs at the largest common scale at which they fit; words stay whole as long as that is readable."""
    nonempty = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    readable_percent = (
        100
        * SMALLEST_READABLE_POINTS
        / min((paragraph.style.size for paragraph in nonempty), default=SMALLEST_READABLE_POINTS)
    )
    for unbreakable, min_percent in (
        (WORD_PATTERN, max(WHOLE_WORDS_PERCENT, readable_percent)),
        (WORD_PART_PATTERN, max(WHOLE_PARTS_PERCENT, readable_percent)),
        (None, SMALLEST_PERCENT),
    ):
        for percent in range(100, int(min_percent), -SHRINK_STEP_PERCENT):
            column = set_column_at_scale(nonempty, area, percent / 100, unbreakable)
            if column is not None and area.top - column.bottom <= area.height:
                return column
    return set_column_at_scale(nonempty, area, SMALLEST_PERCENT / 100) or TextColumn((), area.top)


def set_column_at_scale(
    paragraphs: Sequence[Paragraph], area: TextArea, scale: float, unbreakable: Pattern[str] | None = None
) -> TextColumn | None:
    """Set paragraphs at a scale; None if something that must not be broken is wider than the area."""
    lines: list[PlacedLine] = []
    y = area.top
    for number, paragraph in enumerate(paragraphs):
        style = replace(paragraph.style, size=paragraph.style.size * scale)
        if unbreakable and any(style.measure_text(part) > area.width for part in unbreakable.findall(paragraph.text)):
            return None
        y -= paragraph.space_above * scale if number else 0
        for line in split_into_lines(paragraph.text, style, area.width, is_balanced=paragraph.is_balanced):
            x = area.x + area.alignment * (area.width - style.measure_text(line))
            lines.append(PlacedLine(line, style, x, y - style.size * ASCENT))
            y -= style.line_height
    return TextColumn(tuple(lines), y)


@lru_cache(maxsize=4096)
def break_text(text: str, style: TextStyle, line_width: float) -> tuple[str, ...]:
    """Break a text into lines of at most `line_width` points, also at its own line ends; an empty text has no line."""
    return tuple(line for line in split_into_lines(text, style, line_width) if line)


def split_into_lines(text: str, style: TextStyle, line_width: float, *, is_balanced: bool = False) -> Iterator[str]:
    """Yield the lines of a text; letters that the faces lack become twins or question marks, and stress marks are left out."""
    paper_characters = list_paper_characters()
    block = Block(0, 0, line_width, style.face, style.size, style.size, "")
    for source_line in remove_unshowable_characters(text).splitlines():
        letters = "".join(
            letter if letter in paper_characters or letter.isspace() else UNKNOWN_LETTER
            for letter in replace_twins(source_line)
            if letter in paper_characters or not unicodedata.combining(letter)
        )
        text_of_line = " ".join(piece for word in letters.split() for piece in break_word(word, style, line_width))
        lines = wrap_text(text_of_line, block, style.size, line_width)
        yield from balance_lines(text_of_line, block, style.size, len(lines)) if is_balanced else lines


def break_word(word: str, style: TextStyle, line_width: float) -> Iterator[str]:
    """Yield the pieces of a word that is wider than a line, split between its parts if it has some."""
    piece = ""
    for letter in word:
        if piece and style.measure_text(piece + letter) > line_width:
            end = max(map(piece.rfind, "-/@.")) + 1 or len(piece)
            yield piece[:end]
            piece = piece[end:]
        piece += letter
    yield piece

"""Texts in the typefaces of the certificates: broken into lines, or set into a room, made smaller until they fit, never cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from re import Pattern
from typing import Literal

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.text_fitting import Block, balance_lines, wrap_text
from certificates.drawing.typeface import FACES, list_face_characters, load_face, measure_width
from trainer.documents.page import COLOURS
from trainer.web.text import remove_unshowable_characters

SHRINK_STEP_PERCENT = 4  # percent by which a text is made smaller at a time
SMALLEST_PERCENT = 8  # percent of the intended size
WORD_PATTERN, WHOLE_WORDS_PERCENT = re.compile(r"\S+"), 80  # percent; down to it every word stays whole
WORD_PART_PATTERN, WHOLE_PARTS_PERCENT = (
    re.compile(r"[^\s/@.-]+[/@.-]*"),
    52,
)  # percent; down to it words are broken at signs alone
SMALLEST_READABLE_POINTS = 6.5  # points; letters are not made smaller than that to keep anything whole
UNKNOWN_LETTER = "?"  # stands for a letter that the face lacks
ASCENT = 0.76  # of the size: how far a letter rises above the baseline


@dataclass(frozen=True)
class TextStyle:
    """How a text is set: a face of the certificates, its size in points, the distance of its lines in sizes."""

    face: Literal["serif", "italic", "sans", "bold"] = "sans"
    size: float = 10
    colour: str = COLOURS["ink"]
    leading: float = 1.25

    @property
    def line_height(self) -> float:
        """How tall a line is."""
        return self.size * self.leading

    def measure_text(self, text: str) -> float:
        """Say how wide a text is."""
        return measure_width(text, FACES[self.face], self.size)

    def draw_text(self, canvas: Canvas, text: str, x: float, y: float) -> None:
        """Draw a line of text from x along its baseline."""
        load_face(FACES[self.face])
        canvas.setFillColor(parse_colour(self.colour))
        canvas.setFont(FACES[self.face], self.size)
        canvas.drawString(x, y, text)


@cache
def parse_colour(name: str) -> Color:
    """Read a colour once."""
    return HexColor(name)


@dataclass(frozen=True)
class Paragraph:
    """A text with so many points of room above it."""

    text: str
    style: TextStyle
    space_above: float = 0
    is_balanced: bool = False
    """Whether its lines are made about equally long, as in a title."""


@dataclass(frozen=True)
class TextArea:
    """Where paragraphs may stand: from a left edge and a top downwards.

    `share` is how much of what a line leaves free stands before it: half of it sets it in the middle, all of it flush right.
    """

    x: float
    top: float
    width: float
    height: float
    alignment: float = 0


@dataclass(frozen=True)
class PlacedLine:
    """A line of a paragraph at its place."""

    text: str
    style: TextStyle
    x: float
    y: float


@dataclass(frozen=True)
class TextColumn:
    """Paragraphs set; `bottom` is where the next thing may stand."""

    lines: tuple[PlacedLine, ...]
    bottom: float

    def draw_column(self, canvas: Canvas, x: float = 0, y: float = 0) -> None:
        """Draw the lines, moved to the right and upwards."""
        for line in self.lines:
            line.style.draw_text(canvas, line.text, line.x + x, line.y + y)


def set_column(paragraphs: Sequence[Paragraph], area: TextArea) -> TextColumn:
    """Set paragraphs as large as they fit, all made smaller alike; words stay whole as long as that can be read."""
    said = [each for each in paragraphs if each.text.strip()]
    readable = (
        100 * SMALLEST_READABLE_POINTS / min((each.style.size for each in said), default=SMALLEST_READABLE_POINTS)
    )
    for whole, least in (
        (WORD_PATTERN, max(WHOLE_WORDS_PERCENT, readable)),
        (WORD_PART_PATTERN, max(WHOLE_PARTS_PERCENT, readable)),
        (None, SMALLEST_PERCENT),
    ):
        for percent in range(100, int(least), -SHRINK_STEP_PERCENT):
            column = set_column_at_scale(said, area, percent / 100, whole)
            if column is not None and area.top - column.bottom <= area.height:
                return column
    return set_column_at_scale(said, area, SMALLEST_PERCENT / 100) or TextColumn((), area.top)


def set_column_at_scale(
    paragraphs: Sequence[Paragraph], area: TextArea, scale: float, unbreakable: Pattern[str] | None = None
) -> TextColumn | None:
    """Set paragraphs at a scale; None where something that is to stay whole is wider than the room."""
    lines: list[PlacedLine] = []
    y = area.top
    for number, each in enumerate(paragraphs):
        look = replace(each.style, size=each.style.size * scale)
        if unbreakable and any(look.measure_text(part) > area.width for part in unbreakable.findall(each.text)):
            return None
        y -= each.space_above * scale if number else 0
        for line in split_into_lines(each.text, look, area.width, is_balanced=each.is_balanced):
            x = area.x + area.alignment * (area.width - look.measure_text(line))
            lines.append(PlacedLine(line, look, x, y - look.size * ASCENT))
            y -= look.line_height
    return TextColumn(tuple(lines), y)


@lru_cache(maxsize=4096)
def break_text(text: str, style: TextStyle, line_width: float) -> tuple[str, ...]:
    """Break a text into lines of so many points at most, at its own line ends too; an empty text has no line."""
    return tuple(line for line in split_into_lines(text, style, line_width) if line)


def split_into_lines(text: str, style: TextStyle, line_width: float, *, is_balanced: bool = False) -> Iterator[str]:
    """Break a text into lines; letters that its face lacks are shown as question marks."""
    known = list_face_characters(FACES[style.face])
    block = Block(0, 0, line_width, style.face, style.size, style.size, "")
    for part in remove_unshowable_characters(text).splitlines():
        letters = "".join(each if each in known or each.isspace() else UNKNOWN_LETTER for each in part)
        said = " ".join(piece for word in letters.split() for piece in break_word(word, style, line_width))
        lines = wrap_text(said, block, style.size, line_width)
        yield from balance_lines(said, block, style.size, len(lines)) if is_balanced else lines


def break_word(word: str, style: TextStyle, line_width: float) -> Iterator[str]:
    """Break a word that is wider than a line, between its parts where it has some."""
    piece = ""
    for letter in word:
        if piece and style.measure_text(piece + letter) > line_width:
            end = max(map(piece.rfind, "-/@.")) + 1 or len(piece)
            yield piece[:end]
            piece = piece[end:]
        piece += letter
    yield piece

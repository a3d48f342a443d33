"""Texts in the typefaces of the certificates: broken into lines, or set into a room, made smaller until they fit, never cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from re import Pattern
from typing import Literal

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.design import Block
from certificates.drawing.typeface import FACES, face, shown, width
from certificates.layout import balanced, wrap
from trainer.documents.page import COLOURS
from trainer.web.text import showable

STEP = 4  # percent by which a text is made smaller at a time
SMALLEST = 8  # percent of the intended size
WORD, WHOLE_WORDS = re.compile(r"\S+"), 80  # percent; down to it every word stays whole
PART, WHOLE_PARTS = re.compile(r"[^\s/@.-]+[/@.-]*"), 52  # percent; down to it words are broken at signs alone
READABLE = 6.5  # points; letters are not made smaller than that to keep anything whole
UNKNOWN = "?"  # stands for a letter that the face lacks
ASCENT = 0.76  # of the size: how far a letter rises above the baseline


@dataclass(frozen=True)
class Look:
    """How a text is set: a face of the certificates, its size in points, the distance of its lines in sizes."""

    face: Literal["serif", "italic", "sans", "bold"] = "sans"
    size: float = 10
    colour: str = COLOURS["ink"]
    leading: float = 1.25

    @property
    def line(self) -> float:
        """How tall a line is."""
        return self.size * self.leading

    def width(self, text: str) -> float:
        """Say how wide a text is."""
        return width(text, FACES[self.face], self.size)

    def draw(self, canvas: Canvas, text: str, x: float, y: float) -> None:
        """Draw a line of text from x along its baseline."""
        face(FACES[self.face])
        canvas.setFillColor(colour_of(self.colour))
        canvas.setFont(FACES[self.face], self.size)
        canvas.drawString(x, y, text)


@cache
def colour_of(name: str) -> Color:
    """Read a colour once."""
    return HexColor(name)


@dataclass(frozen=True)
class Paragraph:
    """A text with so many points of room above it."""

    text: str
    look: Look
    above: float = 0
    even: bool = False
    """Whether its lines are made about equally long, as in a title."""


@dataclass(frozen=True)
class Room:
    """Where paragraphs may stand: from a left edge and a top downwards.

    `share` is how much of what a line leaves free stands before it: half of it sets it in the middle, all of it flush right.
    """

    x: float
    top: float
    width: float
    height: float
    share: float = 0


@dataclass(frozen=True)
class SetLine:
    """A line of a paragraph at its place."""

    text: str
    look: Look
    x: float
    y: float


@dataclass(frozen=True)
class Column:
    """Paragraphs set; `bottom` is where the next thing may stand."""

    lines: tuple[SetLine, ...]
    bottom: float

    def draw(self, canvas: Canvas, x: float = 0, y: float = 0) -> None:
        """Draw the lines, moved to the right and upwards."""
        for line in self.lines:
            line.look.draw(canvas, line.text, line.x + x, line.y + y)


def set_column(paragraphs: Sequence[Paragraph], room: Room) -> Column:
    """Set paragraphs as large as they fit, all made smaller alike; words stay whole as long as that can be read."""
    said = [each for each in paragraphs if each.text.strip()]
    readable = 100 * READABLE / min((each.look.size for each in said), default=READABLE)
    for whole, least in (WORD, max(WHOLE_WORDS, readable)), (PART, max(WHOLE_PARTS, readable)), (None, SMALLEST):
        for percent in range(100, int(least), -STEP):
            column = set_at(said, room, percent / 100, whole)
            if column is not None and room.top - column.bottom <= room.height:
                return column
    return set_at(said, room, SMALLEST / 100) or Column((), room.top)


def set_at(
    paragraphs: Sequence[Paragraph], room: Room, scale: float, whole: Pattern[str] | None = None
) -> Column | None:
    """Set paragraphs at a scale; None where something that is to stay whole is wider than the room."""
    lines: list[SetLine] = []
    y = room.top
    for number, each in enumerate(paragraphs):
        look = replace(each.look, size=each.look.size * scale)
        if whole and any(look.width(part) > room.width for part in whole.findall(each.text)):
            return None
        y -= each.above * scale if number else 0
        for line in lines_of(each.text, look, room.width, even=each.even):
            x = room.x + room.share * (room.width - look.width(line))
            lines.append(SetLine(line, look, x, y - look.size * ASCENT))
            y -= look.line
    return Column(tuple(lines), y)


@lru_cache(maxsize=4096)
def broken(text: str, look: Look, wide: float) -> tuple[str, ...]:
    """Break a text into lines of so many points at most, at its own line ends too; an empty text has no line."""
    return tuple(line for line in lines_of(text, look, wide) if line)


def lines_of(text: str, look: Look, wide: float, *, even: bool = False) -> Iterator[str]:
    """Break a text into lines; letters that its face lacks are shown as question marks."""
    known = shown(FACES[look.face])
    block = Block(0, 0, wide, look.face, look.size, look.size, "")
    for part in showable(text).splitlines():
        letters = "".join(each if each in known or each.isspace() else UNKNOWN for each in part)
        said = " ".join(piece for word in letters.split() for piece in pieces(word, look, wide))
        lines = wrap(said, block, look.size, wide)
        yield from balanced(said, block, look.size, len(lines)) if even else lines


def pieces(word: str, look: Look, wide: float) -> Iterator[str]:
    """Break a word that is wider than a line, between its parts where it has some."""
    piece = ""
    for letter in word:
        if piece and look.width(piece + letter) > wide:
            end = max(map(piece.rfind, "-/@.")) + 1 or len(piece)
            yield piece[:end]
            piece = piece[end:]
        piece += letter
    yield piece

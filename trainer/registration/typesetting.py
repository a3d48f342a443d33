"""Paragraphs one below the other on a page, in the typefaces of the certificates: made smaller until all of them fit, never cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.design import Block
from certificates.layout import balanced, measured, wrap
from certificates.typeface import FACES, face, shown

STEP = 4  # percent by which a text is made smaller at a time
SMALLEST = 8  # percent of the intended size
WHOLE_WORDS = 52  # percent; below it a word that is wider than the column is broken
UNKNOWN = "?"  # stands for a letter that the face lacks
ASCENT = 0.76  # of the size: how far a letter rises above the baseline


@dataclass(frozen=True)
class Paragraph:
    """A text in a face of the certificates (serif, italic, sans, bold), with so many points of room above it."""

    text: str
    face: str
    size: float
    colour: str
    above: float = 0
    leading: float = 1.25
    even: bool = False
    """Whether its lines are made about equally long, as in a title."""


@dataclass(frozen=True)
class Room:
    """Where paragraphs may stand: from a left edge and a top downwards."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class SetLine:
    """A line of a paragraph at its place."""

    text: str
    face: str
    size: float
    colour: str
    x: float
    y: float


@dataclass(frozen=True)
class Column:
    """Paragraphs set; `bottom` is where the next thing may stand."""

    lines: tuple[SetLine, ...]
    bottom: float

    def draw(self, canvas: Canvas) -> None:
        """Draw the lines."""
        for line in self.lines:
            face(FACES[line.face])
            canvas.setFillColor(HexColor(line.colour))
            canvas.setFont(FACES[line.face], line.size)
            canvas.drawString(line.x, line.y, line.text)


def set_column(paragraphs: Sequence[Paragraph], room: Room) -> Column:
    """Set paragraphs as large as they fit, all made smaller alike."""
    said = [each for each in paragraphs if each.text.strip()]
    for percent in range(100, SMALLEST, -STEP):
        column = set_at(said, room, percent / 100, whole=percent > WHOLE_WORDS)
        if column is not None and room.top - column.bottom <= room.height:
            return column
    return set_at(said, room, SMALLEST / 100, whole=False) or Column((), room.top)


def set_at(paragraphs: Sequence[Paragraph], room: Room, scale: float, *, whole: bool) -> Column | None:
    """Set paragraphs at a scale; None where a word is wider than the room and words are to stay whole."""
    lines: list[SetLine] = []
    y = room.top
    for number, each in enumerate(paragraphs):
        size = each.size * scale
        block = Block(room.x, 0, room.width, each.face, size, size, each.colour)  # type: ignore[arg-type]
        if whole and any(measured(word, block, size) > room.width for word in each.text.split()):
            return None
        y -= each.above * scale if number else 0
        for line in lines_of(each, block):
            lines.append(SetLine(line, each.face, size, each.colour, room.x, y - size * ASCENT))
            y -= size * each.leading
    return Column(tuple(lines), y)


def lines_of(paragraph: Paragraph, block: Block) -> Iterator[str]:
    """Break a paragraph into lines, at its own line ends too."""
    known = shown(FACES[block.face])
    for part in paragraph.text.splitlines():
        letters = "".join(each if each in known or each.isspace() else UNKNOWN for each in part)
        text = " ".join(piece for word in letters.split() for piece in pieces(word, block))
        lines = wrap(text, block, block.largest, block.width)
        yield from balanced(text, block, block.largest, len(lines)) if paragraph.even else lines


def pieces(word: str, block: Block) -> Iterator[str]:
    """Break a word that is wider than a line, after a hyphen or a slash where it has one."""
    piece = ""
    for letter in word:
        if piece and measured(piece + letter, block, block.largest) > block.width:
            end = max(piece.rfind("-"), piece.rfind("/")) + 1 or len(piece)
            yield piece[:end]
            piece = piece[end:]
        piece += letter
    yield piece

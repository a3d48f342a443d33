"""Elements of a layout: lines of text, slots, signature lines, and problems that prevent printing."""

from dataclasses import dataclass

from certificates.drawing.text_fitting import Block
from certificates.drawing.typeface import measure_width

ASCENDER, DESCENDER = 0.75, 0.25  # height above and depth below the baseline, as a share of the size

Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top of a rectangle."""

Role = str
"""What a line is to a screen reader: H1 for the heading, P for the rest."""


@dataclass(frozen=True)
class TextLine:
    """A line of text starting at x on its baseline; lengths in points."""

    text: str
    face: str
    size: float
    x: float
    y: float
    colour: str
    language: str
    role: Role = "P"
    tracking: float = 0

    @property
    def bottom(self) -> float:
        """Return the lower edge of its letters."""
        return self.y - DESCENDER * self.size

    @property
    def bounds(self) -> Bounds:
        """Return the rectangle around its letters."""
        right = self.x + measure_width(self.text, self.face, self.size, self.tracking)
        return self.x, self.bottom, right, self.y + ASCENDER * self.size


@dataclass(frozen=True)
class Slot:
    """A line whose text differs between certificates: `field` is recipient, number or code.

    It is set in the first of the blocks that it fits into.
    """

    field: str
    blocks: tuple[Block, ...]
    colour: str
    language: str
    role: Role = "P"


@dataclass(frozen=True)
class SignatureLine:
    """A horizontal line from x1 to x2 to sign on."""

    x1: float
    x2: float
    y: float
    colour: str
    thickness: float

    @property
    def bounds(self) -> Bounds:
        """Return the rectangle around it."""
        return self.x1, self.y - self.thickness / 2, self.x2, self.y + self.thickness / 2


@dataclass(frozen=True)
class PrintProblem:
    """Reason why a certificate cannot be printed: the font lacks characters, or (if there are none) the text does not fit.

    The field is `code` where the QR code would cover the text. Missing characters are separated by blanks, each as a person can
    read it (`list_unprintable_letters`).
    """

    field: str
    text: str
    missing_characters: str = ""


@dataclass(frozen=True)
class Layout:
    """Layout that certificates of the same seminar share, in reading order."""

    items: tuple[TextLine | Slot, ...]
    signature_lines: tuple[SignatureLine, ...]
    problems: tuple[PrintProblem, ...]


def has_overlap(first: Bounds, second: Bounds) -> bool:
    """Return whether two rectangles overlap."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]

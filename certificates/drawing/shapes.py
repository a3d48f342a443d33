"""Ornaments of plain shapes: rectangles, lines and diamonds; and the base class of all ornaments."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas


Colours = Mapping[str, str]


@cache
def parse_colour(name: str) -> "Color":
    """Parse a colour #rrggbb once. reportlab is imported late: it takes long, and the first page needs no drawing."""
    from reportlab.lib.colors import HexColor

    return HexColor(name)


@dataclass(frozen=True)
class Ornament(ABC):
    """Something drawn once, in a colour of the design."""

    colour: str

    def prepare(self, canvas: "Canvas", name: str, colours: Colours) -> None:  # noqa: B027  # optional
        """Create the forms that are repeated; `name` is unique to this ornament."""

    @abstractmethod
    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        """Draw the ornament on the background."""


@dataclass(frozen=True)
class Area(Ornament):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.setFillColor(parse_colour(colours[self.colour]))
        canvas.rect(self.x, self.y, self.width, self.height, stroke=0, fill=1)


@dataclass(frozen=True)
class Frame(Area):
    """The outline of a rectangle."""

    thickness: float

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.setStrokeColor(parse_colour(colours[self.colour]))
        canvas.setLineWidth(self.thickness)
        canvas.rect(self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Rule(Ornament):
    """A horizontal line."""

    x1: float
    x2: float
    y: float
    thickness: float

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.setStrokeColor(parse_colour(colours[self.colour]))
        canvas.setLineWidth(self.thickness)
        canvas.line(self.x1, self.y, self.x2, self.y)


@dataclass(frozen=True)
class Diamond(Ornament):
    """A small square standing on its corner."""

    x: float
    y: float
    reach: float

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.setFillColor(parse_colour(colours[self.colour]))
        path = canvas.beginPath()
        path.moveTo(self.x - self.reach, self.y)
        path.lineTo(self.x, self.y + self.reach)
        path.lineTo(self.x + self.reach, self.y)
        path.lineTo(self.x, self.y - self.reach)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)

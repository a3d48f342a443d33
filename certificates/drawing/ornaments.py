"""Ornaments of curves: guilloche rosettes, ram's horns, the sun, borders. Each curve is drawn once and repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from certificates.drawing.shapes import Area, Colours, Diamond, Frame, Ornament, Rule, parse_colour

if TYPE_CHECKING:
    from PIL import Image
    from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True)
class Rosette(Ornament):
    """Guilloche: an ellipse between two radii, rotated until the lines weave a ring."""

    x: float
    y: float
    outer: float
    inner: float
    turns: int
    thickness: float

    def prepare(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        reach = round(self.outer) + 2
        canvas.beginForm(name, -reach, -reach, reach, reach)
        canvas.setLineWidth(self.thickness)
        canvas.ellipse(-self.outer, -self.inner, self.outer, self.inner)
        canvas.endForm()

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.saveState()
        canvas.setStrokeColor(parse_colour(colours[self.colour]))
        canvas.translate(self.x, self.y)
        for _turn in range(self.turns):
            canvas.doForm(name)
            canvas.rotate(180 / self.turns)
        canvas.restoreState()


@dataclass(frozen=True)
class Horns(Ornament):
    """Ram's horn (қошқар мүйіз), the ornament of Kazakh felt and silver, in each corner of a rectangle."""

    x: float
    y: float
    width: float
    height: float
    size: float
    heart: str

    def prepare(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.beginForm(name, -2, -2, 74, 74)
        canvas.setStrokeColor(parse_colour(colours[self.colour]))
        canvas.setLineWidth(1.5)
        canvas.setLineCap(1)
        for mirrored in (False, True):
            canvas.saveState()
            if mirrored:
                canvas.transform(0, 1, 1, 0, 0, 0)
            path = canvas.beginPath()
            path.moveTo(0, 0)
            path.curveTo(6, 13, 15, 22, 29, 22)
            path.curveTo(40, 22, 44, 12, 37, 7)
            path.curveTo(31, 3, 24, 8, 27, 13)
            path.curveTo(29, 16, 33, 15, 33, 12)
            path.moveTo(2, 0)
            path.curveTo(20, 2, 46, 1, 70, 0)
            canvas.drawPath(path)
            canvas.restoreState()
        Diamond(self.heart, 21.4, 21.4, 2.9).draw(canvas, name, colours)
        canvas.endForm()

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        scale = self.size / 70
        for x, across in ((self.x, scale), (self.x + self.width, -scale)):
            for y, up in ((self.y, scale), (self.y + self.height, -scale)):
                canvas.saveState()
                canvas.transform(across, 0, 0, up, x, y)
                canvas.doForm(name)
                canvas.restoreState()


@dataclass(frozen=True)
class Sun(Ornament):
    """A disc surrounded by grain-shaped rays."""

    x: float
    y: float
    radius: float
    rays: int
    reach: float

    def prepare(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        near, far, half = self.radius * 1.18, self.reach, pi * self.radius / self.rays * 0.72
        canvas.beginForm(name, round(near) - 2, -round(half) - 2, round(far) + 2, round(half) + 2)
        path = canvas.beginPath()
        path.moveTo(near, 0)
        path.curveTo(near + (far - near) * 0.3, half, near + (far - near) * 0.62, half, far, 0)
        path.curveTo(near + (far - near) * 0.62, -half, near + (far - near) * 0.3, -half, near, 0)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.endForm()

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.saveState()
        canvas.setFillColor(parse_colour(colours[self.colour]))
        canvas.translate(self.x, self.y)
        canvas.circle(0, 0, self.radius, stroke=0, fill=1)
        for _ray in range(self.rays):
            canvas.doForm(name)
            canvas.rotate(360 / self.rays)
        canvas.restoreState()


@dataclass(frozen=True)
class Border(Ornament):
    """A vertical band of felt ornament: pairs of ram's horns one above the other, back to back."""

    x: float
    y: float
    count: int
    step: float
    size: float
    thickness: float

    def prepare(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        canvas.beginForm(name, -32, -32, 32, 32)
        canvas.setStrokeColor(parse_colour(colours[self.colour]))
        canvas.setLineWidth(self.thickness)
        canvas.setLineCap(1)
        for across in (1, -1):
            for up in (1, -1):
                path = canvas.beginPath()
                path.moveTo(0, 0)
                path.curveTo(across * 3, up * 12, across * 9, up * 23, across * 18, up * 22)
                path.curveTo(across * 27, up * 21, across * 27, up * 9, across * 19, up * 9)
                path.curveTo(across * 13, up * 9, across * 13, up * 17, across * 18, up * 16.5)
                canvas.drawPath(path)
        canvas.setFillColor(parse_colour(colours[self.colour]))
        for turn in range(4):
            canvas.circle(29 * cos(turn * pi / 2), 29 * sin(turn * pi / 2), 1.6, stroke=0, fill=1)
        canvas.endForm()

    def draw(self, canvas: "Canvas", name: str, colours: Colours) -> None:
        for number in range(self.count):
            canvas.saveState()
            canvas.translate(self.x, self.y + number * self.step)
            canvas.scale(self.size / 60, self.size / 60)
            canvas.doForm(name)
            canvas.restoreState()


ORNAMENT_KINDS: Mapping[str, type[Ornament]] = {
    ornament.__name__.lower(): ornament for ornament in (Area, Frame, Rule, Diamond, Rosette, Horns, Sun, Border)
}
"""Ornament classes by their names in design files."""


@dataclass(frozen=True)
class PlacedPicture:
    """An image centred in a rectangle."""

    image: "Image.Image"
    x: float
    y: float
    width: float
    height: float

    def draw_picture(self, canvas: "Canvas") -> None:
        """Draw the image as large as the rectangle allows."""
        from reportlab.lib.utils import ImageReader

        image_and_box = ImageReader(self.image), self.x, self.y, self.width, self.height
        canvas.drawImage(*image_and_box, preserveAspectRatio=True, anchor="c")


def draw_certificate_ground(
    canvas: "Canvas",
    size: tuple[float, float],
    ornaments: Sequence[Ornament],
    colours: Colours,
    pictures: Sequence[PlacedPicture],
) -> None:
    """Draw paper and ornaments as the form `ground`, in order, and the pictures above them."""
    named_ornaments = [(f"ornament{number}", ornament) for number, ornament in enumerate(ornaments)]
    for name, ornament in named_ornaments:
        ornament.prepare(canvas, name, colours)
    canvas.beginForm("ground", 0, 0, *size)
    Area("paper", 0, 0, *size).draw(canvas, "", colours)
    for name, ornament in named_ornaments:
        ornament.draw(canvas, name, colours)
    for picture in pictures:
        picture.draw_picture(canvas)
    canvas.endForm()

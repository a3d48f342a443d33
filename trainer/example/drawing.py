"""Pictures and documents of the example, drawn: nobody can be recognised in them."""

import io
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.drawing import BOLD, SANS, SERIF, get_font_path
from trainer.documents.flow import set_text_strips
from trainer.documents.paper import DocumentHeading, render_document

if TYPE_CHECKING:
    from PIL import Image

Point = tuple[float, float]
SIZE = (800, 600)
SHARPNESS = 2
"""How many times larger a picture is drawn than it is stored, so that its edges are smooth."""
PAPER, INK, BRAND, GOLD, FLOOR = "#faf8f3", "#22333b", "#0d4d5c", "#b8892b", "#d9cfbd"
CLOTHES = ("#2f6f7e", "#8a5a44", "#5b6c9d", "#7d8f4e", "#a05c7b", "#c08a2e", "#4f7a5a")
SKIN = ("#e0b394", "#c98f6b", "#f0c9a8")
WALLS = ("#e8e2d4", "#dfe6e4", "#ece3da", "#e2e4ec")
LATITUDE, LONGITUDE = (43.0, 39.0, 12.0), (51.0, 10.0, 10.0)  # Aktau
EXIF_MAKER, EXIF_DIRECTORY, EXIF_TAKEN, EXIF_PLACE = 0x010F, 0x8769, 0x9003, 0x8825  # Exif 2.32, tables 4 to 7 and 15
QUALITY = 82


class Scene(StrEnum):
    """What a photo of the example shows."""

    HALL = "hall"
    PRACTICE = "practice"
    PAPERS = "papers"


class Sketch:
    """A picture that is being drawn, in points of the stored one."""

    def __init__(self, background: str, size: tuple[int, int] = SIZE) -> None:
        from PIL import Image, ImageDraw

        self.size = size
        self.picture: Image.Image = Image.new("RGB", (size[0] * SHARPNESS, size[1] * SHARPNESS), background)
        self.pen: ImageDraw.ImageDraw = ImageDraw.Draw(self.picture)

    def fill(self, left: float, top: float, right: float, bottom: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle with round corners."""
        corners = [value * SHARPNESS for value in (left, top, right, bottom)]
        self.pen.rounded_rectangle(corners, radius * SHARPNESS, fill=colour)

    def draw_disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        corners = [value * SHARPNESS for value in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(corners, fill=colour)

    def draw_ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        """Draw a circle."""
        corners = [value * SHARPNESS for value in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(corners, outline=colour, width=round(width * SHARPNESS))

    def draw_line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Draw a line through points."""
        scaled = [(x * SHARPNESS, y * SHARPNESS) for x, y in points]
        self.pen.line(scaled, fill=colour, width=round(width * SHARPNESS), joint="curve")

    def write(self, x: float, y: float, text: str, size: float, colour: str = INK, face: str = SANS) -> None:
        """Write a line of text whose middle is at x and whose top is at y; one that is too wide is set smaller."""
        from PIL import ImageFont

        room = min(x, self.size[0] - x) * 2 - 40
        font: ImageFont.FreeTypeFont = ImageFont.truetype(get_font_path(face), round(size * SHARPNESS))
        width = font.getlength(text) / SHARPNESS
        if width > room:
            font = ImageFont.truetype(get_font_path(face), round(size * SHARPNESS * room / width))
        self.pen.text((x * SHARPNESS, y * SHARPNESS), text, colour, font, anchor="ma")

    def mirror(self) -> None:
        """Swap left and right."""
        from PIL import ImageDraw, ImageOps

        self.picture = ImageOps.mirror(self.picture)
        self.pen = ImageDraw.Draw(self.picture)

    def finish(self) -> "Image.Image":
        """Return the picture in its size."""
        return self.picture.reduce(SHARPNESS)


def draw_photo(scene: Scene, number: int, title: str, moment: datetime) -> bytes:
    """Return a JPEG as a phone takes it, with its local time and the place; number and scene decide what it shows."""
    sketch = Sketch(WALLS[number % len(WALLS)])
    {Scene.HALL: draw_hall, Scene.PRACTICE: draw_practice, Scene.PAPERS: draw_papers}[scene](sketch, number, title)
    picture, file = sketch.finish(), io.BytesIO()
    exif = picture.getexif()
    exif[EXIF_MAKER] = "Example"
    exif[EXIF_DIRECTORY] = {EXIF_TAKEN: f"{moment:%Y:%m:%d %H:%M:%S}"}
    exif[EXIF_PLACE] = {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE}
    picture.save(file, "JPEG", quality=QUALITY, exif=exif)
    return file.getvalue()


def draw_hall(sketch: Sketch, number: int, title: str) -> None:
    """Draw a hall from behind: a screen with the title, a trainer, rows of listeners, one of them in a wheelchair."""
    sketch.fill(0, 430, 800, 600, FLOOR)
    left = 150 + number * 37 % 90
    sketch.fill(left, 60, left + 430, 310, "#ffffff", 6)
    sketch.fill(left, 60, left + 430, 104, BRAND, 6)
    sketch.write(left + 215, 72, title, 17, "#ffffff", BOLD)
    for row in range(4):
        sketch.fill(left + 36, 134 + row * 38, left + 130 + (number * 71 + row * 97) % 240, 148 + row * 38, GOLD, 7)
    draw_person(sketch, left + 480 if number % 2 else left - 50, 330, 1.15, number)
    for place in range(6):
        x = 80 + place * 128 + number * 29 % 40
        draw_person(sketch, x, 464 + place % 2 * 26, 1.25, number + place + 1, in_wheelchair=place == number % 6)


def draw_practice(sketch: Sketch, number: int, title: str) -> None:
    """Draw an assistant behind somebody in a wheelchair before a ramp, and others who watch."""
    sketch.fill(0, 440, 800, 600, FLOOR)
    for window in range(number % 5):
        sketch.fill(50 + window * 180, 100, 170 + window * 180, 250, "#a9cbd6", 6)
    sketch.pen.polygon(
        [(x * SHARPNESS, y * SHARPNESS) for x, y in ((520, 520), (800, 400), (800, 520))], fill="#bfae92"
    )
    for place in range(3):
        draw_person(sketch, 90 + place * 100, 380, 1.0, number + place + 3)
    x = 400 + number * 43 % 90
    draw_person(sketch, x, 450, 1.6, number, in_wheelchair=True)
    draw_person(sketch, x - 96, 410, 1.7, number + 2)
    sketch.draw_line([(x - 80, 420), (x - 40, 432)], SKIN[(number + 2) % len(SKIN)], 11)
    if number % 2:
        sketch.mirror()
    sketch.write(400, 36, title, 24, BRAND, SERIF)


def draw_papers(sketch: Sketch, number: int, title: str) -> None:
    """Draw printed sheets on a table."""
    sketch.fill(0, 0, 800, 600, "#c9b493")
    for place in range(3):
        left, top = 60 + place * 230 + number * 13 % 30, 90 + (number + place) % 3 * 34
        sketch.fill(left + 8, top + 8, left + 218, top + 348, "#a8946f", 4)
        sketch.fill(left, top, left + 210, top + 340, "#ffffff", 4)
        sketch.fill(left, top, left + 210, top + 46, BRAND, 4)
        for row in range(8):
            sketch.fill(
                left + 22,
                top + 74 + row * 32,
                left + 120 + (number * 53 + row * 41 + place) % 70,
                top + 84 + row * 32,
                "#b9c4c6",
                5,
            )
    sketch.write(400, 520, title, 26, INK, SERIF)


def draw_person(sketch: Sketch, x: float, y: float, scale: float, number: int, *, in_wheelchair: bool = False) -> None:
    """Draw head and shoulders of a person above the point of the body's middle, without a face."""
    clothes, skin = CLOTHES[number % len(CLOTHES)], SKIN[number % len(SKIN)]
    if in_wheelchair:
        sketch.draw_line([(x - 34 * scale, y - 40 * scale), (x - 30 * scale, y + 36 * scale)], INK, 5 * scale)
        sketch.draw_ring(x - 4 * scale, y + 44 * scale, 34 * scale, INK, 5 * scale)
        sketch.draw_ring(x + 44 * scale, y + 66 * scale, 12 * scale, INK, 4 * scale)
    sketch.fill(x - 30 * scale, y - 36 * scale, x + 30 * scale, y + 40 * scale, clothes, 24 * scale)
    if in_wheelchair:
        sketch.fill(x - 20 * scale, y + 18 * scale, x + 48 * scale, y + 40 * scale, INK, 10 * scale)
    sketch.draw_disc(x, y - 58 * scale, 21 * scale, skin)
    sketch.pen.pieslice(
        [value * SHARPNESS for value in (x - 22 * scale, y - 81 * scale, x + 22 * scale, y - 37 * scale)],
        180 + number % 3 * 8,
        360,
        fill=("#3b2a20", "#1f1b18", "#6b5b4c")[number % 3],
    )


def draw_screenshot(number: int, outlet: str, title: str) -> bytes:
    """Return the PNG of a post on the screen of a phone."""
    sketch = Sketch("#ffffff", (360, 640))
    sketch.fill(0, 0, 360, 52, "#eef1f2")
    sketch.draw_disc(34, 26, 16, CLOTHES[number % len(CLOTHES)])
    sketch.write(190, 15, outlet, 15, INK, BOLD)
    sketch.fill(0, 60, 360, 400, WALLS[number % len(WALLS)])
    draw_person(sketch, 110, 290, 1.5, number)
    draw_person(sketch, 240, 300, 1.5, number + 3, in_wheelchair=True)
    sketch.write(180, 420, title, 16, INK, BOLD)
    for row in range(4):
        sketch.fill(20, 462 + row * 28, 200 + (number * 61 + row * 83) % 130, 474 + row * 28, "#d5dadc", 6)
    return encode_png(sketch)


def draw_infographic(number: int, title: str, figures: Sequence[tuple[str, str]]) -> bytes:
    """Return the PNG of a poster: a title, and numbers with what they count."""
    sketch = Sketch(PAPER, (640, 640))
    sketch.fill(0, 0, 640, 120, CLOTHES[number % len(CLOTHES)])
    sketch.write(320, 36, title, 34, "#ffffff", SERIF)
    for place, (value, words) in enumerate(figures):
        top = 150 + place * 150
        sketch.draw_disc(120, top + 60, 58, GOLD)
        sketch.write(120, top + 34, value, 42, "#ffffff", BOLD)
        sketch.write(405, top + 44, words, 24)
    return encode_png(sketch)


def encode_png(sketch: Sketch) -> bytes:
    """Return a sketch as PNG."""
    file = io.BytesIO()
    sketch.finish().quantize(64).save(file, "PNG")
    return file.getvalue()


def draw_document(
    organizer: str, title: str, facts: Sequence[tuple[str, str]], lines: Sequence[str], footer: str
) -> bytes:
    """Return a PDF of one page in Kazakh: a head with facts, and a line of text each."""
    strips = [strip for line in lines for strip in set_text_strips(line)]
    return render_document(DocumentHeading(organizer, title, facts, footer, "kk"), [strips])

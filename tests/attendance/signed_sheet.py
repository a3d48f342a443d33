"""A printed sheet in the hands of a test: signed with a pen, photographed askew, in bad light, with noise."""

import io
import math
import random
from collections.abc import Iterable

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from trainer.attendance.sheets.pdf import FIRST_LINE_TOP_MM, LINE_HEIGHT_MM, SIGNATURE_FIELD_MM

TABLE = (120, 95, 70)  # the colour of what the sheet lies on


def render_pdf_page_as_picture(pdf: bytes, number: int = 0, dots: int = 150) -> Image.Image:
    """A page of a PDF as it prints, so many dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[number].render(scale=dots / 72).to_pil()
        return drawn.convert("RGB")


def sign_lines(paper: Image.Image, lines: Iterable[int], seed: int = 1) -> Image.Image:
    """The page with signatures on some lines, from 0: some small, some large, in blue and black."""
    made, chance = paper.copy(), random.Random(seed)
    draw, millimetre = ImageDraw.Draw(made), paper.width / 210
    for line in lines:
        x, y = SIGNATURE_FIELD_MM[0] + 3 + 8 * chance.random(), FIRST_LINE_TOP_MM + (line + 0.5) * LINE_HEIGHT_MM
        wide, tall, turns = chance.choice([14, 25, 34]), chance.uniform(1.5, 4), chance.uniform(1.5, 3)
        points = [
            ((x + wide * t / 60) * millimetre, (y + tall * math.sin(t / turns) * math.exp(-t / 60)) * millimetre)
            for t in range(60)
        ]
        ink = chance.choice([(20, 40, 130), (30, 30, 30), (70, 80, 170)])
        draw.line(points, fill=ink, width=max(1, round(0.45 * millimetre)))
    return made


def photograph_page(
    paper: Image.Image, askew: float = 0.06, seed: int = 1, noise: float = 14, quality: int = 70
) -> bytes:
    """A JPEG of the page lying on a table: seen askew, turned a little, half in the shadow, blurred, with noise."""
    chance = random.Random(seed)
    wide, tall = int(paper.width * 1.25), int(paper.height * 1.2)
    ground = Image.new("RGB", (wide, tall), TABLE)
    ground.paste(paper, ((wide - paper.width) // 2, (tall - paper.height) // 2))
    off = [(chance.uniform(0, askew) * wide, chance.uniform(0, askew) * tall) for _corner in range(4)]
    corners = [(0, 0), (0, tall), (wide, tall), (wide, 0)]
    seen = [
        abs(at - by) for (x, y), (right, down) in zip(corners, off, strict=True) for at, by in ((x, right), (y, down))
    ]
    made = ground.transform((wide, tall), Image.Transform.QUAD, seen, Image.Resampling.BILINEAR)
    made = made.rotate(chance.uniform(-10, 10), Image.Resampling.BILINEAR, expand=True, fillcolor=TABLE)
    light = Image.linear_gradient("L").rotate(chance.choice([0, 90, 180, 270])).resize(made.size)
    light = light.point([130 + value // 2 for value in range(256)])
    made = ImageChops.multiply(made, Image.merge("RGB", (light, light, light)))
    grain = Image.effect_noise(made.size, noise)
    made = ImageChops.add(made.filter(ImageFilter.GaussianBlur(0.7)), Image.merge("RGB", (grain,) * 3), 1, -128)
    return encode_jpeg(made, quality)


def encode_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """A picture as a JPEG file."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def join_scans_as_pdf(*pages: Image.Image) -> bytes:
    """Pages as a scanner gives them: one PDF."""
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return file.getvalue()

"""Pictures of signed sheets for tests: rendered, signed, photographed at an angle with shadow and noise, scanned."""

import io
import math
import random
from collections.abc import Iterable

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from trainer.attendance.sheets.pdf import FIRST_LINE_TOP_MM, LINE_HEIGHT_MM, SIGNATURE_FIELD_MM

TABLE_COLOUR = (120, 95, 70)


def render_pdf_page_as_picture(pdf: bytes, number: int = 0, dots: int = 150) -> Image.Image:
    """Return a page of a PDF as a picture with `dots` per inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[number].render(scale=dots / 72).to_pil()
        return drawn.convert("RGB")


def sign_lines(paper: Image.Image, lines: Iterable[int], seed: int = 1) -> Image.Image:
    """Return a copy of the page with random signatures on the given lines, from 0."""
    picture, chance = paper.copy(), random.Random(seed)
    draw, millimetre = ImageDraw.Draw(picture), paper.width / 210
    for line in lines:
        x, y = SIGNATURE_FIELD_MM[0] + 3 + 8 * chance.random(), FIRST_LINE_TOP_MM + (line + 0.5) * LINE_HEIGHT_MM
        wide, tall, turns = chance.choice([14, 25, 34]), chance.uniform(1.5, 4), chance.uniform(1.5, 3)
        points = [
            ((x + wide * t / 60) * millimetre, (y + tall * math.sin(t / turns) * math.exp(-t / 60)) * millimetre)
            for t in range(60)
        ]
        ink = chance.choice([(20, 40, 130), (30, 30, 30), (70, 80, 170)])
        draw.line(points, fill=ink, width=max(1, round(0.45 * millimetre)))
    return picture


def photograph_page(
    paper: Image.Image, askew: float = 0.06, seed: int = 1, noise: float = 14, quality: int = 70
) -> bytes:
    """Return a JPEG of the page on a table: tilted, rotated, half in shadow, blurred, with noise."""
    chance = random.Random(seed)
    wide, tall = int(paper.width * 1.25), int(paper.height * 1.2)
    ground = Image.new("RGB", (wide, tall), TABLE_COLOUR)
    ground.paste(paper, ((wide - paper.width) // 2, (tall - paper.height) // 2))
    offsets = [(chance.uniform(0, askew) * wide, chance.uniform(0, askew) * tall) for _corner in range(4)]
    corners = [(0, 0), (0, tall), (wide, tall), (wide, 0)]
    quad = [
        abs(at - by)
        for (x, y), (right, down) in zip(corners, offsets, strict=True)
        for at, by in ((x, right), (y, down))
    ]
    photo = ground.transform((wide, tall), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR)
    photo = photo.rotate(chance.uniform(-10, 10), Image.Resampling.BILINEAR, expand=True, fillcolor=TABLE_COLOUR)
    light = Image.linear_gradient("L").rotate(chance.choice([0, 90, 180, 270])).resize(photo.size)
    light = light.point([130 + value // 2 for value in range(256)])
    photo = ImageChops.multiply(photo, Image.merge("RGB", (light, light, light)))
    grain = Image.effect_noise(photo.size, noise)
    photo = ImageChops.add(photo.filter(ImageFilter.GaussianBlur(0.7)), Image.merge("RGB", (grain,) * 3), 1, -128)
    return encode_jpeg(photo, quality)


def encode_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """Return a picture as a JPEG file."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def join_scans_as_pdf(*pages: Image.Image) -> bytes:
    """Return pages as one PDF, as a scanner does."""
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return file.getvalue()

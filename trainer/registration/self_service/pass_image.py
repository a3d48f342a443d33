"""The pass that is shown at the entrance: what its QR says, what a tablet may know of it, and how it is drawn."""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import certificates
from certificates.drawing.qr import QUIET, symbol

FONT = Path(certificates.__file__).parent / "fonts" / "PaperSans-SemiBold.ttf"
SCALE, SIDE, LINE, MARGIN = 24, 900, 48, 36  # pixels: a module, the width of the picture, a line of text, white around


def pass_text(code: str) -> str:
    """What the QR of a pass says; in capitals and digits, which make a small QR."""
    return f"PASS:{code}"


def pass_digest(code: str) -> str:
    """The SHA-256 of a pass code: what a tablet's list holds, so that a lost tablet lets nobody in elsewhere."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def modules(code: str) -> list[list[bool]]:
    """The dark and light modules of a pass, row by row, with the white around them."""
    return modules_of(pass_text(code))


def modules_of(text: str) -> list[list[bool]]:
    """The dark and light modules of the QR of a text, row by row, with the white around them."""
    rows = symbol(text).rows()
    size = len(rows) + 2 * QUIET
    blank, side = [False] * size, [False] * QUIET
    return [blank] * QUIET + [side + row + side for row in rows] + [blank] * QUIET


def outline(code: str) -> tuple[int, str]:
    """The QR of a pass for an SVG: how many modules wide it is, and one path."""
    return outline_of(pass_text(code))


def outline_of(text: str) -> tuple[int, str]:
    """The QR of a text for an SVG: how many modules wide it is, and one path."""
    rows = modules_of(text)
    return len(rows), "".join(f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in runs(row))


def runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where dark modules follow each other in a row: the first, and how many."""
    start = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield start, length
        start += length


def wrapped(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Break a text between words into lines that fit; a word that is too long has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def picture(code: str, words: Sequence[str]) -> bytes:
    """The pass as a PNG to keep on the phone, with some lines of words below the QR."""
    from PIL import Image, ImageDraw, ImageFont  # only this picture needs it

    rows, font = modules(code), ImageFont.truetype(str(FONT), LINE - 10)
    lines = [line for each in words for line in wrapped(each, lambda text: font.getlength(text) <= SIDE - 2 * MARGIN)]
    image = Image.new("L", (SIDE, SIDE + LINE * len(lines) + MARGIN), 255)
    drawing, edge = ImageDraw.Draw(image), (SIDE - SCALE * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, n in runs(row):
            left, top = edge + SCALE * x, edge + SCALE * y
            drawing.rectangle((left, top, left + SCALE * n - 1, top + SCALE - 1), fill=0)
    for place, line in enumerate(lines):
        drawing.text((SIDE / 2, SIDE + LINE * place), line, fill=0, font=font, anchor="ma")
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()

"""The pass that is shown at the entrance: what its QR says, what a tablet may know of it, and how it is drawn."""

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import certificates
from trainer.documents.qr_svg import build_qr_modules, build_qr_outline, iterate_dark_runs

PASS_FONT_PATH = Path(certificates.__file__).parent / "fonts" / "PaperSans-SemiBold.ttf"
MODULE_SIZE_PX, QR_AREA_SIZE_PX, LINE_HEIGHT_PX, MARGIN_PX = (
    24,
    900,
    48,
    36,
)  # pixels: a module, the width of the picture, a line of text, white around


def build_pass_text(code: str) -> str:
    """What the QR of a pass says; in capitals and digits, which make a small QR."""
    return f"PASS:{code}"


def hash_pass_code(code: str) -> str:
    """The SHA-256 of a pass code: what a tablet's list holds, so that a lost tablet lets nobody in elsewhere."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def build_pass_modules(code: str) -> list[list[bool]]:
    """The dark and light modules of a pass, row by row, with the white around them."""
    return build_qr_modules(build_pass_text(code))


def build_pass_outline(code: str) -> tuple[int, str]:
    """The QR of a pass for an SVG: how many modules wide it is, and one path."""
    return build_qr_outline(build_pass_text(code))


def wrap_caption(text: str, is_fitting: Callable[[str], bool]) -> list[str]:
    """Break a text between words into lines that fit; a word that is too long has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and is_fitting(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def render_pass_image(code: str, captions: Sequence[str]) -> bytes:
    """The pass as a PNG to keep on the phone, with some lines of words below the QR."""
    from PIL import Image, ImageDraw, ImageFont  # only this picture needs it

    rows, font = build_pass_modules(code), ImageFont.truetype(str(PASS_FONT_PATH), LINE_HEIGHT_PX - 10)
    lines = [
        line
        for each in captions
        for line in wrap_caption(each, lambda text: font.getlength(text) <= QR_AREA_SIZE_PX - 2 * MARGIN_PX)
    ]
    image = Image.new("L", (QR_AREA_SIZE_PX, QR_AREA_SIZE_PX + LINE_HEIGHT_PX * len(lines) + MARGIN_PX), 255)
    drawing, edge = ImageDraw.Draw(image), (QR_AREA_SIZE_PX - MODULE_SIZE_PX * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, n in iterate_dark_runs(row):
            left, top = edge + MODULE_SIZE_PX * x, edge + MODULE_SIZE_PX * y
            drawing.rectangle((left, top, left + MODULE_SIZE_PX * n - 1, top + MODULE_SIZE_PX - 1), fill=0)
    for place, line in enumerate(lines):
        drawing.text(
            (QR_AREA_SIZE_PX / 2, QR_AREA_SIZE_PX + LINE_HEIGHT_PX * place), line, fill=0, font=font, anchor="ma"
        )
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()

"""The pass that trainees show at the entrance: its QR code and its image."""

import io
from collections.abc import Callable, Sequence

from certificates.drawing import BOLD, get_font_path
from trainer.documents.qr_svg import build_qr_modules, build_qr_outline, iterate_dark_runs
from trainer.fingerprint import hash_text

MODULE_SIZE_PX, LINE_HEIGHT_PX, MARGIN_PX = 24, 48, 36
QR_AREA_SIZE_PX = 900  # side of the square with the QR code, and width of the image


def build_pass_text(code: str) -> str:
    """Return the text of the pass's QR code; capitals and digits only, which make a small QR code."""
    return f"PASS:{code}"


def hash_pass_code(code: str) -> str:
    """Return the SHA-256 of a pass code in hex; tablets store this, so that a lost tablet reveals no pass."""
    return hash_text(code)


def build_pass_modules(code: str) -> list[list[bool]]:
    """Return the modules of a pass's QR code row by row, with the quiet zone; True is dark."""
    return build_qr_modules(build_pass_text(code))


def build_pass_outline(code: str) -> tuple[int, str]:
    """Return the width of a pass's QR code in modules and an SVG path of its dark modules."""
    return build_qr_outline(build_pass_text(code))


def wrap_caption(text: str, is_fitting: Callable[[str], bool]) -> list[str]:
    """Break a text at spaces into lines that fit; a word that is too long gets a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and is_fitting(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def render_pass_image(code: str, captions: Sequence[str]) -> bytes:
    """Return the pass as a PNG with captions below the QR code, for keeping on a phone."""
    from PIL import Image, ImageDraw, ImageFont  # imported late: slow, and only this function needs it

    rows, font = build_pass_modules(code), ImageFont.truetype(str(get_font_path(BOLD)), LINE_HEIGHT_PX - 10)
    lines = [
        line
        for caption in captions
        for line in wrap_caption(caption, lambda text: font.getlength(text) <= QR_AREA_SIZE_PX - 2 * MARGIN_PX)
    ]
    image = Image.new("L", (QR_AREA_SIZE_PX, QR_AREA_SIZE_PX + LINE_HEIGHT_PX * len(lines) + MARGIN_PX), 255)
    drawing, edge = ImageDraw.Draw(image), (QR_AREA_SIZE_PX - MODULE_SIZE_PX * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, length in iterate_dark_runs(row):
            left, top = edge + MODULE_SIZE_PX * x, edge + MODULE_SIZE_PX * y
            drawing.rectangle((left, top, left + MODULE_SIZE_PX * length - 1, top + MODULE_SIZE_PX - 1), fill=0)
    for line_number, line in enumerate(lines):
        drawing.text(
            (QR_AREA_SIZE_PX / 2, QR_AREA_SIZE_PX + LINE_HEIGHT_PX * line_number), line, fill=0, font=font, anchor="ma"
        )
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()

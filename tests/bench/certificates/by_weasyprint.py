"""WeasyPrint at its best: style sheet and fonts read once, the background as an image of few SVG paths, and a fast QR encoder."""

import base64
import html
from importlib.resources import files
from typing import Any

from certificates.drawing import FACES, load_face
from certificates.layout_items import TextLine
from tests.bench.certificates.page import (
    DESIGN,
    build_certificate,
    build_svg_background,
    list_lines,
    render_qr_png,
    seal_certificate,
)
from tests.bench.competitors import Make

BOX, HEIGHT = DESIGN.qr, DESIGN.height
STYLE = "".join(
    [
        f"@page {{ size: {DESIGN.width}pt {HEIGHT}pt; margin: 0 }}",
        "body, p { margin: 0 } p, img { position: absolute; white-space: pre; line-height: 0 }",
        *(
            f"@font-face {{ font-family: {name}; src: url({(files('certificates') / 'fonts' / name)}.ttf) }}"
            f".{name} {{ font-family: {name} }}"
            for name in FACES.values()
        ),
    ]
)


def prepare() -> Make:
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        needed = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise RuntimeError(f"WeasyPrint finds no Pango on this machine: {needed} ({error})") from error
    fonts = FontConfiguration()
    style = CSS(string=STYLE, font_config=fonts, base_url="/")
    ground = build_data_url("svg+xml", build_svg_background().encode())
    images: dict[str, Any] = {}

    def make(number: int) -> bytes:
        facts = build_certificate(number)
        texts = "".join(build_paragraph(each) for each in list_lines(facts))
        pictures = f'<img src="{ground}" style="left: 0; top: 0">{build_qr_image(seal_certificate(facts))}'
        page = HTML(string=f"<!doctype html><title>{facts.serial}</title>{pictures}{texts}")
        paper = page.write_pdf(stylesheets=[style], font_config=fonts, cache=images)
        for address in [each for each in images if each != ground]:
            del images[address]  # the QR code is no one else's
        return bytes(paper)

    return make


def build_paragraph(line: TextLine) -> str:
    """Return a line of text on its baseline; the middle of a line without height is half the ascent minus half the descent."""
    metrics = load_face(line.face).face
    above = (metrics.ascent + metrics.descent) / 2000 * line.size
    place = f"left: {line.x:.2f}pt; top: {HEIGHT - line.y - above:.2f}pt"
    look = f"font-size: {line.size}pt; color: {line.colour}; letter-spacing: {line.tracking}pt"
    return f'<p class="{line.face}" style="{place}; {look}">{html.escape(line.text)}</p>'


def build_qr_image(text: str) -> str:
    """Return the QR code as an image element."""
    place = f"left: {BOX.x}pt; top: {HEIGHT - BOX.y - BOX.height}pt; width: {BOX.width}pt; height: {BOX.height}pt"
    return f'<img src="{build_data_url("png", render_qr_png(text))}" style="{place}; image-rendering: pixelated">'


def build_data_url(kind: str, picture: bytes) -> str:
    """Return a data URL of a picture."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"

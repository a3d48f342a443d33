"""A4 page: measures, colours, top edge, QR codes; and pages drawn one after the other into a file."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from certificates.drawing import Rule, parse_colour

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM  # A4
CONTENT_LEFT, CONTENT_RIGHT = 15 * MM, PAGE_WIDTH - 15 * MM
CONTENT_WIDTH = CONTENT_RIGHT - CONTENT_LEFT
CONTENT_TOP, CONTENT_BOTTOM = PAGE_HEIGHT - 13 * MM, 15 * MM
COLOURS = {
    "brand": "#0d4d5c",
    "gold": "#a9853a",
    "ink": "#1d2a30",
    "soft": "#57646a",
    "mist": "#e6eef0",
    "line": "#a5b2b6",
    "pen": "#1c3f7c",
    "good": "#1c6b3f",
    "bad": "#a3221f",
}
DrawPage = Callable[["Canvas"], None]
"""Draws a page."""


def render_pdf(title: str, author: str, language: str, pages: Iterable[DrawPage], subject: str = "") -> bytes:
    """Return a PDF of some pages; the same pages give the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), lang=language, pageCompression=1, invariant=1)
    canvas.setDateFormatter(lambda *_moment: "")  # no creation date, so that the bytes depend on the content alone
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("trainer")
    canvas.setSubject(subject)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_top_edge(canvas: "Canvas") -> None:
    """Draw the double line at the top of every page, like the one around certificates."""
    Rule("brand", CONTENT_LEFT, CONTENT_RIGHT, CONTENT_TOP, 2.6).draw(canvas, "", COLOURS)
    Rule("gold", CONTENT_LEFT, CONTENT_RIGHT, CONTENT_TOP - 3.4, 0.8).draw(canvas, "", COLOURS)


def draw_qr_code(canvas: "Canvas", rows: Sequence[Sequence[bool]], x: float, top: float, side: float) -> None:
    """Draw the dark squares of a QR code as one path, from its upper left corner."""
    module = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows, 1):
        for column, dark in enumerate(row):
            if dark:
                path.rect(x + column * module, top - number * module, module, module)
    canvas.setFillColor(parse_colour("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)

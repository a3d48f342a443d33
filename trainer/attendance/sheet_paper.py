"""The sign-in sheet on paper: a page of people with empty fields to sign, and its code at two corners, so that a photo can be read.

Where everything stands is fixed, in millimetres from the upper left corner of an A4 page, because reading a photo relies on it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from certificates.qr import symbol
from trainer.attendance.paper import draw_foot, edge
from trainer.attendance.paper_table import COLOURS, HEIGHT, LEFT, MM, PAD, Table, draw_cells, draw_headings
from trainer.language.words import gettext as _
from trainer.registration.typesetting import Column, Paragraph, Room, set_column

LINES = 15  # on a page
CODE = 24.0  # the side of a code
CODES = {"1": (171.0, 18.0), "2": (15.0, 255.0)}
"""The upper left corners of the codes, by what their text calls them."""
FIRST_LINE, LINE = 56.0, 12.8  # where the lines begin, and how tall each is
FIELD = 147.0, 195.0  # from where to where one signs
WIDTHS = (9, 60, 63, FIELD[1] - FIELD[0])
HEAD_HEIGHT = 7.0
TEXT_WIDTH = 150.0


@dataclass(frozen=True)
class PaperLine:
    """Who may sign on a line."""

    name: str
    workplace: str


@dataclass(frozen=True)
class PaperPage:
    """A page of a sheet; lines beyond its people are left for those who come without registering."""

    code: str
    number: int
    pages: int
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True)
class PaperHead:
    """What every page says at the top."""

    language: str
    organizer: str
    event: str
    about: str
    """The session, when and where it is held."""


def code_text(code: str, corner: str) -> str:
    """What a code says: capitals and digits, which make large modules that also a poor photo shows."""
    return f"SHEET:{corner}:{code}"


def sheet_file(head: PaperHead, pages: Sequence[PaperPage]) -> bytes:
    """Give the sheet as a PDF."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, lang=head.language, pageCompression=1)
    with force_locale(head.language):
        canvas.setTitle(f"{_('Sign-in sheet')}: {head.event}")
        canvas.setAuthor(head.organizer)
        canvas.setSubject(head.about)
        for page in pages:
            draw_page(canvas, head, page)
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_page(canvas: Canvas, head: PaperHead, page: PaperPage) -> None:
    """Draw a page."""
    edge(canvas)
    said = [
        Paragraph(head.organizer, "bold", 8.5, COLOURS["brand"]),
        Paragraph(_("Sign-in sheet"), "serif", 22, COLOURS["brand"], above=1),
        Paragraph(head.event, "bold", 10, COLOURS["ink"], above=2),
        Paragraph(head.about, "sans", 9.5, COLOURS["ink"], above=1),
    ]
    set_column(said, Room(LEFT, up(17), TEXT_WIDTH * MM, 31 * MM)).draw(canvas)
    table = Table(("№", _("Full name"), _("Place of work"), _("Signature")), tuple(each * MM for each in WIDTHS))
    draw_headings(canvas, table, up(FIRST_LINE - HEAD_HEIGHT), HEAD_HEIGHT * MM)
    for place in range(LINES):
        line = page.lines[place] if place < len(page.lines) else PaperLine("", "")
        top = up(FIRST_LINE + place * LINE)
        draw_cells(canvas, table, set_line((page.number - 1) * LINES + place + 1, line, table), top, top - LINE * MM)
    for corner, (x, y) in CODES.items():
        draw_code(canvas, code_text(page.code, corner), x, y)
    draw_notes(canvas)
    draw_foot(canvas, head.event, page.number, page.pages)


def up(down: float) -> float:
    """Give in points from the bottom what is given in millimetres from the top."""
    return HEIGHT - down * MM


def set_line(number: int, line: PaperLine, table: Table) -> list[Column]:
    """Set the texts of a line; they are made smaller until they fit into its height."""
    cells = ((f"{number}", "sans", 9), (line.name, "bold", 10), (line.workplace, "sans", 8.5), ("", "sans", 9))
    return [
        set_column(
            [Paragraph(text, face, size, COLOURS["ink"], leading=1.15)],
            Room(0, 0, wide - 2 * PAD, (LINE - 1.6) * MM),
        )
        for (text, face, size), wide in zip(cells, table.widths, strict=True)
    ]


def draw_code(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Draw a code as one path, by its upper left corner in millimetres."""
    rows = symbol(text).rows()
    module = CODE * MM / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                path.rect(x * MM + column * module, up(y) - (number + 1) * module, module, module)
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)


def draw_notes(canvas: Canvas) -> None:
    """Say what to do with the sheet."""
    said = [
        Paragraph(
            _("The empty lines are for those who come without registering: full name, place of work, signature."),
            *("sans", 9, COLOURS["ink"]),
        ),
        Paragraph(
            _(
                "Afterwards photograph each page from above, with both square codes, and upload it: it finds its session by itself."
            ),
            *("sans", 9, COLOURS["soft"]),
            above=4,
        ),
    ]
    x, y = CODES["2"]
    set_column(said, Room((x + CODE + 8) * MM, up(y + 4), 140 * MM, 16 * MM)).draw(canvas)

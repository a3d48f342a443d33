"""The sign-in sheet on paper: a page of people with empty fields to sign, and its code at two corners, so that a photo can be read.

Where everything stands is fixed, in millimetres from the upper left corner of an A4 page, because reading a photo relies on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import force_locale
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.qr import symbol
from trainer.documents.page import COLOURS, HEIGHT, LEFT, MM, WIDTH, draw_code, edge, pdf
from trainer.documents.paper import foot
from trainer.documents.table import Table
from trainer.documents.text_layout import Look, Paragraph, Room, set_column
from trainer.language.translate import gettext as _

LINES = 15  # on a page
CODE = 24.0  # the side of a code
CODES = {"1": (171.0, 18.0), "2": (15.0, 255.0)}
"""The upper left corners of the codes, by what their text calls them."""
FIRST_LINE, LINE = 56.0, 12.8  # where the lines begin, and how tall each is
FIELD = 147.0, 195.0  # from where to where one signs
WIDTHS = (9, 60, 63, FIELD[1] - FIELD[0])
NUMBER, NAME, WORKPLACE = Look(size=9, leading=1.15), Look("bold", 10, leading=1.15), Look(size=8.5, leading=1.15)
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
    with force_locale(head.language):
        draws = [partial(draw_page, head=head, page=page) for page in pages]
        return pdf(f"{_('Sign-in sheet')}: {head.event}", head.organizer, head.language, draws, head.about)


def draw_page(canvas: Canvas, head: PaperHead, page: PaperPage) -> None:
    """Draw a page."""
    edge(canvas)
    said = [
        Paragraph(head.organizer, Look("bold", 8.5, COLOURS["brand"])),
        Paragraph(_("Sign-in sheet"), Look("serif", 22, COLOURS["brand"]), above=1),
        Paragraph(head.event, Look("bold"), above=2),
        Paragraph(head.about, Look(size=9.5), above=1),
    ]
    set_column(said, Room(LEFT, up(17), TEXT_WIDTH * MM, 31 * MM)).draw(canvas)
    headings = "№", _("Full name"), _("Place of work"), _("Signature")
    shares, line = [each * MM / WIDTH for each in WIDTHS], LINE * MM
    table = Table(headings, shares, looks=(NUMBER, NAME, WORKPLACE, NUMBER), least=line, most=line, grid=True)
    table.head(HEAD_HEIGHT * MM).draw(canvas, up(FIRST_LINE - HEAD_HEIGHT))
    for place in range(LINES):
        who = page.lines[place] if place < len(page.lines) else PaperLine("", "")
        number = (page.number - 1) * LINES + place + 1
        table.row((f"{number}", who.name, who.workplace, "")).draw(canvas, up(FIRST_LINE + place * LINE))
    for corner, (x, y) in CODES.items():
        draw_code(canvas, symbol(code_text(page.code, corner)).rows(), x * MM, up(y), CODE * MM)
    draw_notes(canvas)
    foot(canvas, head.event, page.number, page.pages)


def up(down: float) -> float:
    """Give in points from the bottom what is given in millimetres from the top."""
    return HEIGHT - down * MM


def draw_notes(canvas: Canvas) -> None:
    """Say what to do with the sheet."""
    said = [
        Paragraph(
            _("The empty lines are for those who come without registering: full name, place of work, signature."),
            Look(size=9),
        ),
        Paragraph(
            _(
                "Afterwards photograph each page from above, with both square codes, and upload it: it finds its session by itself."
            ),
            Look(size=9, colour=COLOURS["soft"]),
            above=4,
        ),
    ]
    x, y = CODES["2"]
    set_column(said, Room((x + CODE + 8) * MM, up(y + 4), 140 * MM, 16 * MM)).draw(canvas)

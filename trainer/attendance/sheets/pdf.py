"""The sign-in sheet on paper: a page of people with empty fields to sign, and its code at two corners, so that a photo can be read.

Where everything stands is fixed, in millimetres from the upper left corner of an A4 page, because reading a photo relies on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import force_locale
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.qr import build_qr_symbol
from trainer.documents.page import (
    COLOURS,
    CONTENT_LEFT,
    CONTENT_WIDTH,
    MM,
    PAGE_HEIGHT,
    draw_qr_code,
    draw_top_edge,
    render_pdf,
)
from trainer.documents.paper import draw_page_foot
from trainer.documents.table import Table
from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, set_column
from trainer.language.translate import gettext as _

LINES_PER_PAGE = 15  # on a page
CODE_SIDE_MM = 24.0  # the side of a code
CODE_CORNERS_MM = {"1": (171.0, 18.0), "2": (15.0, 255.0)}
"""The upper left corners of the codes, by what their text calls them."""
FIRST_LINE_TOP_MM, LINE_HEIGHT_MM = 56.0, 12.8  # where the lines begin, and how tall each is
SIGNATURE_FIELD_MM = 147.0, 195.0  # from where to where one signs
COLUMN_WIDTHS_MM = (9, 60, 63, SIGNATURE_FIELD_MM[1] - SIGNATURE_FIELD_MM[0])
NUMBER_STYLE, NAME_STYLE, WORKPLACE_STYLE = (
    TextStyle(size=9, leading=1.15),
    TextStyle("bold", 10, leading=1.15),
    TextStyle(size=8.5, leading=1.15),
)
HEAD_HEIGHT_MM = 7.0
TEXT_WIDTH_MM = 150.0


@dataclass(frozen=True)
class SheetLine:
    """Who may sign on a line."""

    name: str
    workplace: str


@dataclass(frozen=True)
class SheetPageContent:
    """A page of a sheet; lines beyond its people are left for those who come without registering."""

    code: str
    number: int
    page_count: int
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class SheetHead:
    """What every page says at the top."""

    language: str
    organizer: str
    event: str
    session_details: str
    """The session, when and where it is held."""


def format_page_code(code: str, corner: str) -> str:
    """What a code says: capitals and digits, which make large modules that also a poor photo shows."""
    return f"SHEET:{corner}:{code}"


def render_sheet_pdf(head: SheetHead, pages: Sequence[SheetPageContent]) -> bytes:
    """Give the sheet as a PDF."""
    with force_locale(head.language):
        draws = [partial(draw_sheet_page, head=head, page=page) for page in pages]
        return render_pdf(
            f"{_('Sign-in sheet')}: {head.event}", head.organizer, head.language, draws, head.session_details
        )


def draw_sheet_page(canvas: Canvas, head: SheetHead, page: SheetPageContent) -> None:
    """Draw a page."""
    draw_top_edge(canvas)
    said = [
        Paragraph(head.organizer, TextStyle("bold", 8.5, COLOURS["brand"])),
        Paragraph(_("Sign-in sheet"), TextStyle("serif", 22, COLOURS["brand"]), space_above=1),
        Paragraph(head.event, TextStyle("bold"), space_above=2),
        Paragraph(head.session_details, TextStyle(size=9.5), space_above=1),
    ]
    set_column(said, TextArea(CONTENT_LEFT, convert_to_pdf_y(17), TEXT_WIDTH_MM * MM, 31 * MM)).draw_column(canvas)
    headings = "№", _("Full name"), _("Workplace"), _("Signature")
    shares, line = [each * MM / CONTENT_WIDTH for each in COLUMN_WIDTHS_MM], LINE_HEIGHT_MM * MM
    table = Table(
        headings,
        shares,
        column_styles=(NUMBER_STYLE, NAME_STYLE, WORKPLACE_STYLE, NUMBER_STYLE),
        min_row_height=line,
        max_row_height=line,
        grid=True,
    )
    table.set_head_row(HEAD_HEIGHT_MM * MM).draw(canvas, convert_to_pdf_y(FIRST_LINE_TOP_MM - HEAD_HEIGHT_MM))
    for place in range(LINES_PER_PAGE):
        who = page.lines[place] if place < len(page.lines) else SheetLine("", "")
        number = (page.number - 1) * LINES_PER_PAGE + place + 1
        table.set_row((f"{number}", who.name, who.workplace, "")).draw(
            canvas, convert_to_pdf_y(FIRST_LINE_TOP_MM + place * LINE_HEIGHT_MM)
        )
    for corner, (x, y) in CODE_CORNERS_MM.items():
        draw_qr_code(
            canvas,
            build_qr_symbol(format_page_code(page.code, corner)).list_module_rows(),
            x * MM,
            convert_to_pdf_y(y),
            CODE_SIDE_MM * MM,
        )
    draw_sheet_notes(canvas)
    draw_page_foot(canvas, head.event, page.number, page.page_count)


def convert_to_pdf_y(millimetres_from_top: float) -> float:
    """Give in points from the bottom what is given in millimetres from the top."""
    return PAGE_HEIGHT - millimetres_from_top * MM


def draw_sheet_notes(canvas: Canvas) -> None:
    """Say what to do with the sheet."""
    said = [
        Paragraph(
            _("The blank lines are for people who come without registering: full name, workplace, signature."),
            TextStyle(size=9),
        ),
        Paragraph(
            _(
                "After the event, photograph each page from above so that both square codes are visible, and upload it: its "
                "session is found by the code."
            ),
            TextStyle(size=9, colour=COLOURS["soft"]),
            space_above=4,
        ),
    ]
    x, y = CODE_CORNERS_MM["2"]
    set_column(said, TextArea((x + CODE_SIDE_MM + 8) * MM, convert_to_pdf_y(y + 4), 140 * MM, 16 * MM)).draw_column(
        canvas
    )

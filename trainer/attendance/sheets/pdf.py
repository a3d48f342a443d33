"""The sign-in sheet as PDF: names with signature fields, and the page code at two corners for the recognition.

All positions are fixed, in millimetres from the upper left corner of an A4 page, because the recognition relies on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask_babel import force_locale

from certificates.drawing import build_qr_symbol
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

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


LINES_PER_PAGE = 15
CODE_SIDE_MM = 24.0
CODE_CORNERS_MM = {"1": (171.0, 18.0), "2": (15.0, 255.0)}
"""Upper left corners of the codes, by their names."""
FIRST_LINE_TOP_MM, LINE_HEIGHT_MM = 56.0, 12.8
SIGNATURE_FIELD_MM = 147.0, 195.0  # left and right edge
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
    """Name and workplace on a line; both empty on an empty line."""

    name: str
    workplace: str


@dataclass(frozen=True)
class SheetPageContent:
    """Content of a page; the remaining lines stay empty for walk-ins."""

    code: str
    number: int
    page_count: int
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class SheetHead:
    """Texts at the top of every page."""

    language: str
    organizer: str
    event: str
    session_details: str
    """Title, time and venue of the session."""


def format_page_code(code: str, corner: str) -> str:
    """Return the text of a code symbol. Capitals and digits give a QR code with large modules, readable on a poor photo."""
    return f"SHEET:{corner}:{code}"


def render_sheet_pdf(sheets: Sequence[tuple[SheetHead, Sequence[SheetPageContent]]]) -> bytes:
    """Render sheets of one event, each with its pages, as one PDF to print."""
    first = sheets[0][0]
    with force_locale(first.language):
        page_drawers = [partial(draw_sheet_page, head=head, page=page) for head, pages in sheets for page in pages]
        title = f"{_('Sign-in sheet')}: {first.event}"
        return render_pdf(title, first.organizer, first.language, page_drawers, first.session_details)


def draw_sheet_page(canvas: "Canvas", head: SheetHead, page: SheetPageContent) -> None:
    """Draw a page of a sheet."""
    draw_top_edge(canvas)
    draw_sheet_head(canvas, head)
    draw_sheet_table(canvas, page)
    draw_page_codes(canvas, page.code)
    draw_sheet_notes(canvas)
    draw_page_foot(canvas, head.event, page.number, page.page_count)


def draw_sheet_head(canvas: "Canvas", head: SheetHead) -> None:
    """Draw organizer, title and session above the table."""
    paragraphs = [
        Paragraph(head.organizer, TextStyle("bold", 8.5, COLOURS["brand"])),
        Paragraph(_("Sign-in sheet"), TextStyle("serif", 22, COLOURS["brand"]), space_above=1),
        Paragraph(head.event, TextStyle("bold"), space_above=2),
        Paragraph(head.session_details, TextStyle(size=9.5), space_above=1),
    ]
    area = TextArea(CONTENT_LEFT, convert_to_pdf_y(17), TEXT_WIDTH_MM * MM, 31 * MM)
    set_column(paragraphs, area).draw_column(canvas)


def draw_sheet_table(canvas: "Canvas", page: SheetPageContent) -> None:
    """Draw the table of names with the signature fields."""
    headings = "№", _("Full name"), _("Workplace"), _("Signature")
    line_height = LINE_HEIGHT_MM * MM
    table = Table(
        headings,
        [width * MM / CONTENT_WIDTH for width in COLUMN_WIDTHS_MM],
        column_styles=(NUMBER_STYLE, NAME_STYLE, WORKPLACE_STYLE, NUMBER_STYLE),
        min_row_height=line_height,
        max_row_height=line_height,
        grid=True,
    )
    table.set_head_row(HEAD_HEIGHT_MM * MM).draw(canvas, convert_to_pdf_y(FIRST_LINE_TOP_MM - HEAD_HEIGHT_MM))
    for index in range(LINES_PER_PAGE):
        line = page.lines[index] if index < len(page.lines) else SheetLine("", "")
        number = (page.number - 1) * LINES_PER_PAGE + index + 1
        top = convert_to_pdf_y(FIRST_LINE_TOP_MM + index * LINE_HEIGHT_MM)
        table.set_row((f"{number}", line.name, line.workplace, "")).draw(canvas, top)


def draw_page_codes(canvas: "Canvas", code: str) -> None:
    """Draw the page code at two corners."""
    for corner, (x, y) in CODE_CORNERS_MM.items():
        module_rows = build_qr_symbol(format_page_code(code, corner)).list_module_rows()
        draw_qr_code(canvas, module_rows, x * MM, convert_to_pdf_y(y), CODE_SIDE_MM * MM)


def convert_to_pdf_y(millimetres_from_top: float) -> float:
    """Convert millimetres from the top of the page to points from the bottom."""
    return PAGE_HEIGHT - millimetres_from_top * MM


def draw_sheet_notes(canvas: "Canvas") -> None:
    """Draw the instructions below the table."""
    paragraphs = [
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
    area = TextArea((x + CODE_SIDE_MM + 8) * MM, convert_to_pdf_y(y + 4), 140 * MM, 16 * MM)
    set_column(paragraphs, area).draw_column(canvas)

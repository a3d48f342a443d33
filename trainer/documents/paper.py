"""Documents on A4: a head on the first page, strips below it, document title and page number on every page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from certificates.drawing import Diamond, Rule, parse_colour
from trainer.documents.flow import (
    BODY_TOP,
    PLAIN_STYLE,
    SMALL_STYLE,
    STRONG_STYLE,
    Strip,
    build_gap,
    draw_strips,
    paginate_strips,
    set_columns,
)
from trainer.documents.page import (
    COLOURS,
    CONTENT_BOTTOM,
    CONTENT_LEFT,
    CONTENT_RIGHT,
    CONTENT_TOP,
    CONTENT_WIDTH,
    MM,
    PAGE_WIDTH,
    draw_top_edge,
    render_pdf,
)
from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, set_column
from trainer.language.translate import gettext as _

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


HEAD_TOP = CONTENT_TOP - 4.5 * MM
"""Top of the head on the first page, in points."""
LABEL_WIDTH = 38 * MM  # width of the column of labels
ORGANIZER_STYLE, TITLE_STYLE = TextStyle("bold", 10, COLOURS["brand"]), TextStyle("serif", 24, COLOURS["brand"], 1.15)
RUNNING_TITLE_STYLE = TextStyle("serif", 12, COLOURS["brand"])
FOOTER_STYLE, PAGE_NUMBER_STYLE = TextStyle(size=8, colour=COLOURS["soft"]), TextStyle("bold", 8.5, COLOURS["soft"])


@dataclass(frozen=True)
class DocumentHeading:
    """Head of a document, and the footer of every page."""

    organizer: str
    title: str
    facts: Sequence[tuple[str, str]]
    footer: str
    language: str


def render_document(heading: DocumentHeading, sections: Iterable[Iterable[Strip]], *, has_head: bool = True) -> bytes:
    """Return a PDF; each section begins on a new page, the first one below the head."""
    laid_out_pages: list[list[Strip]] = []
    for section in sections:
        strips = [*set_document_head(heading), *section] if has_head and not laid_out_pages else section
        laid_out_pages += (
            paginate_strips(strips, HEAD_TOP - CONTENT_BOTTOM)
            if has_head and not laid_out_pages
            else paginate_strips(strips)
        )
    page_drawers = [
        partial(
            draw_document_page,
            heading=heading,
            strips=strips,
            number=number,
            page_count=len(laid_out_pages),
            has_head=has_head and number == 1,
        )
        for number, strips in enumerate(laid_out_pages, 1)
    ]
    return render_pdf(f"{heading.title}: {heading.footer}", heading.organizer, heading.language, page_drawers)


def draw_document_page(
    canvas: "Canvas", heading: DocumentHeading, strips: Sequence[Strip], number: int, page_count: int, *, has_head: bool
) -> None:
    """Draw a page; pages without the head show the title at their top."""
    draw_top_edge(canvas)
    if not has_head:
        area = TextArea(CONTENT_LEFT, CONTENT_TOP - 3 * MM, CONTENT_WIDTH, 1.3 * RUNNING_TITLE_STYLE.line_height)
        set_column([Paragraph(heading.title, RUNNING_TITLE_STYLE)], area).draw_column(canvas)
    draw_strips(strips, canvas, HEAD_TOP if has_head else BODY_TOP)
    draw_page_foot(canvas, heading.footer, number, page_count)


def set_document_head(heading: DocumentHeading) -> Iterator[Strip]:
    """Yield the head of a document."""
    for text, style, height in (heading.organizer, ORGANIZER_STYLE, 10 * MM), (heading.title, TITLE_STYLE, 22 * MM):
        yield set_columns(
            [
                set_column(
                    [Paragraph(text, style, is_balanced=True)], TextArea(CONTENT_LEFT, 0, CONTENT_WIDTH, height, 0.5)
                )
            ],
            1.5 * MM,
        )
    yield Strip(5.5 * MM, draw_head_ornament)
    for number, (name, text_value) in enumerate(heading.facts):
        label = set_column(
            [Paragraph(name, SMALL_STYLE)], TextArea(CONTENT_LEFT, -0.4 * MM, LABEL_WIDTH - 2 * MM, 9 * MM)
        )
        value = Paragraph(text_value, PLAIN_STYLE if number else STRONG_STYLE)
        yield set_columns(
            [label, set_column([value], TextArea(CONTENT_LEFT + LABEL_WIDTH, 0, CONTENT_WIDTH - LABEL_WIDTH, 22 * MM))],
            0.9 * MM,
        )
    yield build_gap(3.5 * MM)


def draw_head_ornament(canvas: "Canvas", top: float) -> None:
    """Draw the line with a diamond that certificates have below their heading."""
    middle, y = PAGE_WIDTH / 2, top - 1.5 * MM
    for x1, x2 in ((middle - 44 * MM, middle - 5 * MM), (middle + 5 * MM, middle + 44 * MM)):
        Rule("gold", x1, x2, y, 0.8).draw(canvas, "", COLOURS)
    Diamond("gold", middle, y, 4).draw(canvas, "", COLOURS)


def draw_page_foot(canvas: "Canvas", footer: str, number: int, page_count: int) -> None:
    """Draw the footer and the page number."""
    y = CONTENT_BOTTOM - 4 * MM
    Rule("line", CONTENT_LEFT, CONTENT_RIGHT, y, 0.4).draw(canvas, "", COLOURS)
    page = _("Page %(page)d of %(pages)d", page=number, pages=page_count)
    for text, style, alignment in (footer, FOOTER_STYLE, 0), (page, PAGE_NUMBER_STYLE, 1):
        area = TextArea(
            CONTENT_LEFT + alignment * 130 * MM, y - 1 * MM, (50 if alignment else 125) * MM, 5 * MM, alignment
        )
        set_column([Paragraph(text, style)], area).draw_column(canvas)


def build_signature_strip(signer: tuple[str, str]) -> Strip:
    """Return the strip on which a document is signed and sealed: position, line, name (empty if unknown), place for the seal."""
    return Strip(22 * MM, partial(draw_signer, signer, _("L.S.")))


def draw_signer(signer: tuple[str, str], seal: str, canvas: "Canvas", top: float) -> None:
    """Draw the signature line with the position before it, the name after it, and the place for a seal."""
    y = top - 16 * MM
    position, name = signer
    line_left, name_left = CONTENT_LEFT + 58 * MM, CONTENT_LEFT + 112 * MM
    canvas.setStrokeColor(parse_colour(COLOURS["ink"]))
    canvas.setLineWidth(0.6)
    canvas.line(line_left, y, name_left - 4 * MM, y)
    if not name:
        canvas.line(name_left, y, CONTENT_RIGHT - 18 * MM, y)
    for text, style, x, width in (
        (position, PLAIN_STYLE, CONTENT_LEFT, line_left - CONTENT_LEFT - 3 * MM),
        (name, STRONG_STYLE, name_left, CONTENT_RIGHT - 18 * MM - name_left),
        (seal, PLAIN_STYLE, CONTENT_RIGHT - 12 * MM, 12 * MM),
    ):
        column = set_column([Paragraph(text, style)], TextArea(x, 0, width, 14 * MM))
        column.draw_column(canvas, 0, y - column.bottom - 2)

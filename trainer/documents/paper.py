"""Documents on A4: a head on the first page, strips below it, at the top and bottom of every page what it belongs to and which it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.ornaments import Diamond, Rule
from trainer.documents.flow import BODY, PLAIN, SMALL, STRONG, Strip, columns, gap, pages, stack
from trainer.documents.page import BOTTOM, COLOURS, LEFT, MM, PAGE_WIDTH, RIGHT, TOP, WIDTH, edge, pdf
from trainer.documents.text_layout import Look, Paragraph, Room, set_column
from trainer.language.translate import gettext as _

START = TOP - 4.5 * MM
"""Where the head begins on the first page."""
LABEL = 38 * MM  # the width of what facts are called
ORGANIZER, TITLE = Look("bold", 10, COLOURS["brand"]), Look("serif", 24, COLOURS["brand"], 1.15)
RUNNING_TITLE = Look("serif", 12, COLOURS["brand"])
RUNNING, NUMBER = Look(size=8, colour=COLOURS["soft"]), Look("bold", 8.5, COLOURS["soft"])


@dataclass(frozen=True)
class Heading:
    """What a document begins with, and what every page says at its bottom."""

    organizer: str
    title: str
    facts: Sequence[tuple[str, str]]
    running: str
    language: str


def document(heading: Heading, sections: Iterable[Iterable[Strip]], *, head: bool = True) -> bytes:
    """Give a PDF; each section begins on a page of its own, the first one below the head."""
    laid: list[list[Strip]] = []
    for section in sections:
        strips = [*first_head(heading), *section] if head and not laid else section
        laid += pages(strips, START - BOTTOM) if head and not laid else pages(strips)
    draws = [
        partial(draw_page, heading=heading, strips=strips, number=number, whole=len(laid), head=head and number == 1)
        for number, strips in enumerate(laid, 1)
    ]
    return pdf(f"{heading.title}: {heading.running}", heading.organizer, heading.language, draws)


def draw_page(
    canvas: Canvas, heading: Heading, strips: Sequence[Strip], number: int, whole: int, *, head: bool
) -> None:
    """Draw a page; one that does not hold the head says at its top what the document is."""
    edge(canvas)
    if not head:
        room = Room(LEFT, TOP - 3 * MM, WIDTH, 1.3 * RUNNING_TITLE.line)
        set_column([Paragraph(heading.title, RUNNING_TITLE)], room).draw(canvas)
    stack(strips, canvas, START if head else BODY)
    foot(canvas, heading.running, number, whole)


def first_head(heading: Heading) -> Iterator[Strip]:
    """Set the head of a document."""
    for text, look, tall in (heading.organizer, ORGANIZER, 10 * MM), (heading.title, TITLE, 22 * MM):
        yield columns([set_column([Paragraph(text, look, even=True)], Room(LEFT, 0, WIDTH, tall, 0.5))], 1.5 * MM)
    yield Strip(5.5 * MM, ornament)
    for number, (name, said) in enumerate(heading.facts):
        label = set_column([Paragraph(name, SMALL)], Room(LEFT, -0.4 * MM, LABEL - 2 * MM, 9 * MM))
        value = Paragraph(said, PLAIN if number else STRONG)
        yield columns([label, set_column([value], Room(LEFT + LABEL, 0, WIDTH - LABEL, 22 * MM))], 0.9 * MM)
    yield gap(3.5 * MM)


def ornament(canvas: Canvas, top: float) -> None:
    """Draw the line with a diamond that certificates have below their heading."""
    middle, y = PAGE_WIDTH / 2, top - 1.5 * MM
    for x1, x2 in ((middle - 44 * MM, middle - 5 * MM), (middle + 5 * MM, middle + 44 * MM)):
        Rule("gold", x1, x2, y, 0.8).draw(canvas, "", COLOURS)
    Diamond("gold", middle, y, 4).draw(canvas, "", COLOURS)


def foot(canvas: Canvas, running: str, number: int, whole: int) -> None:
    """Write at the bottom of a page what it belongs to and which one it is."""
    y = BOTTOM - 4 * MM
    Rule("line", LEFT, RIGHT, y, 0.4).draw(canvas, "", COLOURS)
    page = _("Page %(page)d of %(pages)d", page=number, pages=whole)
    for text, look, share in (running, RUNNING, 0), (page, NUMBER, 1):
        room = Room(LEFT + share * 130 * MM, y - 1 * MM, (50 if share else 125) * MM, 5 * MM, share)
        set_column([Paragraph(text, look)], room).draw(canvas)

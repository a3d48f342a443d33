"""How lists of people look on A4: a head, a table whose headings repeat on every page, an end, and page numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.ornaments import Diamond, Rule
from certificates.typeface import FACES, width
from trainer.attendance.paper_table import (
    BOTTOM,
    COLOURS,
    LEFT,
    MM,
    PAD,
    RIGHT,
    TOP,
    Line,
    Table,
    draw_headings,
    draw_rows,
    head_height,
    paged,
    set_row,
)
from trainer.language.words import gettext as _
from trainer.registration.typesetting import Column, Paragraph, Room, set_column

LABEL = 33 * MM  # the width of what facts are called


@dataclass(frozen=True)
class Heading:
    """What stands above the table: on the first page all of it, on the others the title and what it is about in one line."""

    organizer: str
    title: str
    facts: tuple[tuple[str, str], ...]
    running: str


@dataclass(frozen=True)
class Ending:
    """What stands below the table: how many they are, what is to be known, and a line to sign on."""

    total: str
    notes: tuple[str, ...]
    signer: tuple[str, str]
    seal: str


def draw_list(canvas: Canvas, heading: Heading, table: Table, lines: Sequence[Line], ending: Ending) -> None:
    """Draw the whole list."""
    rows = [set_row(table, each) for each in lines]
    head = head_height(table)
    start, next_start = first_head(None, heading), running_head(None, heading)
    end = draw_ending(None, ending, 0)
    pages = paged(rows, start - head - BOTTOM, next_start - head - BOTTOM, -end)
    for number, page in enumerate(pages, 1):
        y = first_head(canvas, heading) if number == 1 else running_head(canvas, heading)
        if page or number == 1:
            y = draw_rows(canvas, table, page, draw_headings(canvas, table, y, head))
        if number == len(pages):
            draw_ending(canvas, ending, y)
        draw_foot(canvas, heading.running, number, len(pages))
        canvas.showPage()


def first_head(canvas: Canvas | None, heading: Heading) -> float:
    """Draw the head of the first page, or only measure it; give where the table may begin."""
    organizer = set_column(
        [Paragraph(heading.organizer, "bold", 10, COLOURS["brand"], even=True)],
        Room(LEFT, TOP - 5 * MM, RIGHT - LEFT, 10 * MM),
    )
    title = set_column(
        [Paragraph(heading.title, "serif", 25, COLOURS["brand"])],
        Room(LEFT, organizer.bottom - 2 * MM, RIGHT - LEFT, 12 * MM),
    )
    middle = title.bottom - 1.6 * MM
    y = middle - 5 * MM
    set_facts: list[Column] = []
    for name, said in heading.facts:
        label = set_column([Paragraph(name, "sans", 9, COLOURS["soft"])], Room(LEFT, y, LABEL - PAD, 9 * MM))
        value = set_column(
            [Paragraph(said, "bold" if not set_facts else "sans", 10, COLOURS["ink"])],
            Room(LEFT + LABEL, y + 0.3 * MM, RIGHT - LEFT - LABEL, 22 * MM),
        )
        set_facts += [label, value]
        y = min(label.bottom, value.bottom) - 1.3 * MM
    if canvas is not None:
        edge(canvas)
        for column in (organizer, title):
            draw_across(canvas, column, 0.5)
        centre = (LEFT + RIGHT) / 2
        for x1, x2 in ((centre - 44 * MM, centre - 5 * MM), (centre + 5 * MM, centre + 44 * MM)):
            Rule("gold", x1, x2, middle, 0.8).draw(canvas, "", COLOURS)
        Diamond("gold", centre, middle, 4).draw(canvas, "", COLOURS)
        for column in set_facts:
            column.draw(canvas)
    return y - 2.5 * MM


def running_head(canvas: Canvas | None, heading: Heading) -> float:
    """Draw the head of a page that goes on, or only measure it; give where the table may begin."""
    said = set_column(
        [
            Paragraph(heading.title, "serif", 13, COLOURS["brand"]),
            Paragraph(heading.running, "sans", 8.5, COLOURS["soft"], above=1),
        ],
        Room(LEFT, TOP - 4 * MM, RIGHT - LEFT, 16 * MM),
    )
    if canvas is not None:
        edge(canvas)
        said.draw(canvas)
    return said.bottom - 2.5 * MM


def edge(canvas: Canvas) -> None:
    """Draw the double line at the top of every page, as certificates have one around them."""
    Rule("brand", LEFT, RIGHT, TOP, 2.6).draw(canvas, "", COLOURS)
    Rule("gold", LEFT, RIGHT, TOP - 3.4, 0.8).draw(canvas, "", COLOURS)


def draw_across(canvas: Canvas, column: Column, share: float) -> None:
    """Draw lines with so much of the free room on their left: half of it in the middle of the page, all of it at the right."""
    for line in column.lines:
        free = RIGHT - LEFT - width(line.text, FACES[line.face], line.size)
        canvas.saveState()
        canvas.translate(LEFT - line.x + share * free, 0)
        Column((line,), 0).draw(canvas)
        canvas.restoreState()


def draw_ending(canvas: Canvas | None, ending: Ending, top: float) -> float:
    """Draw what stands below the table, or only measure it; give where it ends."""
    said = [Paragraph(ending.total, "bold", 10.5, COLOURS["ink"])]
    said += [Paragraph(each, "sans", 8.5, COLOURS["soft"], above=3) for each in ending.notes]
    column = set_column(said, Room(LEFT, top - 4 * MM, RIGHT - LEFT, 60 * MM))
    if canvas is not None:
        column.draw(canvas)
    return draw_signer(canvas, ending, column.bottom)


def draw_signer(canvas: Canvas | None, ending: Ending, top: float) -> float:
    """Draw the line on which the organizer signs, the name beside it, and the place of the seal."""
    y = top - 16 * MM
    position, name = ending.signer
    signs, says = LEFT + 58 * MM, LEFT + 112 * MM
    if canvas is not None:
        canvas.setStrokeColor(HexColor(COLOURS["ink"]))
        canvas.setLineWidth(0.6)
        canvas.line(signs, y, says - 4 * MM, y)
        if not name:
            canvas.line(says, y, RIGHT - 18 * MM, y)
        for text, face, x, wide in (
            (position, "sans", LEFT, signs - LEFT - 3 * MM),
            (name, "bold", says, RIGHT - 18 * MM - says),
            (ending.seal, "sans", RIGHT - 12 * MM, 12 * MM),
        ):
            column = set_column([Paragraph(text, face, 10, COLOURS["ink"])], Room(x, 0, wide, 14 * MM))
            canvas.saveState()
            canvas.translate(0, y + 1 - column.bottom - 2.5)
            column.draw(canvas)
            canvas.restoreState()
    return y - 6 * MM


def draw_foot(canvas: Canvas, running: str, number: int, pages: int) -> None:
    """Write at the bottom of a page which one it is."""
    page = _("Page %(page)d of %(pages)d", page=number, pages=pages)
    y = BOTTOM - 4 * MM
    Rule("line", LEFT, RIGHT, y, 0.4).draw(canvas, "", COLOURS)
    at_the_right = set_column(
        [Paragraph(page, "bold", 8.5, COLOURS["soft"])], Room(RIGHT - 48 * MM, y - 1 * MM, 48 * MM, 5 * MM)
    )
    set_column([Paragraph(running, "sans", 8, COLOURS["soft"])], Room(LEFT, y - 1 * MM, 125 * MM, 5 * MM)).draw(canvas)
    draw_across(canvas, at_the_right, 1)

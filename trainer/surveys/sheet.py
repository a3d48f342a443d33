"""How documents of surveys look on A4: strips of text, rows and drawings one below the other on pages with a head and a foot."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from certificates.ornaments import Diamond, Rule
from certificates.typeface import BOLD, SANS, SERIF, face, width
from trainer.language.words import gettext as _
from trainer.surveys.lettering import broken

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

MM = 72 / 25.4
PAGE_WIDTH, HEIGHT = A4
LEFT, RIGHT = 18 * MM, PAGE_WIDTH - 18 * MM
WIDTH = RIGHT - LEFT
TOP, BOTTOM = HEIGHT - 13 * MM, 19 * MM
BODY = TOP - 13 * MM
"""Where strips begin below the running head of a page."""
COLOURS = {
    "brand": "#0d4d5c",
    "gold": "#a9853a",
    "ink": "#1d2a30",
    "soft": "#57646a",
    "mist": "#e6eef0",
    "line": "#a5b2b6",
    "good": "#1c6b3f",
    "bad": "#a3221f",
}
Draw = Callable[[Canvas, float], None]
"""Draws something from a height downwards."""


@dataclass(frozen=True)
class Strip:
    """Something across the page, so many points tall; `keep` holds it on one page with the next one.

    `above` is drawn once more above it where it begins a page, as the headings of a table are.
    """

    height: float
    draw: Draw
    keep: bool = False
    above: "Strip | None" = None


@dataclass(frozen=True)
class Look:
    """How a text is set."""

    name: str = SANS
    size: float = 10
    colour: str = COLOURS["ink"]
    leading: float = 1.3


PLAIN = Look()
STRONG = Look(BOLD)
SMALL = Look(size=8.5, colour=COLOURS["soft"])
SECTION = Look(SERIF, 15, COLOURS["brand"], 1.2)
QUESTION = Look(BOLD, 10.5)


@dataclass(frozen=True)
class Cell:
    """A text in a row, from its left edge; `end` sets it flush right."""

    text: str
    x: float
    width: float
    look: Look = PLAIN
    end: bool = False


@dataclass(frozen=True)
class Heading:
    """What a document begins with, and what the other pages say at their top."""

    organizer: str
    title: str
    facts: tuple[tuple[str, str], ...]
    running: str
    language: str


def texts(text: str, look: Look = PLAIN, x: float = LEFT, wide: float = WIDTH, *, keep: bool = False) -> list[Strip]:
    """Set a text, a strip for each line."""
    height = look.size * look.leading
    return [
        Strip(height, partial(write, line, look, x), keep) for line in broken(text, look.name, look.size, wide) or ()
    ]


def write(line: str, look: Look, x: float, canvas: Canvas, top: float) -> None:
    """Write a line below a height."""
    face(look.name)
    canvas.setFillColor(colour_of(look.colour))
    canvas.setFont(look.name, look.size)
    canvas.drawString(x, top - look.size * (0.5 + look.leading / 2 - 0.3), line)


@cache
def colour_of(name: str) -> Color:
    """Read a colour once."""
    return HexColor(name)


def gap(height: float, *, keep: bool = False) -> Strip:
    """Leave room."""
    return Strip(height, lambda _canvas, _top: None, keep)


def row(cells: Sequence[Cell], *, ruled: bool = True, shade: str = "", pad: float = 2.5, keep: bool = False) -> Strip:
    """Set texts side by side, each in its column, with a line below."""
    left, right = cells[0].x - 3, cells[-1].x + cells[-1].width + 3
    columns = [(each, broken(each.text, each.look.name, each.look.size, each.width)) for each in cells]
    height = max((len(lines) * cell.look.size * cell.look.leading for cell, lines in columns), default=0) + 2 * pad

    def draw(canvas: Canvas, top: float) -> None:
        if shade:
            canvas.setFillColor(HexColor(shade))
            canvas.rect(left, top - height, right - left, height, stroke=0, fill=1)
        for cell, lines in columns:
            y = top - pad
            for line in lines:
                free = cell.width - width(line, cell.look.name, cell.look.size) if cell.end else 0
                write(line, cell.look, cell.x + free, canvas, y)
                y -= cell.look.size * cell.look.leading
        if ruled:
            canvas.setStrokeColor(HexColor(COLOURS["line"]))
            canvas.setLineWidth(0.4)
            canvas.line(left, top - height, right, top - height)

    return Strip(height, draw, keep)


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    numbers: int,
    x: float = LEFT,
    wide: float = WIDTH,
) -> list[Strip]:
    """Set a table: the last so many columns are numbers, flush right. Widths are shares of the table's width."""
    edges = [x + wide * sum(widths[:place]) for place in range(len(widths))]
    first_number = len(widths) - numbers

    def cells(words: Sequence[str], look: Look) -> list[Cell]:
        return [
            Cell(text, edge + 3, wide * share - 6, look, place >= first_number)
            for place, (text, edge, share) in enumerate(zip(words, edges, widths, strict=True))
        ]

    head = row(cells(headings, Look(BOLD, 8.5, COLOURS["brand"])), shade=COLOURS["mist"], keep=True)
    return [head, *(replace(row(cells(each, Look(size=9))), above=head) for each in rows)]


def drawing(of: "Drawing", scale: float = 1, strips: Sequence[Strip] = ()) -> Strip:
    """Set a drawing at the left, made smaller by a scale, and strips at its right."""
    from reportlab.graphics.renderPDF import draw as draw_drawing  # takes a quarter of a second, and few processes draw

    height = max(scale * of.height, sum(each.height for each in strips))

    def draw(canvas: Canvas, top: float) -> None:
        canvas.saveState()
        canvas.translate(LEFT, top - scale * of.height)
        canvas.scale(scale, scale)
        draw_drawing(of, canvas, 0, 0)
        canvas.restoreState()
        for each in strips:
            each.draw(canvas, top)
            top -= each.height

    return Strip(height, draw)


def once(strips: Sequence[Strip], *, keep: bool = False) -> Strip:
    """Set strips that stand in a document many times: they are drawn into the file once and referred to afterwards."""
    height = sum(each.height for each in strips)
    name = f"strips-{id(strips)}"

    def draw(canvas: Canvas, top: float) -> None:
        if not canvas.hasForm(name):
            canvas.beginForm(name, 0, 0, PAGE_WIDTH, height)
            y = height
            for each in strips:
                each.draw(canvas, y)
                y -= each.height
            canvas.endForm()
        canvas.saveState()
        canvas.translate(0, top - height)
        canvas.doForm(name)
        canvas.restoreState()

    return Strip(height, draw, keep)


def first_head(heading: Heading) -> list[Strip]:
    """Set the head of a document."""
    organizer, title = Look(BOLD, 10, COLOURS["brand"]), Look(SERIF, 23, COLOURS["brand"], 1.15)
    strips = [gap(2 * MM), *centred(heading.organizer, organizer), gap(2 * MM), *centred(heading.title, title)]
    strips += [Strip(6 * MM, ornament), gap(1 * MM)]
    for name, said in heading.facts:
        label = Cell(name, LEFT, 44 * MM, SMALL)
        strips.append(row([label, Cell(said, LEFT + 46 * MM, WIDTH - 46 * MM)], ruled=False, pad=1))
    return [*strips, gap(5 * MM)]


def centred(text: str, look: Look) -> list[Strip]:
    """Set a text in the middle."""
    lines = broken(text, look.name, look.size, WIDTH)
    return [
        Strip(
            look.size * look.leading, partial(write, line, look, (PAGE_WIDTH - width(line, look.name, look.size)) / 2)
        )
        for line in lines
    ]


def ornament(canvas: Canvas, top: float) -> None:
    """Draw the line with a diamond that certificates have below their heading."""
    middle, y = PAGE_WIDTH / 2, top - 3 * MM
    for x1, x2 in ((middle - 44 * MM, middle - 5 * MM), (middle + 5 * MM, middle + 44 * MM)):
        Rule("gold", x1, x2, y, 0.8).draw(canvas, "", COLOURS)
    Diamond("gold", middle, y, 4).draw(canvas, "", COLOURS)


def pages(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    """Share strips out to pages; those that hold together stay on one page where one page can hold them."""
    whole = BODY - BOTTOM
    page: list[Strip] = []
    room = whole
    for group in groups(strips):
        together = sum(each.height for each in group) if sum(each.height for each in group) <= whole else 0
        for strip in group:
            if page and max(together, strip.height) > room:
                yield page
                page = [strip.above] if strip.above else []
                room = whole - sum(each.height for each in page)
            page.append(strip)
            room -= strip.height
            together = 0
    if page:
        yield page


def groups(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    """Give strips with those that they are kept with."""
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group


def document(heading: Heading, sections: Iterable[Iterable[Strip]], *, head: bool = True) -> bytes:
    """Give a PDF; each section begins on a page of its own, the first one below the head."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, lang=heading.language, pageCompression=1)
    canvas.setTitle(f"{heading.title}: {heading.running}")
    canvas.setAuthor(heading.organizer)
    laid = []
    for number, section in enumerate(sections):
        laid += list(pages([*first_head(heading), *section] if head and not number else section))
    for number, strips in enumerate(laid, 1):
        edge(canvas, heading if number > 1 or not head else None)
        top = BODY
        for strip in strips:
            strip.draw(canvas, top)
            top -= strip.height
        foot(canvas, heading.running, _("Page %(page)d of %(pages)d", page=number, pages=len(laid)))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def edge(canvas: Canvas, heading: Heading | None) -> None:
    """Draw the double line at the top of a page, and below it what the document is."""
    Rule("brand", LEFT, RIGHT, TOP, 2.6).draw(canvas, "", COLOURS)
    Rule("gold", LEFT, RIGHT, TOP - 3.4, 0.8).draw(canvas, "", COLOURS)
    if heading:
        line = next(iter(broken(heading.title, SERIF, 11, WIDTH)), "")
        write(line, Look(SERIF, 11, COLOURS["brand"]), LEFT, canvas, TOP - 4 * MM)


def foot(canvas: Canvas, running: str, page: str) -> None:
    """Write at the bottom of a page what it belongs to and which one it is."""
    y = BOTTOM - 5 * MM
    Rule("line", LEFT, RIGHT, y, 0.4).draw(canvas, "", COLOURS)
    look = Look(BOLD, 8.5, COLOURS["soft"])
    write(page, look, RIGHT - width(page, BOLD, 8.5), canvas, y - 1 * MM)
    line = next(iter(broken(running, SANS, 8, WIDTH - 45 * MM)), "")
    write(line, Look(SANS, 8, COLOURS["soft"]), LEFT, canvas, y - 1 * MM)

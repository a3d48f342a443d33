"""What pages are filled with: strips of text and drawings one below the other, shared out so that what belongs together stays so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from reportlab.pdfgen.canvas import Canvas

from trainer.documents.page import BOTTOM, COLOURS, LEFT, MM, PAGE_WIDTH, TOP, WIDTH
from trainer.documents.text_layout import Column, Look, broken

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

BODY = TOP - 11 * MM
"""Where strips begin below the running head of a page."""
WHOLE = BODY - BOTTOM
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


PLAIN = Look(leading=1.3)
STRONG = Look("bold", leading=1.3)
SMALL = Look(size=8.5, colour=COLOURS["soft"])
SECTION = Look("serif", 15, COLOURS["brand"])
QUESTION = Look("bold", 10.5)
TOTAL = Look("bold", 10.5)


def texts(
    text: str, look: Look = PLAIN, x: float = LEFT, wide: float = WIDTH, *, share: float = 0, keep: bool = False
) -> list[Strip]:
    """Set a text, a strip for each line; a share of what a line leaves free stands before it."""
    lines = broken(text, look, wide)
    places = [x + share * (wide - look.width(each)) for each in lines]
    return [
        Strip(look.line, partial(write, line, look, place), keep or holds_next(number, len(lines)))
        for number, (line, place) in enumerate(zip(lines, places, strict=True))
    ]


def holds_next(number: int, count: int) -> bool:
    """Whether one of so many strips is kept with the next, so that neither the first nor the last stands alone on a page."""
    return number in (0, count - 2) and number < count - 1


def write(line: str, look: Look, x: float, canvas: Canvas, top: float) -> None:
    """Write a line below a height, in the middle of what it takes."""
    look.draw(canvas, line, x, top - look.size * (0.2 + look.leading / 2))


def columns(set_texts: Sequence[Column], below: float = 0, *, keep: bool = False) -> Strip:
    """Set texts that were set from a height of zero side by side."""

    def draw(canvas: Canvas, top: float) -> None:
        for each in set_texts:
            each.draw(canvas, 0, top)

    return Strip(below - min(each.bottom for each in set_texts), draw, keep)


def gap(height: float, *, keep: bool = False) -> Strip:
    """Leave room, but not at the top of a page."""
    return Strip(height, nothing, keep)


def nothing(_canvas: Canvas, _top: float) -> None:
    """Draw nothing."""


def kept(strips: Sequence[Strip]) -> list[Strip]:
    """Hold strips together."""
    return [replace(each, keep=place < len(strips) - 1) for place, each in enumerate(strips)]


def headed(strips: Sequence[Strip]) -> list[Strip]:
    """Let the first strip stand again above the others on every page, and neither it nor any other alone."""
    head, rows = replace(strips[0], keep=True), strips[1:]
    return [head, *(replace(each, above=head, keep=holds_next(n, len(rows))) for n, each in enumerate(rows))]


def drawing(of: "Drawing", scale: float = 1, strips: Sequence[Strip] = ()) -> Strip:
    """Set a drawing at the left, made smaller by a scale, and strips at its right."""
    from reportlab.graphics.renderPDF import draw as draw_drawing  # takes a quarter of a second, and few processes draw

    def draw(canvas: Canvas, top: float) -> None:
        canvas.saveState()
        canvas.translate(LEFT, top - scale * of.height)
        canvas.scale(scale, scale)
        draw_drawing(of, canvas, 0, 0)
        canvas.restoreState()
        stack(strips, canvas, top)

    return Strip(max(scale * of.height, height_of(strips)), draw)


def stack(strips: Sequence[Strip], canvas: Canvas, top: float) -> float:
    """Draw strips one below the other; give where they end."""
    for each in strips:
        each.draw(canvas, top)
        top -= each.height
    return top


def height_of(strips: Sequence[Strip]) -> float:
    """Say how tall strips are together."""
    return sum(each.height for each in strips)


FORMS: WeakKeyDictionary[Canvas, int] = WeakKeyDictionary()
"""How many forms were drawn into a file."""


def once(strips: Sequence[Strip], *, keep: bool = False) -> Strip:
    """Set strips that stand in a document many times: they are drawn into the file once and referred to afterwards."""
    height = height_of(strips)
    names: WeakKeyDictionary[Canvas, str] = WeakKeyDictionary()

    def draw(canvas: Canvas, top: float) -> None:
        if canvas not in names:
            FORMS[canvas] = FORMS.get(canvas, 0) + 1
            names[canvas] = f"strips-{FORMS[canvas]}"
            canvas.beginForm(names[canvas], 0, 0, PAGE_WIDTH, height)
            stack(strips, canvas, height)
            canvas.endForm()
        canvas.saveState()
        canvas.translate(0, top - height)
        canvas.doForm(names[canvas])
        canvas.restoreState()

    return Strip(height, draw, keep)


def pages(strips: Iterable[Strip], first: float = WHOLE) -> Iterator[list[Strip]]:
    """Share strips out to pages, the first with so many points; those that hold together stay on one page where it can hold them."""
    page: list[Strip] = []
    room = first
    for group in groups(strips):
        together = height_of(group) if height_of(group) <= WHOLE else 0
        for strip in group:
            if page and max(together, strip.height) > room:
                yield page
                page = [strip.above] if strip.above else []
                room = WHOLE - height_of(page)
            together = 0
            if page or strip.draw is not nothing:
                page.append(strip)
                room -= strip.height
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

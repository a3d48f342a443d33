"""Vertical flow of a document: strips of text and drawings, distributed to pages so that what belongs together stays together.

Why not reportlab.platypus: it was tried with a list of participants (4 columns, the same face and pages). 300 rows took 0.6 s
instead of 0.4 s, 1000 rows 1.8 s instead of 0.4 s. A cell that is taller than a page raises LayoutError, while ours is set
smaller; a letter that the face lacks vanishes, while ours becomes a question mark; and every text is parsed as markup, so that
`<i>` in an answer raises ValueError. What platypus offers beyond that (several frames, keeping lines together) is the small part.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from trainer.documents.page import COLOURS, CONTENT_BOTTOM, CONTENT_LEFT, CONTENT_TOP, CONTENT_WIDTH, MM, PAGE_WIDTH
from trainer.documents.text_layout import TextColumn, TextStyle, break_text

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing
    from reportlab.pdfgen.canvas import Canvas

BODY_TOP = CONTENT_TOP - 11 * MM
"""Top of the first strip below the running head of a page, in points."""
BODY_HEIGHT = BODY_TOP - CONTENT_BOTTOM
DrawStrip = Callable[["Canvas", float], None]
"""Draws something from a height downwards."""


@dataclass(frozen=True)
class Strip:
    """An element as wide as the page and `height` points tall; `keep_with_next` keeps it on the page of the next one.

    `repeated_head` is drawn above it again if it begins a page, as the headings of a table are.
    """

    height: float
    draw: DrawStrip
    keep_with_next: bool = False
    repeated_head: "Strip | None" = None


PLAIN_STYLE = TextStyle(leading=1.3)
STRONG_STYLE = TextStyle("bold", leading=1.3)
SMALL_STYLE = TextStyle(size=8.5, colour=COLOURS["soft"])
SECTION_STYLE = TextStyle("serif", 15, COLOURS["brand"])
QUESTION_STYLE = TextStyle("bold", 10.5)
TOTAL_STYLE = TextStyle("bold", 10.5)


def set_text_strips(
    text: str,
    style: TextStyle = PLAIN_STYLE,
    x: float = CONTENT_LEFT,
    width: float = CONTENT_WIDTH,
    *,
    alignment: float = 0,
    keep_with_next: bool = False,
) -> list[Strip]:
    """Return a strip for each line of a text."""
    lines = break_text(text, style, width)
    positions = [x + alignment * (width - style.measure_text(line)) for line in lines]
    return [
        Strip(
            style.line_height,
            partial(draw_line_of_text, line, style, position),
            keep_with_next or is_kept_with_next(number, len(lines)),
        )
        for number, (line, position) in enumerate(zip(lines, positions, strict=True))
    ]


def is_kept_with_next(number: int, count: int) -> bool:
    """Return whether one of several strips stays with the next, so that neither the first nor the last is alone on a page."""
    return number in (0, count - 2) and number < count - 1


def draw_line_of_text(line: str, style: TextStyle, x: float, canvas: "Canvas", top: float) -> None:
    """Draw a line of text below a height, centred vertically in its line height."""
    style.draw_text(canvas, line, x, top - style.size * (0.2 + style.leading / 2))


def set_columns(text_columns: Sequence[TextColumn], space_below: float = 0, *, keep_with_next: bool = False) -> Strip:
    """Return a strip with text columns side by side; they were set from a height of zero."""

    def draw(canvas: "Canvas", top: float) -> None:
        for column in text_columns:
            column.draw_column(canvas, 0, top)

    return Strip(space_below - min(column.bottom for column in text_columns), draw, keep_with_next)


def build_gap(height: float, *, keep_with_next: bool = False) -> Strip:
    """Return an empty strip, which is dropped at the top of a page."""
    return Strip(height, draw_nothing, keep_with_next)


def draw_nothing(_canvas: "Canvas", _top: float) -> None:
    """Draw nothing: the content of a gap."""


def keep_together(strips: Sequence[Strip]) -> list[Strip]:
    """Keep strips together on one page."""
    return [replace(strip, keep_with_next=position < len(strips) - 1) for position, strip in enumerate(strips)]


def repeat_first_strip(strips: Sequence[Strip]) -> list[Strip]:
    """Repeat the first strip on every page above the others, and keep it and the last one from being alone."""
    head, rows = replace(strips[0], keep_with_next=True), strips[1:]
    return [
        head,
        *(
            replace(strip, repeated_head=head, keep_with_next=is_kept_with_next(number, len(rows)))
            for number, strip in enumerate(rows)
        ),
    ]


def set_drawing(picture: "Drawing", scale: float = 1, strips: Sequence[Strip] = ()) -> Strip:
    """Return a strip with a scaled drawing at the left and strips at its right."""
    from reportlab.graphics.renderPDF import draw as draw_drawing  # imported late: takes a quarter of a second

    def draw(canvas: "Canvas", top: float) -> None:
        canvas.saveState()
        canvas.translate(CONTENT_LEFT, top - scale * picture.height)
        canvas.scale(scale, scale)
        draw_drawing(picture, canvas, 0, 0)
        canvas.restoreState()
        draw_strips(strips, canvas, top)

    return Strip(max(scale * picture.height, compute_total_height(strips)), draw)


def draw_strips(strips: Sequence[Strip], canvas: "Canvas", top: float) -> float:
    """Draw strips one below the other and return the bottom of the last one."""
    for strip in strips:
        strip.draw(canvas, top)
        top -= strip.height
    return top


def compute_total_height(strips: Sequence[Strip]) -> float:
    """Return the total height of strips."""
    return sum(strip.height for strip in strips)


FORM_COUNTS: "WeakKeyDictionary[Canvas, int]" = WeakKeyDictionary()
"""Number of forms in each file."""


def build_reusable_strip(strips: Sequence[Strip], *, keep_with_next: bool = False) -> Strip:
    """Return strips as one that many pages share: drawn into the file once, then referred to."""
    height = compute_total_height(strips)
    names: WeakKeyDictionary[Canvas, str] = WeakKeyDictionary()

    def draw(canvas: "Canvas", top: float) -> None:
        if canvas not in names:
            FORM_COUNTS[canvas] = FORM_COUNTS.get(canvas, 0) + 1
            names[canvas] = f"strips-{FORM_COUNTS[canvas]}"
            canvas.beginForm(names[canvas], 0, 0, PAGE_WIDTH, height)
            draw_strips(strips, canvas, height)
            canvas.endForm()
        canvas.saveState()
        canvas.translate(0, top - height)
        canvas.doForm(names[canvas])
        canvas.restoreState()

    return Strip(height, draw, keep_with_next)


def paginate_strips(strips: Iterable[Strip], first_height: float = BODY_HEIGHT) -> Iterator[list[Strip]]:
    """Yield the strips of each page; `first_height` is that of the first. Strips kept together share a page that can hold them."""
    page: list[Strip] = []
    free_height = first_height
    for group in group_kept_strips(strips):
        group_height = compute_total_height(group) if compute_total_height(group) <= BODY_HEIGHT else 0
        for strip in group:
            if page and max(group_height, strip.height) > free_height:
                yield page
                page = [strip.repeated_head] if strip.repeated_head else []
                free_height = BODY_HEIGHT - compute_total_height(page)
            group_height = 0
            if page or strip.draw is not draw_nothing:
                page.append(strip)
                free_height -= strip.height
    if page:
        yield page


def group_kept_strips(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    """Yield strips together with those that they are kept with."""
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep_with_next:
            yield group
            group = []
    if group:
        yield group

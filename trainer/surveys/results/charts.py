"""Charts, drawn once with reportlab: as SVG for the page, light and dark, and as they are for the report.

In the SVG the colours become variables, so that a page's dark look has its own, and the typeface is that of the pages.
reportlab's graphics are imported by what draws: they take a quarter of a second, and few processes draw.
"""

import re
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Literal

from markupsafe import escape
from reportlab.lib.colors import HexColor

from certificates.drawing.typeface import BOLD, SANS, face, width
from trainer.documents.text_layout import Look, broken
from trainer.language.choice import language
from trainer.surveys.results.aggregation import Item
from trainer.surveys.results.learning_gain import TestItem
from trainer.surveys.results.presentation import Line, Row, lines_of, rows_of
from trainer.surveys.results.statistics import share
from trainer.web.templating import percent

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

WIDE = 300.0
"""The width of a chart in points, on a page in pixels."""
SIZE, LEADING = 13.0, 17.0
BAR, BELOW = 13.0, 11.0
COUNT = 72.0  # the room at the right for a number and its share
LIGHT_AND_DARK = {
    "#16262c": ("ink", "#e9eeee"),
    "#4d5f66": ("soft", "#a9b7bb"),
    "#e9e5da": ("track", "#2a393e"),
    "#0d4d5c": ("best", "#7fc6d4"),
    "#5f97a3": ("good", "#4f8b98"),
    "#c9c3b3": ("middle", "#57676c"),
    "#dba070": ("poor", "#b5794a"),
    "#a8472b": ("worst", "#e08a6c"),
    "#ffffff": ("on-dark", "#10191c"),
    "#17272d": ("on-light", "#f3f6f6"),
}
Anchor = Literal["start", "middle", "end"]
INK, SOFT, TRACK, BEST, GOOD, MIDDLE, POOR, WORST, ON_DARK, ON_LIGHT = LIGHT_AND_DARK
SCALE = (BEST, GOOD, MIDDLE, POOR, WORST)
"""The colours of a matrix's values, from 5 down to 1; the number stands in each part that has room for it."""
ON_SCALE = (ON_DARK, ON_LIGHT, ON_LIGHT, ON_LIGHT, ON_DARK)
FONTS = "'Source Sans 3','Segoe UI',system-ui,-apple-system,Roboto,'Noto Sans',Arial,sans-serif"


def chart_of(item: Item) -> "Drawing":
    """Draw the chart of an item."""
    return parts(rows_of(item)) if item.rows else bars(lines_of(item), item.answered)


def blank() -> "Drawing":
    """Begin a drawing that grows downwards."""
    from reportlab.graphics.shapes import Drawing

    return Drawing(WIDE, 0)


def bars(lines: Sequence[Line], whole: int) -> "Drawing":
    """Draw a bar for each answer as long as its share of those who answered, the words above it, the number at its right."""
    drawing = blank()
    y = 0.0
    for line in lines:
        y = words(drawing, line.label, y)
        y = bar(drawing, line.count, whole, y, BEST if line.good else GOOD)
    return closed(drawing, y)


def parts(rows: Sequence[Row]) -> "Drawing":
    """Draw a bar for each row of a matrix, divided as its answers are from the best to the worst."""
    drawing = blank()
    y = 0.0
    for row in rows:
        if not row.answered or row.counts is None:
            continue
        y = words(drawing, row.label, y) - BAR - 5
        x = 0.0
        for count, colour, ink in zip(row.counts, SCALE, ON_SCALE, strict=True):
            wide = WIDE * count / row.answered
            if count:
                block(drawing, x, y, wide, BAR + 5, colour)
                number = str(count)
                if width(number, BOLD, SIZE) + 4 < wide:
                    written(drawing, number, x + wide / 2, y + 4.5, BOLD, ink, "middle")
            x += wide
        y -= BELOW
    return closed(drawing, y)


def of_test(items: Sequence[TestItem]) -> "Drawing":
    """Draw two bars for each question of a test: who answered it right before, and after."""
    drawing = blank()
    y = 0.0
    for item in items:
        y = words(drawing, item.question.text.to(language()), y)
        for solved, colour in ((item.before, MIDDLE), (item.after, BEST)):
            if solved:
                y = bar(drawing, solved.right, solved.whole, y, colour) + BELOW - 3
        y -= BELOW - 3
    return closed(drawing, y)


def bar(drawing: "Drawing", part: int, whole: int, y: float, colour: str) -> float:
    """Draw a bar on its track with the number and its share; give where the next thing may stand."""
    y -= BAR
    room = WIDE - COUNT
    block(drawing, 0, y, room, BAR, TRACK, 2)
    if part:
        block(drawing, 0, y, max(3.0, room * part / whole), BAR, colour, 2)
    written(drawing, f"{part}", WIDE - 42, y + 2, BOLD, INK, "end")
    written(drawing, percent(int(share(part, whole))), WIDE - 4, y + 2, SANS, SOFT, "end")
    return y - BELOW


def block(drawing: "Drawing", x: float, y: float, wide: float, tall: float, colour: str, corner: float = 0) -> None:
    """Draw a filled rectangle."""
    from reportlab.graphics.shapes import Rect

    rect = Rect(x, y, wide, tall, rx=corner, ry=corner)
    rect.fillColor, rect.strokeColor = HexColor(colour), None
    drawing.add(rect)


def words(drawing: "Drawing", label: str, y: float) -> float:
    """Write words in as many lines as they need; give where the next thing may stand."""
    for line in broken(label, Look(size=SIZE), 0.92 * WIDE):  # the faces of other systems are a little wider
        y -= LEADING
        written(drawing, line, 0, y + 4.5, SANS, INK)
    return y


def written(
    drawing: "Drawing", text: str, x: float, y: float, name: str, colour: str, anchor: Anchor = "start"
) -> None:
    """Write a line."""
    from reportlab.graphics.shapes import String

    face(name)
    string = String(x, y, text, fontName=name, fontSize=SIZE, fillColor=HexColor(colour), textAnchor=anchor)
    drawing.add(string)


def closed(drawing: "Drawing", y: float) -> "Drawing":
    """Give a drawing that was drawn from zero downwards its height."""
    drawing.height = -y
    drawing.translate(0, -y)
    return drawing


def svg(drawing: "Drawing", title: str) -> str:
    """Give a drawing as a file of its own that a page shows as a picture, light or dark as the page is."""
    from reportlab.graphics import renderSVG

    drawn = StringIO()
    renderSVG.drawToFile(drawing, drawn)
    text = drawn.getvalue()
    text = COLOUR.sub(lambda found: f"var(--{VARIABLES[found.group()]})", text[text.index("<svg") :])
    text = FONT.sub(lambda found: f"font-family: {FONTS}; font-weight: {600 if found[1] == BOLD else 400};", text)
    text = re.sub(r">\s+<", "><", text.replace("<desc>...</desc>", style()))
    return text.replace("<title>...</title>", f"<title>{escape(title)}</title>", 1)


def style() -> str:
    """Name the colours for pages that are light and for those that are dark."""
    light = "".join(f"--{name}:{colour};" for colour, (name, _dark) in LIGHT_AND_DARK.items())
    dark = "".join(f"--{name}:{colour};" for name, colour in LIGHT_AND_DARK.values())
    return f"<style>svg{{{light}}}@media (prefers-color-scheme: dark){{svg{{{dark}}}}}</style>"


def as_written(colour: str) -> str:
    """Give a colour as reportlab writes it into an SVG: in whole percent, cut off."""
    return "rgb({:d}%,{:d}%,{:d}%)".format(*(int(100 * each) for each in HexColor(colour).rgb()))


VARIABLES = {as_written(colour): name for colour, (name, _dark) in LIGHT_AND_DARK.items()}
COLOUR = re.compile("|".join(map(re.escape, VARIABLES)))
FONT = re.compile(r"font-family: (\S+);")

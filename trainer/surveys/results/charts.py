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

from certificates.drawing.typeface import BOLD, SANS, load_face, measure_width
from trainer.documents.text_layout import TextStyle, break_text
from trainer.language.choice import get_page_language
from trainer.surveys.results.aggregation import QuestionResults
from trainer.surveys.results.learning_gain import QuestionComparison
from trainer.surveys.results.presentation import AnswerCount, MatrixRowCounts, list_answer_counts, list_matrix_rows
from trainer.surveys.results.statistics import calculate_share_percent
from trainer.web.templating import format_percent

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

CHART_WIDTH = 300.0
"""The width of a chart in points, on a page in pixels."""
FONT_SIZE, LINE_HEIGHT = 13.0, 17.0
BAR_HEIGHT, BAR_SPACING = 13.0, 11.0
COUNT_WIDTH = 72.0  # the room at the right for a number and its share
COLOUR_THEMES = {
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
TextAnchor = Literal["start", "middle", "end"]
(
    INK_COLOUR,
    SOFT_COLOUR,
    TRACK_COLOUR,
    BEST_COLOUR,
    GOOD_COLOUR,
    MIDDLE_COLOUR,
    POOR_COLOUR,
    WORST_COLOUR,
    TEXT_ON_DARK_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
) = COLOUR_THEMES
SCALE_COLOURS = (BEST_COLOUR, GOOD_COLOUR, MIDDLE_COLOUR, POOR_COLOUR, WORST_COLOUR)
"""The colours of a matrix's values, from 5 down to 1; the number stands in each part that has room for it."""
SCALE_TEXT_COLOURS = (
    TEXT_ON_DARK_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_DARK_COLOUR,
)
SVG_FONT_FAMILIES = "'Source Sans 3','Segoe UI',system-ui,-apple-system,Roboto,'Noto Sans',Arial,sans-serif"


def draw_question_chart(item: QuestionResults) -> "Drawing":
    """Draw the chart of an item."""
    return (
        draw_matrix_chart(list_matrix_rows(item))
        if item.row_counts
        else draw_bar_chart(list_answer_counts(item), item.answered_count)
    )


def create_drawing() -> "Drawing":
    """Begin a drawing that grows downwards."""
    from reportlab.graphics.shapes import Drawing

    return Drawing(CHART_WIDTH, 0)


def draw_bar_chart(answer_counts: Sequence[AnswerCount], total: int) -> "Drawing":
    """Draw a bar for each answer as long as its share of those who answered, the words above it, the number at its right."""
    drawing = create_drawing()
    y = 0.0
    for answer_count in answer_counts:
        y = draw_label(drawing, answer_count.label, y)
        y = draw_bar(drawing, answer_count.count, total, y, BEST_COLOUR if answer_count.is_good else GOOD_COLOUR)
    return finish_drawing(drawing, y)


def draw_matrix_chart(rows: Sequence[MatrixRowCounts]) -> "Drawing":
    """Draw a bar for each row of a matrix, divided as its answers are from the best to the worst."""
    drawing = create_drawing()
    y = 0.0
    for row in rows:
        if not row.answered_count or row.counts is None:
            continue
        y = draw_label(drawing, row.label, y) - BAR_HEIGHT - 5
        x = 0.0
        for count, colour, text_colour in zip(row.counts, SCALE_COLOURS, SCALE_TEXT_COLOURS, strict=True):
            part_width = CHART_WIDTH * count / row.answered_count
            if count:
                draw_rectangle(drawing, x, y, part_width, BAR_HEIGHT + 5, colour)
                number = str(count)
                if measure_width(number, BOLD, FONT_SIZE) + 4 < part_width:
                    draw_text_line(drawing, number, x + part_width / 2, y + 4.5, BOLD, text_colour, "middle")
            x += part_width
        y -= BAR_SPACING
    return finish_drawing(drawing, y)


def draw_test_chart(comparisons: Sequence[QuestionComparison]) -> "Drawing":
    """Draw two bars for each question of a test: who answered it right before, and after."""
    drawing = create_drawing()
    y = 0.0
    for comparison in comparisons:
        y = draw_label(drawing, comparison.question.text.get_text(get_page_language()), y)
        for correct_count, colour in ((comparison.before, MIDDLE_COLOUR), (comparison.after, BEST_COLOUR)):
            if correct_count:
                y = draw_bar(drawing, correct_count.correct, correct_count.total, y, colour) + BAR_SPACING - 3
        y -= BAR_SPACING - 3
    return finish_drawing(drawing, y)


def draw_bar(drawing: "Drawing", count: int, total: int, y: float, colour: str) -> float:
    """Draw a bar on its track with the number and its share; give where the next thing may stand."""
    y -= BAR_HEIGHT
    track_width = CHART_WIDTH - COUNT_WIDTH
    draw_rectangle(drawing, 0, y, track_width, BAR_HEIGHT, TRACK_COLOUR, 2)
    if count:
        draw_rectangle(drawing, 0, y, max(3.0, track_width * count / total), BAR_HEIGHT, colour, 2)
    draw_text_line(drawing, f"{count}", CHART_WIDTH - 42, y + 2, BOLD, INK_COLOUR, "end")
    draw_text_line(
        drawing,
        format_percent(int(calculate_share_percent(count, total))),
        CHART_WIDTH - 4,
        y + 2,
        SANS,
        SOFT_COLOUR,
        "end",
    )
    return y - BAR_SPACING


def draw_rectangle(
    drawing: "Drawing", x: float, y: float, box_width: float, box_height: float, colour: str, corner_radius: float = 0
) -> None:
    """Draw a filled rectangle."""
    from reportlab.graphics.shapes import Rect

    rect = Rect(x, y, box_width, box_height, rx=corner_radius, ry=corner_radius)
    rect.fillColor, rect.strokeColor = HexColor(colour), None
    drawing.add(rect)


def draw_label(drawing: "Drawing", label: str, y: float) -> float:
    """Write words in as many lines as they need; give where the next thing may stand."""
    for line in break_text(
        label, TextStyle(size=FONT_SIZE), 0.92 * CHART_WIDTH
    ):  # the faces of other systems are a little wider
        y -= LINE_HEIGHT
        draw_text_line(drawing, line, 0, y + 4.5, SANS, INK_COLOUR)
    return y


def draw_text_line(
    drawing: "Drawing", text: str, x: float, y: float, font_name: str, colour: str, anchor: TextAnchor = "start"
) -> None:
    """Write a line."""
    from reportlab.graphics.shapes import String

    load_face(font_name)
    string = String(x, y, text, fontName=font_name, fontSize=FONT_SIZE, fillColor=HexColor(colour), textAnchor=anchor)
    drawing.add(string)


def finish_drawing(drawing: "Drawing", y: float) -> "Drawing":
    """Give a drawing that was drawn from zero downwards its height."""
    drawing.height = -y
    drawing.translate(0, -y)
    return drawing


def render_svg(drawing: "Drawing", title: str) -> str:
    """Give a drawing as a file of its own that a page shows as a picture, light or dark as the page is."""
    from reportlab.graphics import renderSVG

    stream = StringIO()
    renderSVG.drawToFile(drawing, stream)
    svg = stream.getvalue()
    svg = COLOUR_PATTERN.sub(lambda match: f"var(--{VARIABLE_NAMES[match.group()]})", svg[svg.index("<svg") :])
    svg = FONT_PATTERN.sub(
        lambda match: f"font-family: {SVG_FONT_FAMILIES}; font-weight: {600 if match[1] == BOLD else 400};", svg
    )
    svg = re.sub(r">\s+<", "><", svg.replace("<desc>...</desc>", build_colour_style()))
    return svg.replace("<title>...</title>", f"<title>{escape(title)}</title>", 1)


def build_colour_style() -> str:
    """Name the colours for pages that are light and for those that are dark."""
    light = "".join(f"--{name}:{colour};" for colour, (name, _dark) in COLOUR_THEMES.items())
    dark = "".join(f"--{name}:{colour};" for name, colour in COLOUR_THEMES.values())
    return f"<style>svg{{{light}}}@media (prefers-color-scheme: dark){{svg{{{dark}}}}}</style>"


def format_svg_colour(colour: str) -> str:
    """Give a colour as reportlab writes it into an SVG: in whole percent, cut off."""
    return "rgb({:d}%,{:d}%,{:d}%)".format(*(int(100 * channel) for channel in HexColor(colour).rgb()))


VARIABLE_NAMES = {format_svg_colour(colour): name for colour, (name, _dark) in COLOUR_THEMES.items()}
COLOUR_PATTERN = re.compile("|".join(map(re.escape, VARIABLE_NAMES)))
FONT_PATTERN = re.compile(r"font-family: (\S+);")

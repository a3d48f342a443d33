"""Charts of results as reportlab drawings, for the PDF report and, converted to SVG, for pages.

reportlab's graphics are imported inside functions: the import takes a quarter of a second, and few processes draw charts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from certificates.drawing import BOLD, SANS, load_face, measure_width, parse_colour
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
"""Width of a chart: points in a PDF, pixels on a page."""
FONT_SIZE, LINE_HEIGHT = 13.0, 17.0
BAR_HEIGHT, BAR_SPACING = 13.0, 11.0
COUNT_WIDTH = 72.0
"""Width reserved at the right of a bar for the count and its percentage."""
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
"""Colours of the values of a matrix, from 5 down to 1. A part that is wide enough shows its count."""
SCALE_TEXT_COLOURS = (
    TEXT_ON_DARK_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_LIGHT_COLOUR,
    TEXT_ON_DARK_COLOUR,
)


def draw_question_chart(item: QuestionResults) -> "Drawing":
    """Return the chart of a question: divided bars for a matrix, otherwise a bar for each answer."""
    return (
        draw_matrix_chart(list_matrix_rows(item))
        if item.row_counts
        else draw_bar_chart(list_answer_counts(item), item.answered_count)
    )


def create_drawing() -> "Drawing":
    """Return an empty drawing, to be filled downwards from y = 0."""
    from reportlab.graphics.shapes import Drawing

    return Drawing(CHART_WIDTH, 0)


def draw_bar_chart(answer_counts: Sequence[AnswerCount], total: int) -> "Drawing":
    """Return a chart with a bar for each answer, as long as its share of `total`, the label above and the count beside it."""
    drawing = create_drawing()
    y = 0.0
    for answer_count in answer_counts:
        y = draw_label(drawing, answer_count.label, y)
        y = draw_bar(drawing, answer_count.count, total, y, BEST_COLOUR if answer_count.is_good else GOOD_COLOUR)
    return finish_drawing(drawing, y)


def draw_matrix_chart(rows: Sequence[MatrixRowCounts]) -> "Drawing":
    """Return a chart with a bar for each matrix row, divided by value from best to worst."""
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
    """Return a chart with two bars for each test question: correct answers before and after the seminar."""
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
    """Draw a bar on its track with its count and percentage; return the y coordinate below it."""
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


def draw_amount(drawing: "Drawing", value: int, longest: int, text: str, y: float, colour: str) -> float:
    """Draw a bar whose number is no share, as long as its part of `longest`; return the y coordinate below it."""
    y -= BAR_HEIGHT
    track_width = CHART_WIDTH - COUNT_WIDTH
    draw_rectangle(drawing, 0, y, track_width, BAR_HEIGHT, TRACK_COLOUR, 2)
    if value:
        draw_rectangle(drawing, 0, y, max(3.0, track_width * value / longest), BAR_HEIGHT, colour, 2)
    draw_text_line(drawing, text, CHART_WIDTH - 4, y + 2, BOLD, INK_COLOUR, "end")
    return y - BAR_SPACING


def draw_rectangle(
    drawing: "Drawing", x: float, y: float, box_width: float, box_height: float, colour: str, corner_radius: float = 0
) -> None:
    """Draw a filled rectangle with its lower left corner at (x, y)."""
    from reportlab.graphics.shapes import Rect

    rect = Rect(x, y, box_width, box_height, rx=corner_radius, ry=corner_radius)
    rect.fillColor, rect.strokeColor = parse_colour(colour), None
    drawing.add(rect)


def draw_label(drawing: "Drawing", label: str, y: float) -> float:
    """Draw a label on as many lines as it needs; return the y coordinate below it."""
    for line in break_text(
        label, TextStyle(size=FONT_SIZE), 0.92 * CHART_WIDTH
    ):  # fallback typefaces are a little wider
        y -= LINE_HEIGHT
        draw_text_line(drawing, line, 0, y + 4.5, SANS, INK_COLOUR)
    return y


def draw_text_line(
    drawing: "Drawing", text: str, x: float, y: float, font_name: str, colour: str, anchor: TextAnchor = "start"
) -> None:
    """Draw one line of text with its baseline at y."""
    from reportlab.graphics.shapes import String

    load_face(font_name)
    string = String(
        x, y, text, fontName=font_name, fontSize=FONT_SIZE, fillColor=parse_colour(colour), textAnchor=anchor
    )
    drawing.add(string)


def finish_drawing(drawing: "Drawing", y: float) -> "Drawing":
    """Set the height of a drawing that was filled downwards from y = 0 and shift it into the visible area."""
    drawing.height = -y
    drawing.translate(0, -y)
    return drawing

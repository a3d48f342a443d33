"""Lines of answers on a form: options with boxes and matrices, and the ticks of a response."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certificates.drawing import parse_colour
from trainer.documents.flow import (
    Strip,
    build_reusable_strip,
    compute_total_height,
    draw_line_of_text,
    draw_strips,
    repeat_first_strip,
    set_columns,
    set_text_strips,
)
from trainer.documents.page import COLOURS, CONTENT_LEFT, CONTENT_RIGHT, MM
from trainer.documents.text_layout import (
    Paragraph,
    TextArea,
    TextColumn,
    TextStyle,
    break_text,
    set_column,
)
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.questions.labels import SCALE_ANSWER_LABELS
from trainer.surveys.questions.model import SCALE_KINDS, SurveyQuestion, SurveyQuestionKind

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


OPTION_STYLE = TextStyle(size=9.5, leading=1.45)
OPTION_BOX_SIZE = 8.0
INDENT_X = CONTENT_LEFT + 6 * MM
CONTENT_WIDTH = CONTENT_RIGHT - INDENT_X
OPTION_BOX_OFFSET = OPTION_STYLE.size * 1.12
OPTION_SPACING = 14.0  # points between options in a line
MATRIX_LABEL_SHARE = 0.35  # of the content width, for the labels of matrix rows
SCALE_LABEL_STYLE = TextStyle(size=7.5, colour=COLOURS["soft"], leading=1.15)
ANSWER_STYLE = TextStyle("bold", 10, COLOURS["pen"], 1.3)


@dataclass(frozen=True)
class AnswerLine:
    """A line of answers on a blank form, with the x position of the box of each answer key."""

    blank: Strip
    boxes: tuple[tuple[Any, float], ...] = ()


def list_answer_options(question: SurveyQuestion) -> list[tuple[Any, str]]:
    """Return the options of a question as pairs of key and label; empty for texts, numbers and matrices."""
    if question.kind in SCALE_KINDS:
        return [(value, str(label)) for value, label in SCALE_ANSWER_LABELS[question.kind].items()]
    if question.kind == SurveyQuestionKind.YES_NO:
        return [(True, _("Yes")), (False, _("No"))]
    if question.kind == SurveyQuestionKind.NPS:
        return [(value, str(value)) for value in range(11)]
    return [(choice.key, choice.text.get_text(get_page_language())) for choice in question.choices]


def lay_out_option_lines(question: SurveyQuestion) -> Iterator[AnswerLine]:
    """Yield the lines of options of a blank form, filled from left to right; a long label is continued below."""
    is_square = question.kind == SurveyQuestionKind.MULTIPLE
    line: list[tuple[Any, float, str]] = []
    x = INDENT_X
    for key, label in list_answer_options(question):
        first_line, *further_lines = break_text(label, OPTION_STYLE, CONTENT_WIDTH - OPTION_BOX_SIZE - 5) or ("",)
        option_width = OPTION_BOX_SIZE + 5 + OPTION_STYLE.measure_text(first_line)
        if line and (x + option_width > CONTENT_RIGHT or further_lines):
            yield lay_out_option_line(line, is_square)
            line, x = [], INDENT_X
        line.append((key, x, first_line))
        x += option_width + OPTION_SPACING
        for further_line in further_lines:
            yield lay_out_option_line(line, is_square)
            line, x = [(None, INDENT_X, further_line)], CONTENT_RIGHT
    if line:
        yield lay_out_option_line(line, is_square)


def lay_out_option_line(options: Sequence[tuple[Any, float, str]], is_square: bool) -> AnswerLine:
    """Return one line of options, given as (key, x, label); an option with key None has no box."""

    def draw(canvas: "Canvas", top: float) -> None:
        for key, x, label in options:
            if key is not None:
                draw_option_box(canvas, x, top, is_square)
            draw_line_of_text(label, OPTION_STYLE, x + OPTION_BOX_SIZE + 5, canvas, top)

    boxes = tuple((key, x) for key, x, _label in options if key is not None)
    return AnswerLine(build_reusable_strip([Strip(OPTION_STYLE.line_height, draw)]), boxes)


def lay_out_matrix_lines(question: SurveyQuestion) -> list[AnswerLine]:
    """Return the lines of a matrix on a blank form: the scale labels, then a row of circles for each matrix row."""
    scale = SCALE_ANSWER_LABELS[question.scale]
    left = INDENT_X + MATRIX_LABEL_SHARE * CONTENT_WIDTH
    column_width = (CONTENT_RIGHT - left) / len(scale)
    ring_positions = [left + (column + 0.5) * column_width - OPTION_BOX_SIZE / 2 for column in range(len(scale))]
    row_strips = [
        lay_out_completed_matrix_row(row.text.get_text(get_page_language()), ring_positions) for row in question.rows
    ]
    boxes = [
        tuple(((row.key, value), x) for value, x in zip(scale, ring_positions, strict=True)) for row in question.rows
    ]
    strips = repeat_first_strip(
        [
            build_reusable_strip([set_columns(lay_out_scale_labels(question.scale, left, SCALE_LABEL_STYLE), 3)]),
            *row_strips,
        ]
    )
    return [AnswerLine(strip, line_boxes) for strip, line_boxes in zip(strips, [(), *boxes], strict=True)]


def lay_out_scale_labels(kind: SurveyQuestionKind, left: float, style: TextStyle) -> list[TextColumn]:
    """Return the labels of a scale as equal columns between `left` and the right margin."""
    labels = [str(label) for label in SCALE_ANSWER_LABELS[kind].values()]
    column_width = (CONTENT_RIGHT - left) / len(labels)
    return [
        set_column(
            [Paragraph(label, style)], TextArea(left + column * column_width + 2, 0, column_width - 4, 30 * MM, 0.5)
        )
        for column, label in enumerate(labels)
    ]


def lay_out_completed_matrix_row(label: str, ring_positions: Sequence[float]) -> Strip:
    """Return a strip with the label of a matrix row and empty circles at the given x positions."""
    lines = set_text_strips(label, OPTION_STYLE, INDENT_X, MATRIX_LABEL_SHARE * CONTENT_WIDTH - 8)

    def draw(canvas: "Canvas", top: float) -> None:
        draw_strips(lines, canvas, top)
        for x in ring_positions:
            draw_option_box(canvas, x, top, is_square=False)

    return build_reusable_strip([Strip(max(OPTION_STYLE.line_height, compute_total_height(lines)) + 2, draw)])


def draw_answer_line(line: AnswerLine, ticked_keys: Sequence[Any], canvas: "Canvas", top: float) -> None:
    """Draw a line of answers and a tick on the box of each ticked key."""
    line.blank.draw(canvas, top)
    for key, x in line.boxes:
        if key in ticked_keys:
            y = top - OPTION_BOX_OFFSET
            canvas.setStrokeColor(parse_colour(ANSWER_STYLE.colour))
            canvas.setLineWidth(2)
            canvas.lines([(x + 1, y + 4.4, x + 3.4, y + 1.4), (x + 3.4, y + 1.4, x + 8.6, y + 9)])


def draw_option_box(canvas: "Canvas", x: float, top: float, is_square: bool) -> None:
    """Draw an empty square, or a circle where only one option can be chosen."""
    y = top - OPTION_BOX_OFFSET
    canvas.setStrokeColor(parse_colour(COLOURS["soft"]))
    canvas.setLineWidth(0.8)
    if is_square:
        canvas.rect(x, y, OPTION_BOX_SIZE, OPTION_BOX_SIZE)
    else:
        canvas.circle(x + OPTION_BOX_SIZE / 2, y + OPTION_BOX_SIZE / 2, OPTION_BOX_SIZE / 2)

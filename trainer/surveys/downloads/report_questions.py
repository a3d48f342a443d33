"""One question in the report: its chart with the numbers beside it, or what people wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from certificates.drawing import parse_colour
from trainer.documents.flow import (
    QUESTION_STYLE,
    SMALL_STYLE,
    Strip,
    build_gap,
    draw_line_of_text,
    set_drawing,
    set_text_strips,
)
from trainer.documents.page import COLOURS, CONTENT_LEFT, CONTENT_WIDTH, MM
from trainer.documents.table import Table
from trainer.documents.text_layout import TextStyle
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.questions.model import SurveyQuestionKind
from trainer.surveys.results import charts, presentation
from trainer.surveys.results.aggregation import QuestionResults
from trainer.surveys.results.statistics import calculate_net_promoter_score, calculate_share_percent, summarise_numbers
from trainer.web.templating import format_percent

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


T = TypeVar("T")
MAX_PRINTED_TEXTS = 300
"""Number of written answers printed for a question; the XLSX download has all of them."""
CHART_SCALE = 0.8
"""Size of printed charts compared with those on a page."""
TABLE_LEFT = CONTENT_LEFT + CHART_SCALE * charts.CHART_WIDTH + 6 * MM
MAX_ANSWERS_PER_CHART = 12
"""More answers are divided into several charts."""
QUOTE_STYLE = TextStyle(size=9.5)


def format_part_of_total(part: int, total: int) -> str:
    """Return "k of n" with the percentage, the latter unless n is 0."""
    text = _("%(part)d of %(whole)d", part=part, whole=total)
    return f"{text} ({format_percent(calculate_share_percent(part, total))})" if total else text


def lay_out_question_results(number: int, item: QuestionResults) -> Iterator[Strip]:
    """Yield the strips of a question: its text, the number of answers, and its chart or written answers."""
    yield build_gap(3 * MM, keep_with_next=True)
    yield from set_text_strips(
        f"{number}. {item.question.text.get_text(get_page_language())}", QUESTION_STYLE, keep_with_next=True
    )
    text = _("Answered: %(part)d of %(whole)d.", part=item.answered_count, whole=item.asked_count)
    if item.unanswered_count and item.question.show_if:
        text += " " + _("No answer, or not asked: %(num)d.", num=item.unanswered_count)
    elif item.unanswered_count:
        text += " " + _("No answer: %(num)d.", num=item.unanswered_count)
    if not item.is_current:
        text += " " + _("No longer asked") + "."
    yield from set_text_strips(text, SMALL_STYLE, keep_with_next=bool(item.answered_count))
    if item.is_hidden:
        yield from set_text_strips(
            _("Fewer than five people have answered this question themselves, so the answers are not shown.")
        )
    elif item.texts:
        yield from lay_out_written_answers(item)
    elif item.question.kind == SurveyQuestionKind.MATRIX:
        yield from lay_out_matrix_results(item)
    elif item.value_counts:
        yield from lay_out_value_counts(item)


def lay_out_value_counts(item: QuestionResults) -> Iterator[Strip]:
    """Yield the strips of a question with counted answers: summary figures and charts with tables."""
    if item.question.kind == SurveyQuestionKind.NUMBER:
        summary = summarise_numbers({int(value): number for value, number in item.value_counts.items()})
        figures = (
            (_("minimum"), summary.minimum),
            (_("median"), presentation.format_short_decimal(summary.median)),
            (_("maximum"), summary.maximum),
        )
        yield from set_text_strips("; ".join(f"{name}: {value}" for name, value in figures), keep_with_next=True)
    if item.question.kind == SurveyQuestionKind.NPS:
        score = presentation.format_signed_number(
            calculate_net_promoter_score({int(value): number for value, number in item.value_counts.items()})
        )
        yield from set_text_strips(_("Net promoter score: %(figure)s", figure=score), keep_with_next=True)
    yield build_gap(1.5 * MM, keep_with_next=True)
    for answer_counts in split_into_charts(presentation.list_answer_counts(item)):
        rows = [
            (
                answer_count.label,
                f"{answer_count.count}",
                format_percent(calculate_share_percent(answer_count.count, item.answered_count)),
            )
            for answer_count in answer_counts
        ]
        headings, table_width = (
            (_("Answer"), _("Number of people"), _("Share")),
            CONTENT_LEFT + CONTENT_WIDTH - TABLE_LEFT,
        )
        beside = Table(headings, (0.54, 0.2, 0.26), 2, TABLE_LEFT, table_width).set_table(rows)
        yield set_drawing(charts.draw_bar_chart(answer_counts, item.answered_count), CHART_SCALE, beside)


def split_into_charts(chart_rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in slices that fit one chart."""
    for start in range(0, len(chart_rows), MAX_ANSWERS_PER_CHART):
        yield chart_rows[start : start + MAX_ANSWERS_PER_CHART]


def lay_out_matrix_results(item: QuestionResults) -> Iterator[Strip]:
    """Yield the strips of a matrix: its chart and a table; rows with few answers are not compared."""
    scale = presentation.get_scale_labels(item)
    yield lay_out_legend(
        [
            (colour, f"{value} – {label}")
            for colour, (value, label) in zip(charts.SCALE_COLOURS, scale.items(), strict=True)
        ]
    )
    for part in split_into_charts([row for row in presentation.list_matrix_rows(item) if row.answered_count]):
        yield build_gap(1.5 * MM, keep_with_next=True)
        yield set_drawing(charts.draw_matrix_chart(part), CHART_SCALE)
    yield build_gap(2 * MM, keep_with_next=True)
    rows = [build_matrix_table_row(row, len(scale)) for row in presentation.list_matrix_rows(item)]
    headings = ("", *(str(value) for value in scale), _("4 and 5 together"))
    yield from Table(headings, (0.4, *([0.07] * len(scale)), 0.25), len(scale) + 1).set_table(rows)
    if not all(row.is_comparable for row in presentation.list_matrix_rows(item)):
        yield build_gap(1 * MM)
        yield from set_text_strips(
            _("Rows with fewer than five answers are not compared: one person’s answer would decide the result."),
            SMALL_STYLE,
        )


def build_matrix_table_row(row: presentation.MatrixRowCounts, value_count: int) -> tuple[str, ...]:
    """Return a table row: the label, the count of each value, and the share of the two best if it may be compared."""
    if row.counts is None:
        return (row.label, *["–"] * value_count, _("fewer than five answers"))
    good_share = format_part_of_total(row.good_count, row.answered_count) if row.is_comparable else "–"
    return (row.label, *(f"{count}" for count in row.counts), good_share)


def lay_out_legend(colours: Sequence[tuple[str, str]]) -> Strip:
    """Return a strip that explains the colours of the chart below, given as (colour, label)."""
    positions: list[tuple[float, float]] = []
    x, down = CONTENT_LEFT, 0.0
    for _colour, label in colours:
        label_width = SMALL_STYLE.measure_text(label) + 24
        if x > CONTENT_LEFT and x + label_width > CONTENT_LEFT + CONTENT_WIDTH:
            x, down = CONTENT_LEFT, down + 12
        positions.append((x, down))
        x += label_width

    def draw(canvas: "Canvas", top: float) -> None:
        for (colour, label), (x, down) in zip(colours, positions, strict=True):
            canvas.setFillColor(parse_colour(colour))
            canvas.rect(x, top - down - 9, 7, 7, stroke=0, fill=1)
            draw_line_of_text(label, SMALL_STYLE, x + 11, canvas, top - down)

    return Strip(down + 16, draw, keep_with_next=True)


def lay_out_written_answers(item: QuestionResults) -> Iterator[Strip]:
    """Yield the strips of written answers."""
    for text in item.texts[:MAX_PRINTED_TEXTS]:
        yield build_gap(1 * MM, keep_with_next=True)
        for index, strip in enumerate(
            set_text_strips(text, QUOTE_STYLE, CONTENT_LEFT + 5 * MM, CONTENT_WIDTH - 5 * MM)
        ):
            yield strip if index else replace(strip, draw=partial(draw_bulleted_strip, strip))
    hidden_count = len(item.texts) - MAX_PRINTED_TEXTS
    if hidden_count > 0:
        yield from set_text_strips(_("And %(num)d more; all of them are in the table.", num=hidden_count), SMALL_STYLE)


def draw_bulleted_strip(strip: Strip, canvas: "Canvas", top: float) -> None:
    """Draw a strip with a bullet point at its left."""
    canvas.setFillColor(parse_colour(COLOURS["gold"]))
    canvas.circle(CONTENT_LEFT + 2 * MM, top - strip.height / 2, 1.3, stroke=0, fill=1)
    strip.draw(canvas, top)

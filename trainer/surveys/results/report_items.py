"""An item of a survey in its report: its chart with the numbers beside it, or what people wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from reportlab.pdfgen.canvas import Canvas

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
from trainer.documents.text_layout import TextStyle, parse_colour
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.questions.model import SurveyQuestionKind
from trainer.surveys.results import charts, presentation
from trainer.surveys.results.aggregation import QuestionResults
from trainer.surveys.results.statistics import calculate_net_promoter_score, calculate_share_percent, summarise_numbers
from trainer.web.templating import format_percent

T = TypeVar("T")
MAX_PRINTED_TEXTS = 300
"""As many texts of a question are printed; all of them are in the table."""
CHART_SCALE = 0.8
"""How much smaller than on a page charts are printed."""
TABLE_LEFT = CONTENT_LEFT + CHART_SCALE * charts.CHART_WIDTH + 6 * MM
MAX_ANSWERS_PER_CHART = 12
"""As many answers are drawn in one chart; of more each chart has a part."""
QUOTE_STYLE = TextStyle(size=9.5)


def format_part_of_total(part: int, total: int) -> str:
    """Write k of n and its share."""
    said = _("%(part)d of %(whole)d", part=part, whole=total)
    return f"{said} ({format_percent(calculate_share_percent(part, total))})" if total else said


def lay_out_question_results(number: int, item: QuestionResults) -> Iterator[Strip]:
    """Set an item: its words, how many answered, its chart and numbers or what people wrote."""
    yield build_gap(3 * MM, keep_with_next=True)
    yield from set_text_strips(
        f"{number}. {item.question.text.get_text(get_page_language())}", QUESTION_STYLE, keep_with_next=True
    )
    said = _("Answered: %(part)d of %(whole)d.", part=item.answered_count, whole=item.asked_count)
    if item.unanswered_count and item.question.show_if:
        said += " " + _("No answer, or not asked: %(num)d.", num=item.unanswered_count)
    elif item.unanswered_count:
        said += " " + _("No answer: %(num)d.", num=item.unanswered_count)
    if not item.is_current:
        said += " " + _("No longer asked") + "."
    yield from set_text_strips(said, SMALL_STYLE, keep_with_next=bool(item.answered_count))
    if item.is_hidden:
        yield from set_text_strips(
            _("Fewer than five people have answered this question, so their answers are not shown.")
        )
    elif item.texts:
        yield from lay_out_written_answers(item)
    elif item.question.kind == SurveyQuestionKind.MATRIX:
        yield from lay_out_matrix_results(item)
    elif item.value_counts:
        yield from lay_out_value_counts(item)


def lay_out_value_counts(item: QuestionResults) -> Iterator[Strip]:
    """Set an item's chart and its numbers."""
    if item.question.kind == SurveyQuestionKind.NUMBER:
        numbers = summarise_numbers({int(value): number for value, number in item.value_counts.items()})
        said = (
            (_("minimum"), numbers.minimum),
            (_("median"), presentation.format_short_decimal(numbers.median)),
            (_("maximum"), numbers.maximum),
        )
        yield from set_text_strips("; ".join(f"{name}: {value}" for name, value in said), keep_with_next=True)
    if item.question.kind == SurveyQuestionKind.NPS:
        figure = presentation.format_signed_number(
            calculate_net_promoter_score({int(value): number for value, number in item.value_counts.items()})
        )
        yield from set_text_strips(_("Net promoter score: %(figure)s", figure=figure), keep_with_next=True)
    yield build_gap(1.5 * MM, keep_with_next=True)
    for lines in split_into_charts(presentation.list_answer_counts(item)):
        rows = [
            (line.label, f"{line.count}", format_percent(calculate_share_percent(line.count, item.answered_count)))
            for line in lines
        ]
        heads, wide = (_("Answer"), _("People"), _("Share")), CONTENT_LEFT + CONTENT_WIDTH - TABLE_LEFT
        beside = Table(heads, (0.54, 0.2, 0.26), 2, TABLE_LEFT, wide).set_table(rows)
        yield set_drawing(charts.draw_bar_chart(lines, item.answered_count), CHART_SCALE, beside)


def split_into_charts(chart_rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give lines in as many parts as they need charts."""
    for first in range(0, len(chart_rows), MAX_ANSWERS_PER_CHART):
        yield chart_rows[first : first + MAX_ANSWERS_PER_CHART]


def lay_out_matrix_results(item: QuestionResults) -> Iterator[Strip]:
    """Set a matrix: its chart and its table, rows compared where enough answered each."""
    scale = presentation.get_scale_labels(item)
    yield lay_out_legend(
        [
            (colour, f"{value} – {words}")
            for colour, (value, words) in zip(charts.SCALE_COLOURS, scale.items(), strict=True)
        ]
    )
    for part in split_into_charts([each for each in presentation.list_matrix_rows(item) if each.answered_count]):
        yield build_gap(1.5 * MM, keep_with_next=True)
        yield set_drawing(charts.draw_matrix_chart(part), CHART_SCALE)
    yield build_gap(2 * MM, keep_with_next=True)
    rows = []
    for each in presentation.list_matrix_rows(item):
        if each.counts is None:
            rows.append((each.label, *("–" for _value in scale), _("fewer than five answers")))
        else:
            both = format_part_of_total(each.good_count, each.answered_count) if each.is_comparable else "–"
            rows.append((each.label, *(f"{count}" for count in each.counts), both))
    heads = ("", *(str(value) for value in scale), _("4 and 5 together"))
    yield from Table(heads, (0.4, *([0.07] * len(scale)), 0.25), len(scale) + 1).set_table(rows)
    if not all(each.is_comparable for each in presentation.list_matrix_rows(item)):
        yield build_gap(1 * MM)
        yield from set_text_strips(
            _("Rows with fewer than five answers are not compared: one person’s answer would decide the result."),
            SMALL_STYLE,
        )


def lay_out_legend(colours: Sequence[tuple[str, str]]) -> Strip:
    """Say what the colours of the chart below mean."""
    places: list[tuple[float, float]] = []
    x, down = CONTENT_LEFT, 0.0
    for _colour, words in colours:
        wide = SMALL_STYLE.measure_text(words) + 24
        if x > CONTENT_LEFT and x + wide > CONTENT_LEFT + CONTENT_WIDTH:
            x, down = CONTENT_LEFT, down + 12
        places.append((x, down))
        x += wide

    def draw(canvas: Canvas, top: float) -> None:
        for (colour, words), (x, down) in zip(colours, places, strict=True):
            canvas.setFillColor(parse_colour(colour))
            canvas.rect(x, top - down - 9, 7, 7, stroke=0, fill=1)
            draw_line_of_text(words, SMALL_STYLE, x + 11, canvas, top - down)

    return Strip(down + 16, draw, keep_with_next=True)


def lay_out_written_answers(item: QuestionResults) -> Iterator[Strip]:
    """Set what people wrote."""
    for said in item.texts[:MAX_PRINTED_TEXTS]:
        yield build_gap(1 * MM, keep_with_next=True)
        for place, strip in enumerate(
            set_text_strips(said, QUOTE_STYLE, CONTENT_LEFT + 5 * MM, CONTENT_WIDTH - 5 * MM)
        ):
            yield strip if place else replace(strip, draw=partial(draw_bulleted_strip, strip))
    more = len(item.texts) - MAX_PRINTED_TEXTS
    if more > 0:
        yield from set_text_strips(_("And %(num)d more; all of them are in the table.", num=more), SMALL_STYLE)


def draw_bulleted_strip(strip: Strip, canvas: Canvas, top: float) -> None:
    """Draw a strip with a dot before it."""
    canvas.setFillColor(parse_colour(COLOURS["gold"]))
    canvas.circle(CONTENT_LEFT + 2 * MM, top - strip.height / 2, 1.3, stroke=0, fill=1)
    strip.draw(canvas, top)

"""An item of a survey in its report: its chart with the numbers beside it, or what people wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from reportlab.pdfgen.canvas import Canvas

from trainer.documents.flow import QUESTION, SMALL, Strip, drawing, gap, texts, write
from trainer.documents.page import COLOURS, LEFT, MM, WIDTH
from trainer.documents.table import Table
from trainer.documents.text_layout import Look, colour_of
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys.questions.model import QuestionKind
from trainer.surveys.results import charts, presentation
from trainer.surveys.results.aggregation import Item
from trainer.surveys.results.statistics import net_promoters, share, spread
from trainer.web.templating import percent

T = TypeVar("T")
MOST_TEXTS = 300
"""As many texts of a question are printed; all of them are in the table."""
SMALLER = 0.8
"""How much smaller than on a page charts are printed."""
BESIDE = LEFT + SMALLER * charts.WIDE + 6 * MM
TOGETHER = 12
"""As many answers are drawn in one chart; of more each chart has a part."""
SAID = Look(size=9.5)


def part_of(part: int, whole: int) -> str:
    """Write k of n and its share."""
    said = _("%(part)d of %(whole)d", part=part, whole=whole)
    return f"{said} ({percent(share(part, whole))})" if whole else said


def item_part(number: int, item: Item) -> Iterator[Strip]:
    """Set an item: its words, how many answered, its chart and numbers or what people wrote."""
    yield gap(3 * MM, keep=True)
    yield from texts(f"{number}. {item.question.text.to(language())}", QUESTION, keep=True)
    said = _("Answered: %(part)d of %(whole)d.", part=item.answered, whole=item.asked)
    if item.silent and item.question.show_if:
        said += " " + _("No answer, or not asked: %(num)d.", num=item.silent)
    elif item.silent:
        said += " " + _("No answer: %(num)d.", num=item.silent)
    if not item.current:
        said += " " + _("No longer asked") + "."
    yield from texts(said, SMALL, keep=bool(item.answered))
    if item.hidden:
        yield from texts(_("Fewer than five people have answered this, so their answers are not shown."))
    elif item.texts:
        yield from written_part(item)
    elif item.question.kind == QuestionKind.MATRIX:
        yield from matrix_part(item)
    elif item.counts:
        yield from counted_part(item)


def counted_part(item: Item) -> Iterator[Strip]:
    """Set an item's chart and its numbers."""
    if item.question.kind == QuestionKind.NUMBER:
        numbers = spread({int(value): number for value, number in item.counts.items()})
        said = (
            (_("least"), numbers.least),
            (_("median"), presentation.decimal(numbers.median)),
            (_("most"), numbers.most),
        )
        yield from texts("; ".join(f"{name}: {value}" for name, value in said), keep=True)
    if item.question.kind == QuestionKind.NPS:
        figure = presentation.signed(net_promoters({int(value): number for value, number in item.counts.items()}))
        yield from texts(_("Net promoters: %(figure)s", figure=figure), keep=True)
    yield gap(1.5 * MM, keep=True)
    for lines in in_parts(presentation.lines_of(item)):
        rows = [(line.label, f"{line.count}", percent(share(line.count, item.answered))) for line in lines]
        heads, wide = (_("Answer"), _("People"), _("Share")), LEFT + WIDTH - BESIDE
        beside = Table(heads, (0.54, 0.2, 0.26), 2, BESIDE, wide).strips(rows)
        yield drawing(charts.bars(lines, item.answered), SMALLER, beside)


def in_parts(lines: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give lines in as many parts as they need charts."""
    for first in range(0, len(lines), TOGETHER):
        yield lines[first : first + TOGETHER]


def matrix_part(item: Item) -> Iterator[Strip]:
    """Set a matrix: its chart and its table, rows compared where enough answered each."""
    scale = presentation.scale_of(item)
    yield legend(
        [(colour, f"{value} – {words}") for colour, (value, words) in zip(charts.SCALE, scale.items(), strict=True)]
    )
    for part in in_parts([each for each in presentation.rows_of(item) if each.answered]):
        yield gap(1.5 * MM, keep=True)
        yield drawing(charts.parts(part), SMALLER)
    yield gap(2 * MM, keep=True)
    rows = []
    for each in presentation.rows_of(item):
        if each.counts is None:
            rows.append((each.label, *("–" for _value in scale), _("fewer than five answers")))
        else:
            both = part_of(each.good, each.answered) if each.comparable else "–"
            rows.append((each.label, *(f"{count}" for count in each.counts), both))
    heads = ("", *(str(value) for value in scale), _("4 and 5 together"))
    yield from Table(heads, (0.4, *([0.07] * len(scale)), 0.25), len(scale) + 1).strips(rows)
    if not all(each.comparable for each in presentation.rows_of(item)):
        yield gap(1 * MM)
        yield from texts(_("Rows with fewer than five answers are not compared: a single person would decide."), SMALL)


def legend(colours: Sequence[tuple[str, str]]) -> Strip:
    """Say what the colours of the chart below mean."""
    places: list[tuple[float, float]] = []
    x, down = LEFT, 0.0
    for _colour, words in colours:
        wide = SMALL.width(words) + 24
        if x > LEFT and x + wide > LEFT + WIDTH:
            x, down = LEFT, down + 12
        places.append((x, down))
        x += wide

    def draw(canvas: Canvas, top: float) -> None:
        for (colour, words), (x, down) in zip(colours, places, strict=True):
            canvas.setFillColor(colour_of(colour))
            canvas.rect(x, top - down - 9, 7, 7, stroke=0, fill=1)
            write(words, SMALL, x + 11, canvas, top - down)

    return Strip(down + 16, draw, keep=True)


def written_part(item: Item) -> Iterator[Strip]:
    """Set what people wrote."""
    for said in item.texts[:MOST_TEXTS]:
        yield gap(1 * MM, keep=True)
        for place, strip in enumerate(texts(said, SAID, LEFT + 5 * MM, WIDTH - 5 * MM)):
            yield strip if place else replace(strip, draw=partial(dotted, strip))
    more = len(item.texts) - MOST_TEXTS
    if more > 0:
        yield from texts(_("And %(num)d more; all of them are in the table.", num=more), SMALL)


def dotted(strip: Strip, canvas: Canvas, top: float) -> None:
    """Draw a strip with a dot before it."""
    canvas.setFillColor(colour_of(COLOURS["gold"]))
    canvas.circle(LEFT + 2 * MM, top - strip.height / 2, 1.3, stroke=0, fill=1)
    strip.draw(canvas, top)

"""The participants' list as PDF, to print or to hand in; its workbook stands beside it."""

from collections.abc import Iterator, Sequence
from functools import partial

from flask_babel import force_locale
from reportlab.pdfgen.canvas import Canvas

from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.wording import ParticipantListText, ParticipantRow
from trainer.documents.flow import (
    PLAIN_STYLE,
    SMALL_STYLE,
    STRONG_STYLE,
    TOTAL_STYLE,
    Strip,
    build_gap,
    keep_together,
    set_text_strips,
)
from trainer.documents.page import COLOURS, CONTENT_LEFT, CONTENT_RIGHT, MM
from trainer.documents.paper import DocumentHeading, render_document
from trainer.documents.table import CELL_STYLE, CellBounds, DrawCell, Table
from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, parse_colour, set_column
from trainer.language.translate import gettext as _

COLUMN_SHARES = tuple(millimetres / 180 for millimetres in (9, 50, 41, 27, 24, 29))
COLUMN_STYLES = (
    CELL_STYLE,
    TextStyle("bold", 9.6, leading=1.2),
    CELL_STYLE,
    CELL_STYLE,
    CELL_STYLE,
    TextStyle("italic", 9, leading=1.2),
)
MIN_ROW_HEIGHT = 12 * MM  # at least, so that there is room to sign by hand
MAX_ROW_HEIGHT = 34 * MM
SIGNATURE_FIELD = 1000, 400  # in which signatures are drawn


def render_participant_list_pdf(list_text: ParticipantListText) -> bytes:
    """Give the list as a PDF."""
    heading = DocumentHeading(
        list_text.organizer,
        list_text.title,
        list_text.facts,
        f"{list_text.event} · {list_text.day}",
        list_text.language,
    )
    table = Table(
        list_text.headings,
        COLUMN_SHARES,
        column_styles=COLUMN_STYLES,
        min_row_height=MIN_ROW_HEIGHT,
        max_row_height=MAX_ROW_HEIGHT,
        grid=True,
    )
    with force_locale(list_text.language):
        rows = [build_participant_cells(number, each) for number, each in enumerate(list_text.rows, 1)]
        return render_document(
            heading,
            [
                [
                    *table.set_table(rows, keep_with_next=True),
                    *keep_together(list(build_participant_list_footer(list_text))),
                ]
            ],
        )


def build_participant_cells(number: int, row: ParticipantRow) -> Sequence[str | DrawCell]:
    """Fill a row; a signature stands in the last column as it was drawn."""
    last = partial(draw_signature, row.strokes) if row.strokes else row.last_cell
    return f"{number}", row.name, row.workplace, row.position, row.phone, last


def build_participant_list_footer(list_text: ParticipantListText) -> Iterator[Strip]:
    """Set what stands below the table: how many they are, what is to be known, and where one signs."""
    yield build_gap(4 * MM)
    yield from set_text_strips(list_text.total, TOTAL_STYLE)
    for note in list_text.notes:
        yield build_gap(3)
        yield from set_text_strips(note, SMALL_STYLE)
    yield Strip(22 * MM, partial(draw_signer, list_text.signer, _("L.S.")))


def draw_signer(signer: tuple[str, str], seal: str, canvas: Canvas, top: float) -> None:
    """Draw the line on which the organizer signs, the position and the name beside it, and the place of the seal."""
    y = top - 16 * MM
    position, name = signer
    signs, says = CONTENT_LEFT + 58 * MM, CONTENT_LEFT + 112 * MM
    canvas.setStrokeColor(parse_colour(COLOURS["ink"]))
    canvas.setLineWidth(0.6)
    canvas.line(signs, y, says - 4 * MM, y)
    if not name:
        canvas.line(says, y, CONTENT_RIGHT - 18 * MM, y)
    for text, look, x, wide in (
        (position, PLAIN_STYLE, CONTENT_LEFT, signs - CONTENT_LEFT - 3 * MM),
        (name, STRONG_STYLE, says, CONTENT_RIGHT - 18 * MM - says),
        (seal, PLAIN_STYLE, CONTENT_RIGHT - 12 * MM, 12 * MM),
    ):
        column = set_column([Paragraph(text, look)], TextArea(x, 0, wide, 14 * MM))
        column.draw_column(canvas, 0, y - column.bottom - 2)


def draw_signature(strokes: Strokes, canvas: Canvas, box: CellBounds) -> None:
    """Draw a signature as large as it fits into a box, at most a half larger than it was drawn."""
    left, bottom, right, top = box
    points = [point for stroke in strokes for point in stroke]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    wide, tall = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    whole = min((right - left) / SIGNATURE_FIELD[0], (top - bottom) / SIGNATURE_FIELD[1])
    scale = min((right - left) / wide, (top - bottom) / tall, 1.5 * whole)
    x0 = (left + right - scale * (max(xs) + min(xs))) / 2
    y0 = (top + bottom + scale * (max(ys) + min(ys))) / 2
    canvas.saveState()
    canvas.setStrokeColor(parse_colour(COLOURS["pen"]))
    canvas.setLineWidth(0.9)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    for stroke in strokes:
        path.moveTo(x0 + scale * stroke[0][0], y0 - scale * stroke[0][1])
        for x, y in stroke[1:] or stroke:
            path.lineTo(x0 + scale * x, y0 - scale * y)
    canvas.drawPath(path)
    canvas.restoreState()

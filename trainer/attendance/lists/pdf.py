"""The participants' list as PDF."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from flask_babel import force_locale

from certificates.drawing import parse_colour
from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.wording import ParticipantListText, ParticipantRow
from trainer.documents.flow import (
    SMALL_STYLE,
    TOTAL_STYLE,
    Strip,
    build_gap,
    keep_together,
    set_text_strips,
)
from trainer.documents.page import COLOURS, MM
from trainer.documents.paper import DocumentHeading, build_signature_strip, render_document
from trainer.documents.table import CELL_STYLE, CellBounds, DrawCell, Table
from trainer.documents.text_layout import TextStyle

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


COLUMN_SHARES = tuple(millimetres / 180 for millimetres in (9, 50, 41, 27, 24, 29))
COLUMN_STYLES = (
    CELL_STYLE,
    TextStyle("bold", 9.6, leading=1.2),
    CELL_STYLE,
    CELL_STYLE,
    CELL_STYLE,
    TextStyle("italic", 9, leading=1.2),
)
MIN_ROW_HEIGHT = 12 * MM  # leaves room for a handwritten signature
MAX_ROW_HEIGHT = 34 * MM
SIGNATURE_FIELD = 1000, 400  # width and height of the field in units of strokes


def render_participant_list_pdf(list_text: ParticipantListText) -> bytes:
    """Render the list as a PDF in its language."""
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
        rows = [build_participant_cells(number, row) for number, row in enumerate(list_text.rows, 1)]
        footer = keep_together(list(build_participant_list_footer(list_text)))
        return render_document(heading, [[*table.set_table(rows, keep_with_next=True), *footer]])


def build_participant_cells(number: int, row: ParticipantRow) -> Sequence[str | DrawCell]:
    """Return the cells of a row; the last one draws the signature if there is one."""
    last_cell = partial(draw_signature, row.strokes) if row.strokes else row.last_cell
    return f"{number}", row.name, row.workplace, row.position, row.phone, last_cell


def build_participant_list_footer(list_text: ParticipantListText) -> Iterator[Strip]:
    """Yield the strips below the table: total, notes, and the line for the organizer's signature."""
    yield build_gap(4 * MM)
    yield from set_text_strips(list_text.total, TOTAL_STYLE)
    for note in list_text.notes:
        yield build_gap(3)
        yield from set_text_strips(note, SMALL_STYLE)
    yield build_signature_strip(list_text.signer)


def draw_signature(strokes: Strokes, canvas: "Canvas", box: CellBounds) -> None:
    """Draw a signature as large as the cell allows, enlarged to at most 1.5 times its size on the field."""
    left, bottom, right, top = box
    points = [point for stroke in strokes for point in stroke]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    width, height = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    field_scale = min((right - left) / SIGNATURE_FIELD[0], (top - bottom) / SIGNATURE_FIELD[1])
    scale = min((right - left) / width, (top - bottom) / height, 1.5 * field_scale)
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

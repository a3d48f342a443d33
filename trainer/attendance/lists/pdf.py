"""The participants' list as PDF, to print or to hand in; its workbook stands beside it."""

from collections.abc import Iterator, Sequence
from functools import partial

from flask_babel import force_locale
from reportlab.pdfgen.canvas import Canvas

from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.wording import Row, Worded
from trainer.documents.flow import PLAIN, SMALL, STRONG, TOTAL, Strip, gap, kept, texts
from trainer.documents.page import COLOURS, LEFT, MM, RIGHT
from trainer.documents.paper import Heading, document
from trainer.documents.table import CELL, Box, Drawn, Table
from trainer.documents.text_layout import Look, Paragraph, Room, colour_of, set_column
from trainer.language.translate import gettext as _

SHARES = tuple(millimetres / 180 for millimetres in (9, 50, 41, 27, 24, 29))
LOOKS = (CELL, Look("bold", 9.6, leading=1.2), CELL, CELL, CELL, Look("italic", 9, leading=1.2))
ROW = 12 * MM  # at least, so that there is room to sign by hand
TALLEST_ROW = 34 * MM
FIELD = 1000, 400  # in which signatures are drawn


def pdf_file(said: Worded) -> bytes:
    """Give the list as a PDF."""
    heading = Heading(said.organizer, said.title, said.facts, f"{said.event} · {said.day}", said.language)
    table = Table(said.headings, SHARES, looks=LOOKS, least=ROW, most=TALLEST_ROW, grid=True)
    with force_locale(said.language):
        rows = [cells(number, each) for number, each in enumerate(said.rows, 1)]
        return document(heading, [[*table.strips(rows, keep=True), *kept(list(ending(said)))]])


def cells(number: int, row: Row) -> Sequence[str | Drawn]:
    """Fill a row; a signature stands in the last column as it was drawn."""
    last = partial(draw_signature, row.strokes) if row.strokes else row.last
    return f"{number}", row.name, row.workplace, row.position, row.phone, last


def ending(said: Worded) -> Iterator[Strip]:
    """Set what stands below the table: how many they are, what is to be known, and where one signs."""
    yield gap(4 * MM)
    yield from texts(said.total, TOTAL)
    for note in said.notes:
        yield gap(3)
        yield from texts(note, SMALL)
    yield Strip(22 * MM, partial(draw_signer, said.signer, _("L.S.")))


def draw_signer(signer: tuple[str, str], seal: str, canvas: Canvas, top: float) -> None:
    """Draw the line on which the organizer signs, the position and the name beside it, and the place of the seal."""
    y = top - 16 * MM
    position, name = signer
    signs, says = LEFT + 58 * MM, LEFT + 112 * MM
    canvas.setStrokeColor(colour_of(COLOURS["ink"]))
    canvas.setLineWidth(0.6)
    canvas.line(signs, y, says - 4 * MM, y)
    if not name:
        canvas.line(says, y, RIGHT - 18 * MM, y)
    for text, look, x, wide in (
        (position, PLAIN, LEFT, signs - LEFT - 3 * MM),
        (name, STRONG, says, RIGHT - 18 * MM - says),
        (seal, PLAIN, RIGHT - 12 * MM, 12 * MM),
    ):
        column = set_column([Paragraph(text, look)], Room(x, 0, wide, 14 * MM))
        column.draw(canvas, 0, y - column.bottom - 2)


def draw_signature(strokes: Strokes, canvas: Canvas, box: Box) -> None:
    """Draw a signature as large as it fits into a box, at most a half larger than it was drawn."""
    left, bottom, right, top = box
    points = [point for stroke in strokes for point in stroke]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    wide, tall = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    whole = min((right - left) / FIELD[0], (top - bottom) / FIELD[1])
    scale = min((right - left) / wide, (top - bottom) / tall, 1.5 * whole)
    x0 = (left + right - scale * (max(xs) + min(xs))) / 2
    y0 = (top + bottom + scale * (max(ys) + min(ys))) / 2
    canvas.saveState()
    canvas.setStrokeColor(colour_of(COLOURS["pen"]))
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

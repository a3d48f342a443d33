"""The table of a list of people on A4: columns, rows as tall as what stands in them, signatures as they were drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from trainer.attendance.participants import Strokes
from trainer.registration.typesetting import Column, Paragraph, Room, set_column

MM = 72 / 25.4
WIDTH, HEIGHT = A4
LEFT, RIGHT = 15 * MM, WIDTH - 15 * MM
TOP, BOTTOM = HEIGHT - 13 * MM, 15 * MM
COLOURS = {
    "brand": "#0d4d5c",
    "gold": "#a9853a",
    "ink": "#1d2a30",
    "soft": "#57646a",
    "mist": "#e6eef0",
    "line": "#a5b2b6",
    "pen": "#1c3f7c",
}
PAD = 1.4 * MM  # between a line of the table and what stands in it
SMALLEST_ROW = 12 * MM  # so that there is room to sign by hand
TALLEST_ROW = 34 * MM
FIELD = 1000, 400  # in which signatures are drawn


@dataclass(frozen=True)
class Line:
    """A row: a text for each column; in the last one a signature may stand instead."""

    cells: tuple[str, ...]
    strokes: Strokes | None = None


@dataclass(frozen=True)
class SetRow:
    """A row whose texts are set; its height in points."""

    columns: tuple[Column, ...]
    strokes: Strokes | None
    height: float


@dataclass(frozen=True)
class Table:
    """Where the columns stand and what they are called."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    """In points."""

    @property
    def edges(self) -> list[float]:
        """The vertical lines, from the left."""
        edges = [LEFT]
        for wide in self.widths:
            edges.append(edges[-1] + wide)
        return edges


def set_row(table: Table, line: Line) -> SetRow:
    """Set the texts of a row; what is too tall or too wide is made smaller, never cut."""
    columns = []
    for place, (text, wide) in enumerate(zip(line.cells, table.widths, strict=True)):
        face, size = ("bold", 9.6) if place == 1 else ("sans", 9)
        if place == len(line.cells) - 1 and text:
            face, size = "italic", 9
        room = Room(0, 0, wide - 2 * PAD, TALLEST_ROW - 2 * PAD)
        columns.append(set_column([Paragraph(text, face, size, COLOURS["ink"], leading=1.18)], room))
    height = max(SMALLEST_ROW, max(-each.bottom for each in columns) + 2 * PAD)
    return SetRow(tuple(columns), line.strokes, height)


def paged(rows: Sequence[SetRow], first: float, others: float, end: float) -> list[list[SetRow]]:
    """Share rows out to pages with so many points for them; below the last row there is room for the end.

    The end never stands alone on a page as long as there is a row to go with it.
    """
    pages: list[list[SetRow]] = [[]]
    room = first
    for row in rows:
        if pages[-1] and row.height > room:
            pages.append([])
            room = others
        pages[-1].append(row)
        room -= row.height
    if end > room:
        pages.append([pages[-1].pop()] if len(pages[-1]) > 1 else [])
    return pages


def head_height(table: Table) -> float:
    """How tall the row of the headings is."""
    return max(-each.bottom for each in set_headings(table)) + 2 * PAD


def set_headings(table: Table) -> list[Column]:
    """Set the names of the columns."""
    return [
        set_column([Paragraph(name, "bold", 8.5, COLOURS["brand"], leading=1.15)], Room(0, 0, wide - 2 * PAD, 12 * MM))
        for name, wide in zip(table.headings, table.widths, strict=True)
    ]


def draw_headings(canvas: Canvas, table: Table, top: float, height: float) -> float:
    """Draw the row of the headings from a height downwards; give where it ends."""
    bottom = top - height
    canvas.setFillColor(HexColor(COLOURS["mist"]))
    canvas.rect(LEFT, bottom, table.edges[-1] - LEFT, top - bottom, stroke=0, fill=1)
    draw_cells(canvas, table, set_headings(table), top, bottom)
    return bottom


def draw_rows(canvas: Canvas, table: Table, rows: Sequence[SetRow], top: float) -> float:
    """Draw rows from a height downwards; give where they end."""
    for row in rows:
        bottom = top - row.height
        draw_cells(canvas, table, row.columns, top, bottom)
        if row.strokes:
            left, right = table.edges[-2:]
            draw_signature(canvas, row.strokes, (left + PAD, bottom + PAD / 2, right - PAD, top - PAD / 2))
        top = bottom
    return top


def draw_cells(canvas: Canvas, table: Table, columns: Sequence[Column], top: float, bottom: float) -> None:
    """Draw the lines around a row and the texts in it, at half the height."""
    edges = table.edges
    canvas.setStrokeColor(HexColor(COLOURS["line"]))
    canvas.setLineWidth(0.5)
    canvas.grid(edges, [bottom, top])
    for left, column in zip(edges, columns, strict=False):
        canvas.saveState()
        canvas.translate(left + PAD, (top + bottom - column.bottom) / 2)
        column.draw(canvas)
        canvas.restoreState()


def draw_signature(canvas: Canvas, strokes: Strokes, box: tuple[float, float, float, float]) -> None:
    """Draw a signature as large as it fits into a box (left, bottom, right, top), at most a half larger than it was drawn."""
    left, bottom, right, top = box
    points = [point for stroke in strokes for point in stroke]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    wide, tall = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    whole = min((right - left) / FIELD[0], (top - bottom) / FIELD[1])
    scale = min((right - left) / wide, (top - bottom) / tall, 1.5 * whole)
    x0 = (left + right - scale * (max(xs) + min(xs))) / 2
    y0 = (top + bottom + scale * (max(ys) + min(ys))) / 2
    canvas.saveState()
    canvas.setStrokeColor(HexColor(COLOURS["pen"]))
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

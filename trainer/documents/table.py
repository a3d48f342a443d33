"""Tables on A4: headings repeated on every page, row heights by content, texts and drawings in cells."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from certificates.drawing import parse_colour
from trainer.documents.flow import BODY_HEIGHT, Strip, repeat_first_strip
from trainer.documents.page import COLOURS, CONTENT_LEFT, CONTENT_WIDTH, MM
from trainer.documents.text_layout import Paragraph, TextArea, TextColumn, TextStyle, set_column

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


CELL_PADDING = 1.4 * MM  # left and right of the content
CELL_PADDING_ABOVE = 1.2 * MM  # above and below the content
HEAD_STYLE = TextStyle("bold", 8.5, COLOURS["brand"], 1.15)
CELL_STYLE = TextStyle(size=9, leading=1.2)
CellBounds = tuple[float, float, float, float]
"""Left, bottom, right, top."""
DrawCell = Callable[["Canvas", CellBounds], None]
"""Draws something into a cell."""


@dataclass(frozen=True)
class Table:
    """Columns with headings; `shares` are their parts of the width. The last `number_columns` are flush right."""

    headings: Sequence[str]
    shares: Sequence[float]
    number_columns: int = 0
    x: float = CONTENT_LEFT
    width: float = CONTENT_WIDTH
    column_styles: Sequence[TextStyle] = ()
    """Styles of the columns; the default suits ordinary text."""
    min_row_height: float = 0
    max_row_height: float = BODY_HEIGHT - 20 * MM
    """Row height in points; taller content is reduced, never cut."""
    grid: bool = False
    """True if there are lines between the columns too."""

    @property
    def column_edges(self) -> list[float]:
        """Return the x positions of the vertical lines, from the left, in points."""
        return list(accumulate((self.width * share for share in self.shares), initial=self.x))

    def set_table(self, rows: Iterable[Sequence[str | DrawCell]], *, keep_with_next: bool = False) -> list[Strip]:
        """Return the strips of the table; the last row may be kept with what follows."""
        *above, last = repeat_first_strip([self.set_head_row(), *map(self.set_row, rows)])
        return [*above, replace(last, keep_with_next=keep_with_next or last.keep_with_next)]

    def set_head_row(self, height: float = 0) -> Strip:
        """Return the strip of the headings."""
        return self.set_cells(
            self.headings, [HEAD_STYLE] * len(self.shares), height, height or self.max_row_height, COLOURS["mist"]
        )

    def set_row(self, cells: Sequence[str | DrawCell]) -> Strip:
        """Return the strip of a row."""
        return self.set_cells(
            cells, self.column_styles or [CELL_STYLE] * len(self.shares), self.min_row_height, self.max_row_height
        )

    def set_cells(
        self,
        cells: Sequence[str | DrawCell],
        styles: Sequence[TextStyle],
        min_height: float,
        max_height: float,
        shade: str = "",
    ) -> Strip:
        """Return the strip of a row of cells with lines around it."""
        areas = [
            TextArea(CELL_PADDING, 0, self.width * share - 2 * CELL_PADDING, max_height - 2 * CELL_PADDING_ABOVE)
            for share in self.shares
        ]
        for position in range(len(areas) - self.number_columns, len(areas)):
            areas[position] = replace(areas[position], alignment=1)
        contents = [
            set_column([Paragraph(cell, style)], area) if isinstance(cell, str) else cell
            for cell, style, area in zip(cells, styles, areas, strict=True)
        ]
        content_height = (
            max((-content.bottom for content in contents if isinstance(content, TextColumn)), default=0)
            + 2 * CELL_PADDING_ABOVE
        )
        height = min(max_height, max(min_height, content_height))
        return Strip(height, partial(self.draw_row, contents, height, shade))

    def draw_row(
        self, filled: Sequence[TextColumn | DrawCell], height: float, shade: str, canvas: "Canvas", top: float
    ) -> None:
        """Draw a row; texts are centred vertically."""
        edges, bottom = self.column_edges, top - height
        if shade:
            canvas.setFillColor(parse_colour(shade))
            canvas.rect(edges[0], bottom, edges[-1] - edges[0], height, stroke=0, fill=1)
        canvas.setStrokeColor(parse_colour(COLOURS["line"]))
        canvas.setLineWidth(0.5)
        if self.grid:
            canvas.grid(edges, [bottom, top])
        else:
            canvas.line(edges[0], bottom, edges[-1], bottom)
        for left, right, content in zip(edges, edges[1:], filled, strict=False):
            if isinstance(content, TextColumn):
                content.draw_column(canvas, left, (top + bottom - content.bottom) / 2)
            else:
                content(
                    canvas,
                    (left + CELL_PADDING, bottom + CELL_PADDING_ABOVE, right - CELL_PADDING, top - CELL_PADDING_ABOVE),
                )

"""Tables on A4: headings that stand again on every page, rows as tall as what stands in them, texts and drawings in their cells."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate

from reportlab.pdfgen.canvas import Canvas

from trainer.documents.flow import WHOLE, Strip, headed
from trainer.documents.page import COLOURS, LEFT, MM, WIDTH
from trainer.documents.text_layout import Column, Look, Paragraph, Room, colour_of, set_column

PAD = 1.4 * MM  # between the edges of a cell and what stands in it
ABOVE = 1.2 * MM  # the same, above and below
HEAD = Look("bold", 8.5, COLOURS["brand"], 1.15)
CELL = Look(size=9, leading=1.2)
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Drawn = Callable[[Canvas, Box], None]
"""Draws something into a cell."""


@dataclass(frozen=True)
class Table:
    """Columns and what they are called; their widths are shares of the table's. The last `numbers` columns are set flush right."""

    headings: Sequence[str]
    shares: Sequence[float]
    numbers: int = 0
    x: float = LEFT
    wide: float = WIDTH
    looks: Sequence[Look] = ()
    """Of the columns, where they are not those of an ordinary text."""
    least: float = 0
    most: float = WHOLE - 20 * MM
    """How tall a row is in points; what would be taller is made smaller, never cut."""
    grid: bool = False
    """Whether lines stand between the columns too."""

    @property
    def edges(self) -> list[float]:
        """The vertical lines, from the left."""
        return list(accumulate((self.wide * each for each in self.shares), initial=self.x))

    def strips(self, rows: Iterable[Sequence[str | Drawn]], *, keep: bool = False) -> list[Strip]:
        """Set the table; its last row may be kept with what follows."""
        *above, last = headed([self.head(), *map(self.row, rows)])
        return [*above, replace(last, keep=keep or last.keep)]

    def head(self, height: float = 0) -> Strip:
        """Set the headings."""
        return self.lined(self.headings, [HEAD] * len(self.shares), height, height or self.most, COLOURS["mist"])

    def row(self, cells: Sequence[str | Drawn]) -> Strip:
        """Set a row."""
        return self.lined(cells, self.looks or [CELL] * len(self.shares), self.least, self.most)

    def lined(
        self, cells: Sequence[str | Drawn], looks: Sequence[Look], least: float, most: float, shade: str = ""
    ) -> Strip:
        """Set what stands in the cells of a row, with lines around it."""
        rooms = [Room(PAD, 0, self.wide * each - 2 * PAD, most - 2 * ABOVE) for each in self.shares]
        for place in range(len(rooms) - self.numbers, len(rooms)):
            rooms[place] = replace(rooms[place], share=1)
        filled = [
            set_column([Paragraph(cell, look)], room) if isinstance(cell, str) else cell
            for cell, look, room in zip(cells, looks, rooms, strict=True)
        ]
        tall = max((-each.bottom for each in filled if isinstance(each, Column)), default=0) + 2 * ABOVE
        height = min(most, max(least, tall))
        return Strip(height, partial(self.draw_row, filled, height, shade))

    def draw_row(self, filled: Sequence[Column | Drawn], height: float, shade: str, canvas: Canvas, top: float) -> None:
        """Draw a row; texts stand in the middle of its height."""
        edges, bottom = self.edges, top - height
        if shade:
            canvas.setFillColor(colour_of(shade))
            canvas.rect(edges[0], bottom, edges[-1] - edges[0], height, stroke=0, fill=1)
        canvas.setStrokeColor(colour_of(COLOURS["line"]))
        canvas.setLineWidth(0.5)
        if self.grid:
            canvas.grid(edges, [bottom, top])
        else:
            canvas.line(edges[0], bottom, edges[-1], bottom)
        for left, right, each in zip(edges, edges[1:], filled, strict=False):
            if isinstance(each, Column):
                each.draw(canvas, left, (top + bottom - each.bottom) / 2)
            else:
                each(canvas, (left + PAD, bottom + ABOVE, right - PAD, top - ABOVE))

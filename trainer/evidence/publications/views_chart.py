"""A picture of the views of a publication over time: a bar for each day on which they were counted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trainer.evidence.publications.models import PublicationViews
from trainer.evidence.publications.wording import format_views
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_date
from trainer.surveys.results.charts import BEST_COLOUR, create_drawing, draw_amount, draw_label, finish_drawing

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

MOST_BARS = 12


def list_counting_entries(history: Sequence[PublicationViews]) -> list[PublicationViews]:
    """Return the entry that counts for each day, the latest MOST_BARS of them, in the order of the days.

    `history` is in the order in which entries count: of several for one day the last one does.
    """
    counting = {entry.counted_on: entry for entry in history}
    return list(counting.values())[-MOST_BARS:]


def draw_views_chart(history: Sequence[PublicationViews]) -> "Drawing":
    """Return the picture of the views of a publication."""
    entries = list_counting_entries(history)
    longest = max((entry.views for entry in entries), default=0)
    drawing, y = create_drawing(), 0.0
    for entry in entries:
        y = draw_label(drawing, format_long_date(entry.counted_on, get_page_language()), y)
        y = draw_amount(drawing, entry.views, longest, format_views(entry.views), y, BEST_COLOUR)
    return finish_drawing(drawing, y)

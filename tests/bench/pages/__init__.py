"""Pages: CPU time, queries and bytes of pages and exports of seminars with 2,000 and 10,000 people, beside an empty view."""

from collections.abc import Iterator
from importlib import import_module

from tests.bench.figures import Figure

PARTS = ("organizer_pages",)


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of each part."""
    for part in PARTS:
        yield from import_module(f"tests.bench.pages.{part}").measure_figures()

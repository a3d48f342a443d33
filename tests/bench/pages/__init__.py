"""Pages: CPU time, queries and bytes of pages and exports, beside an empty view, and whether they grow with the data."""

from collections.abc import Iterator
from importlib import import_module

from tests.bench.figures import Figure

PARTS = ("organizer_pages", "public_pages", "marks")


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of each part."""
    for part in PARTS:
        yield from import_module(f"tests.bench.pages.{part}").measure_figures()

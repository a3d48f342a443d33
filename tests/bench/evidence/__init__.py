"""Evidence: uploads by a browser, pages of the plan, pictures of photos; each beside bare work of the same kind."""

from collections.abc import Iterator
from importlib import import_module

from tests.bench.figures import Figure

PARTS = ("plan_pages", "thumbnails", "uploads")


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of each part."""
    for part in PARTS:
        yield from import_module(f"tests.bench.evidence.{part}").measure_figures()

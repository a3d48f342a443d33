"""Pages: what a page costs the server beside an empty view on the same server software, and whether it grows with the data.

Each module of this folder that has `measure_figures` is a part of the area.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from tests.bench.figures import Figure


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of all parts."""
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        part = import_module(f"{__name__}.{name}")
        if hasattr(part, "measure_figures"):
            yield from part.measure_figures()

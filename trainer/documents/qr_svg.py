"""QR codes as modules and as SVG paths."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from certificates.drawing import QUIET_ZONE_MODULES, build_qr_symbol


def build_qr_modules(text: str) -> list[list[bool]]:
    """Return the modules of a text's QR code row by row, with the quiet zone; True is dark."""
    rows = build_qr_symbol(text).list_module_rows()
    size = len(rows) + 2 * QUIET_ZONE_MODULES
    blank, side = [False] * size, [False] * QUIET_ZONE_MODULES
    return [blank] * QUIET_ZONE_MODULES + [side + row + side for row in rows] + [blank] * QUIET_ZONE_MODULES


def build_qr_outline(text: str) -> tuple[int, str]:
    """Return the width of a text's QR code in modules and an SVG path of its dark modules."""
    rows = build_qr_modules(text)
    return len(rows), "".join(f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in iterate_dark_runs(row))


def iterate_dark_runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and length of each run of dark modules in a row."""
    start = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield start, length
        start += length

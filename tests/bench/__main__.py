"""`python -m tests.bench [area ...]` measures the named areas, or all, and exits with 1 if a goal is missed."""

import sys
from importlib import import_module

from tests.bench.figures import Figure

AREAS = (
    "certificates",
    "verification",
    "attendance",
    "surveys",
    "search",
    "pages",
    "issuing",
    "writers",
    "workers",
    "evidence",
)


def main(areas: list[str]) -> int:
    """Measure the areas, print each figure on its own line, and return the exit code."""
    unknown = [area for area in areas if area not in AREAS]
    if unknown:
        print(f"no such area: {', '.join(unknown)}; there are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for area in areas or AREAS:
        figures += import_module(f"tests.bench.{area}").measure_figures()
    print()
    for figure in figures:
        print(figure)
    missed = [figure.name for figure in figures if not figure.is_reached]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m tests.bench [area ...]` measures the named areas, or all, and exits with 1 if a goal is missed."""

import sys
from importlib import import_module

from tests.bench.figures import Figure

AREAS = ("certificates", "verification", "attendance", "surveys")


def main(areas: list[str]) -> int:
    """Measure the areas, print each figure on its own line, and return the exit code."""
    unknown = [each for each in areas if each not in AREAS]
    if unknown:
        print(f"no such area: {', '.join(unknown)}; there are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    found: list[Figure] = []
    for area in areas or AREAS:
        found += import_module(f"tests.bench.{area}").figures()
    print()
    for each in found:
        print(each)
    missed = [each.name for each in found if not each.is_reached]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

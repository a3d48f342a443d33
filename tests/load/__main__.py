"""`python -m tests.load <scenario> [people] [seconds]` exits with 1 if something was lost, doubled or answered with an error."""

import sys
from importlib import import_module

SCENARIOS = ("surveys", "imports", "registrations", "tablets", "memory")


def main(arguments: list[str]) -> int:
    """Run a scenario on each database, print a line for each and return the exit code."""
    if not arguments or arguments[0] not in SCENARIOS:
        print(f"say which scenario: {', '.join(SCENARIOS)}", file=sys.stderr)
        return 2
    numbers = [int(argument) for argument in arguments[1:3]]
    results = list(import_module(f"tests.load.{arguments[0]}").load_databases(*numbers))
    return 0 if all(result.good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

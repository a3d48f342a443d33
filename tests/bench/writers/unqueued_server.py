"""A server process whose writers do not queue: SQLite itself makes them wait, as without `trainer.sqlite_transactions`."""

import sys

from tests.bench.attendance.server import MarkingServer
from tests.bench.attendance.server import main as serve
from trainer.sqlite_transactions import WriterQueue


class UnqueuedServer(MarkingServer):
    """A server process without the queue."""

    module = __name__


def main(port: str, instance: str, database: str = "") -> None:
    """Serve until stopped."""
    for name in ("take_turn", "end_turn"):
        setattr(WriterQueue, name, lambda _queue: None)
    serve(port, instance, database)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Visitors who open public and personal pages and verify a certificate, again and again; the server's memory must not grow."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import select

from tests import databases
from tests.bench.pages.calls import PageClient
from tests.bench.pages.public_pages import fill_instance
from tests.bench.verification import open_instance
from tests.bench.verification.server import Server
from trainer import create_app
from trainer.extensions import db
from trainer.issuing.models import IssuedCertificate
from trainer.settings import Settings

WARM_UP = 2_000
"""Requests before the memory is first read: templates, statements and connections are there by then."""
MOST_GROWTH = 8
"""Mebibytes in which the memory of a server may differ: the allocator's arenas, and SQLite's cache of pages."""


@dataclass(frozen=True)
class MemoryResult:
    """The resident memory of a server in MiB after the warm-up and after all requests."""

    database: str
    requests: int
    first: float
    last: float

    @property
    def good(self) -> bool:
        """Return whether the memory has not grown."""
        return self.last - self.first <= MOST_GROWTH

    def __str__(self) -> str:
        return f"{self.database}: {self.requests} requests, memory {self.first:.0f} MiB at first, {self.last:.0f} MiB at last"


def load_databases(requests: int = 100_000) -> Iterator[MemoryResult]:
    """Load an instance on each database and yield the outcomes."""
    with tempfile.TemporaryDirectory() as folder:
        for database in ("sqlite", "postgresql"):
            with open_instance(database, Path(folder, database)) as settings:
                result = open_pages(database, settings, requests)
            print(result)
            yield result


def open_pages(database: str, settings: Settings, requests: int) -> MemoryResult:
    """Open the pages of the example in turn, and return the memory before and after."""
    addresses = list_addresses(settings)
    with Server(settings.database_url, settings.instance) as server:
        client = PageClient(server)
        call_pages(client, addresses, WARM_UP)
        first = read_memory(server)
        call_pages(client, addresses, requests)
        return MemoryResult(database, requests, first, read_memory(server))


def read_memory(server: Server) -> float:
    """Return the resident memory of a server in MiB."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def call_pages(client: PageClient, addresses: list[str], requests: int) -> None:
    """Open pages in turn. Raises RuntimeError for one that answers with another status than 200."""
    for address in islice(cycle(addresses), requests):
        client.call(address)


def list_addresses(settings: Settings) -> list[str]:
    """Return the addresses of public and personal pages of the example, which is loaded."""
    pages = fill_instance(settings, 0)
    app = create_app(databases.build_settings(settings.instance, settings.database_url))
    with app.app_context():
        code = db.session.scalar(select(IssuedCertificate.code).limit(1))
    databases.close_connections(app)
    seminar = pages.seminar
    verification = ["/verify", f"/v/{code}"]
    return ["/", seminar, f"{seminar}/register", pages.personal, pages.personal_of_coming, *verification]

"""Pages of the plan with thousands of people, marks and files: queries, clock time beside an empty view, growth with the data."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests import databases
from tests.bench.evidence.plan_data import FULL, PlanSize, fill_plan
from tests.bench.figures import Figure, format_table
from tests.bench.pages.crowd import build_public_settings
from tests.bench.pages.organizer_pages import time_call
from tests.bench.verification import open_instance
from tests.statements import record_statements
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.extensions import limiter
from trainer.projects.models import Indicator
from trainer.serving.server import exempt_loaded_objects

ROUNDS = 5
MOST_QUERIES = 40
MOST_VIEWS = 1_500
"""Times an empty view, which takes about 0.2 ms: 300 ms."""
GROWTH = 2.0
"""The most that a page may take with everything against half of everything."""
PAGES = {
    "plan": "/desk/plan",
    "missing": "/desk/plan/missing",
    "diagrams": "/desk/plan/charts",
    "beneficiaries": "/desk/plan/indicators/{beneficiaries}",
    "today": "/desk/",
}


@dataclass
class PageCost:
    """What a page took: the shortest clock time and CPU time in milliseconds, statements, bytes."""

    queries: int
    size: int
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


class OpenedProject:
    """An organizer's view of a filled project."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.add_url_rule("/empty", "empty", lambda: "")
        with databases.open_session(app) as session:
            self.client: Any = sign_in_organizer(app, session).client
            query = select(Indicator.id).where(Indicator.kind == "direct_beneficiaries")
            numbers = {"beneficiaries": session.scalars(query).first()}
        self.addresses = {name: address.format_map(numbers) for name, address in PAGES.items()}
        self.costs = {name: self.count(address) for name, address in self.addresses.items()}
        self.empty: list[float] = []

    def count(self, address: str) -> PageCost:
        """Open a page, and return its statements and bytes. Raises RuntimeError if it does not open."""
        self.client.get(address, buffered=True)  # what is done once in a process
        with record_statements(self.app) as statements:
            response = self.client.get(address, buffered=True)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        return PageCost(len(statements), len(response.data))

    def measure(self) -> None:
        """Open every page once more and note how long it took."""
        self.empty.append(min(time_call(self.client, "/empty")[1] for _call in range(40)))
        for name, address in self.addresses.items():
            cpu, wall = time_call(self.client, address)
            self.costs[name].cpu.append(cpu)
            self.costs[name].wall.append(wall)


def measure_figures(size: PlanSize = FULL) -> Iterator[Figure]:
    """Print a table for each database, and yield how far each page is from its goals."""
    for database in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory() as folder,
            open_instance(database, Path(folder, f"{database}-half")) as half,
            open_instance(database, Path(folder, f"{database}-full")) as full,
        ):
            projects = []
            for settings, filled in ((half, size.halve()), (full, size)):
                fill_plan(settings, filled)
                projects.append(OpenedProject(create_app(build_public_settings(settings))))
            limiter.enabled = False
            exempt_loaded_objects()  # as a server does
            for _round in range(ROUNDS):
                for project in projects:
                    project.measure()
            for project in projects:
                databases.close_connections(project.app)
        print_table(database, size, *projects)
        yield from list_figures(database, *projects)


def print_table(database: str, size: PlanSize, half: OpenedProject, full: OpenedProject) -> None:
    """Print what every page took."""
    head = f"{database}: {size.seminars} seminars, {size.registrations:,} registrations, {size.items:,} files"
    rows = [
        (
            name,
            f"{min(half.costs[name].wall):,.0f}",
            f"{min(cost.wall):,.0f}",
            f"{min(cost.cpu):,.0f}",
            f"{cost.queries}",
            f"{cost.size / 1024:,.0f}",
        )
        for name, cost in full.costs.items()
    ]
    print(format_table((head, "half ms", "ms", "CPU ms", "queries", "KB"), rows))


def list_figures(database: str, half: OpenedProject, full: OpenedProject) -> Iterator[Figure]:
    """Yield queries, times an empty view, and growth of each page."""
    empty = min(full.empty)
    for name, cost in full.costs.items():
        start = f"evidence-{database}-{name}"
        yield Figure(f"{start}-queries", cost.queries, MOST_QUERIES, at_most=True)
        yield Figure(f"{start}-views", min(cost.wall) / empty, MOST_VIEWS, at_most=True)
        yield Figure(f"{start}-growth", min(cost.wall) / min(half.costs[name].wall), GROWTH, at_most=True)

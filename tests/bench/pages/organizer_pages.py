"""The organizer's pages and exports for a seminar with 2,000 and one with 10,000 people, among 10 and among 300 seminars."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import BuildError

from tests import databases
from tests.bench.figures import Figure, format_table
from tests.bench.pages.crowd import SURVEYS, Crowd, CrowdedSeminar, build_public_settings, fill_crowd
from tests.bench.verification import open_instance
from tests.statements import Cost, CountingCursor, use_counting_connections
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.clock import now
from trainer.extensions import limiter
from trainer.settings import Settings

SMALL, LARGE = 2_000, 10_000
FEW, MANY = 10, 300
ROUNDS = 3
MOST_QUERIES, MOST_KILOBYTES = 20, 150
MOST_VIEWS: dict[int | str, int] = {SMALL: 400, LARGE: 800, "exports": 4000}
"""Times the CPU of an empty view, which takes about 0.25 ms: 100 ms, 200 ms, and for an export of 10,000 people 1 s."""
SKIPPED = {"accounts.view_sign_in_link", "example.view_example_removal"}
"""Pages without a list, which need a row of their own."""
NUMBERS = {
    "surveys_builder.submit_survey_deletion": "draft",
    "surveys_builder.submit_survey_release": "draft",
    "surveys_builder_changes": "draft",
    "surveys_builder_questions": "draft",
    "surveys_xlsform": "draft",
    "surveys_checklists": "checklist",
    "surveys_paper.add_paper_ballot": "anonymous",
    "surveys_results.view_test_chart": "post-test",
}
"""Surveys that a page or a blueprint needs; the others show the one with names."""


@dataclass
class Measurement:
    """What one page took: the shortest CPU and clock time in milliseconds, queries, rows fetched, bytes."""

    cpu: float
    wall: float
    size: int
    cost: Cost


Measurements = dict[tuple[str, int], Measurement]
"""By endpoint and number of people."""


def measure_figures() -> Iterator[Figure]:
    """Print a table of all pages for each database, and yield what the worst of them reaches."""
    for database in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            with open_instance(database, Path(folder, f"{database}-few")) as settings:
                few, _empty = measure_pages(settings, fill_crowd(settings, (SMALL,), FEW), (SMALL,))
            with open_instance(database, Path(folder, f"{database}-many")) as settings:
                many, empty = measure_pages(settings, fill_crowd(settings, (SMALL, LARGE), MANY), (SMALL, LARGE))
        print_table(database, few, many, empty)
        yield from list_figures(database, many, empty)


def list_figures(database: str, measured: Measurements, empty: float) -> Iterator[Figure]:
    """Yield the highest number of queries, kilobytes and CPU time in empty views, of pages and of exports."""
    pages = {key: each for key, each in measured.items() if not is_export(key[0])}
    exports = [each for key, each in measured.items() if is_export(key[0]) and key[1] == LARGE]
    highest = {
        "queries": (max(each.cost.queries for each in pages.values()), MOST_QUERIES),
        "kilobytes": (max(each.size for each in pages.values()) / 1024, MOST_KILOBYTES),
        "exports": (max(each.cpu for each in exports) / empty, MOST_VIEWS["exports"]),
    }
    for size in (SMALL, LARGE):
        cpu = max(each.cpu for key, each in pages.items() if key[1] == size)
        highest[f"{size}"] = (cpu / empty, MOST_VIEWS[size])
    for name, (value, goal) in highest.items():
        yield Figure(f"organizer-pages-{database}-{name}", value, goal, at_most=True)


def is_export(endpoint: str) -> bool:
    """Return whether an endpoint hands out a document."""
    return "download" in endpoint.rpartition(".")[2]


def print_table(
    database: str,
    few: Measurements,
    many: Measurements,
    empty: float,
) -> None:
    """Print what every page took."""
    heads = ("page", f"{FEW} seminars", f"{SMALL:,} ms", f"{LARGE:,} ms", "clock", "queries", "rows", "KB")
    rows = []
    for endpoint in sorted({name for name, _people in many}):
        small, large = many.get((endpoint, SMALL)), many.get((endpoint, LARGE))
        least = few.get((endpoint, SMALL))
        if not (small and large):
            continue
        rows.append(
            (
                endpoint,
                f"{least.cpu:,.1f}" if least else "",
                f"{small.cpu:,.1f}",
                f"{large.cpu:,.1f}",
                f"{large.wall:,.1f}",
                f"{large.cost.queries}",
                f"{large.cost.rows}",
                f"{large.size / 1024:,.0f}",
            )
        )
    print(format_table((f"{database} (an empty view {empty:.2f} ms)", *heads[1:]), rows))


def measure_pages(settings: Settings, crowd: Crowd, sizes: tuple[int, ...]) -> tuple[Measurements, float]:
    """Open every page of the dashboard for each crowded seminar; return what each took, and the milliseconds of an empty view."""
    settings = build_public_settings(settings)
    app = create_app(settings)
    app.add_url_rule("/empty", "empty", lambda: "")
    limiter.enabled = False
    counting = create_app(settings)
    if settings.uses_sqlite:
        use_counting_connections(counting)
    measured: Measurements = {}
    with databases.open_session(app) as session:
        clients = {each: sign_in_organizer(each, session).client for each in (app, counting)}
    empty = min(time_call(clients[app], "/empty")[0] for _round in range(200))
    for size in sizes:
        for endpoint, address in list_addresses(app, crowd, crowd.seminars[size]).items():
            CountingCursor.cost = Cost()
            response = clients[counting].get(address, buffered=True)
            if response.status_code != 200:
                print(f"{response.status_code} {address}")
                continue
            cost = CountingCursor.cost
            times: list[tuple[float, float]] = []
            begun = time.perf_counter()
            while len(times) < ROUNDS and time.perf_counter() - begun < 6:
                times.append(time_call(clients[app], address))
            measured[endpoint, size] = Measurement(
                min(each[0] for each in times), min(each[1] for each in times), len(response.data), cost
            )
    for each in (app, counting):
        databases.close_connections(each)
    return measured, empty


def time_call(client: Any, address: str) -> tuple[float, float]:
    """Open a page and return its CPU and clock time in milliseconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    client.get(address, buffered=True).close()
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)


def list_addresses(app: Flask, crowd: Crowd, seminar: CrowdedSeminar) -> dict[str, str]:
    """Return the address of every GET route of the dashboard whose objects exist, by endpoint."""
    day = f"{now():%Y-%m-%d}"
    participants = {"day": day, "column": "signatures", "language": "kk", "kind": "xlsx"}
    queries: Mapping[str, Mapping[str, Any]] = {
        "attendance_sheets.download_participant_list": participants,
        "attendance_sheets.download_participant_lists": participants,
        "desk_people.view_people": {"q": "Ибрагимов"},
        "desk_search.view_search": {"q": "Ибрагимов"},
        "registration_duplicates.view_merge": {
            "first": seminar.registration_id,
            "second": seminar.registration_id + 1,
        },
    }
    values = {
        "seminar_id": seminar.id,
        "registration_id": seminar.registration_id,
        "project_id": crowd.project_id,
        "serial": seminar.serial,
        "version_number": 1,
        "step": "days",
        "language": "kk",
        "kind": "xlsx",
        "key": "work",
        "name": "overall",
        "design": "standard",
        "start": "trip",
    }
    addresses = {}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/desk") or rule.endpoint in SKIPPED:
            continue
        name = NUMBERS.get(rule.endpoint, NUMBERS.get(rule.endpoint.partition(".")[0], "named"))
        special = {"kind": "single"} if rule.endpoint.startswith("surveys_builder_questions") else {}
        special |= {"kind": "registered"} if rule.endpoint.startswith("registration_letters") else {}
        try:
            path = adapter.build(
                rule.endpoint, {**values, "number": SURVEYS[name]["number"], **special}, append_unknown=False
            )
        except BuildError:
            continue  # of an object that the database does not hold
        query = queries.get(rule.endpoint)
        addresses[rule.endpoint] = f"{path}?{urlencode(query)}" if query else path
    return addresses

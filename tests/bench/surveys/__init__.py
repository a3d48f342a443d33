"""Surveys: the results page for 1,000 and for 10,000 responses, identified and anonymous, on each database."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from tests.bench.figures import Figure, format_table
from tests.bench.surveys.respondents import ANONYMOUS, NAMED, fill_database
from tests.bench.verification import open_instance
from tests.visitor import Visitor, sign_in_organizer
from trainer import create_app
from trainer.extensions import db, limiter

SIZES = (1_000, 10_000)
ROUNDS = 25
GOAL = 12.0  # times the page of a tenth of the responses: ten, and a fifth for what a machine does beside


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of both databases and both kinds of survey."""
    rows, found = [], []
    for database in ("sqlite", "postgresql"):
        spent = {size: measure_results_pages(database, size) for size in SIZES}
        small, large = (spent[size] for size in SIZES)
        for kind in (NAMED, ANONYMOUS):
            name = f"{database} {'with names' if kind == NAMED else 'anonymous'}"
            rows.append((name, *(f"{1000 * spent[size][kind]:,.0f}" for size in SIZES)))
            growth = large[kind] / small[kind]
            found.append(Figure(f"surveys-{name.replace(' ', '-')}-growth", growth, GOAL, at_most=True))
    print(format_table(("surveys", *(f"{size:,} responses ms" for size in SIZES)), rows))
    yield from found


def measure_results_pages(database: str, size: int) -> dict[int, float]:
    """Open both results pages in turn and return the seconds of each."""
    with tempfile.TemporaryDirectory() as folder, open_instance(database, Path(folder, f"{database}-results")) as copy:
        app = create_app(copy)
        limiter.enabled = False
        seminar = fill_database(copy.sqlalchemy_url, size)
        with app.app_context():
            engine = db.engine
        with Session(engine, info={"app": app}) as session:
            organizer = sign_in_organizer(app, session)
        spent = {
            number: measure_seconds(organizer, f"/desk/seminars/{seminar}/surveys/{number}/results", size)
            for number in (NAMED, ANONYMOUS)
        }
        engine.dispose()
        return spent


def measure_seconds(organizer: Visitor, address: str, size: int) -> float:
    """Return the shortest time for a page in seconds; other work of the machine only makes it longer."""
    spent = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        answer = organizer.client.get(address)
        spent.append(time.perf_counter() - begun)
        if answer.status_code != 200 or str(size) not in answer.text:
            raise RuntimeError(f"{answer.status_code} {address}")
    return min(spent)

"""Register one person after another before and while an organizer imports a list of 2,000, and measure how long each waits."""

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests import databases
from tests.factories import create_project, create_seminar, spell_number
from tests.load.surveys import CSRF, get_percentile, send_request, serve_instance
from tests.registration.factories import REGISTRATION_INPUT
from trainer import create_app
from trainer.accounts.sign_in import create_sign_in_link, get_or_create_organizer
from trainer.clock import now
from trainer.extensions import db
from trainer.projects.ownership import claim_ownerless_projects
from trainer.registration.models import Registration

PAUSE_SECONDS = 0.05  # between two registrations of the same person's fingers
NONCE = re.compile(r'name="(nonce|consent_version|questions_version)"[^>]*value="([^"]*)"')
LINK = re.compile(r'action="([^"]*/(?:columns|rows))"')
SEEN = re.compile(r'name="seen" value="([^"]*)"')
SELECT = re.compile(r'<select id="([^"]+)".*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" ?\s*selected')


@dataclass(frozen=True)
class ImportResult:
    """Seconds that registrations took before the import and during it, those of its steps, and what was stored."""

    database: str
    before: list[float]
    during: list[float]
    steps: dict[str, float]
    expected: int
    stored: int
    errors: int

    @property
    def good(self) -> bool:
        """True if everybody is registered and nobody saw an error."""
        return self.stored == self.expected and not self.errors

    def __str__(self) -> str:
        steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.steps.items())
        return (
            f"{self.database}: before {format_times(self.before)}; during {format_times(self.during)}; {steps}; "
            f"stored {self.stored} of {self.expected}, errors {self.errors}"
        )


def format_times(times: Sequence[float]) -> str:
    """Return the distribution of times in milliseconds."""
    ordered = sorted(seconds * 1000 for seconds in times)
    parts = [f"p{percent} {get_percentile(ordered, percent):.0f}" for percent in (50, 90, 99)]
    return f"n {len(ordered)} {' '.join(parts)} max {max(ordered, default=0):.0f} ms"


def load_databases(people: int = 2000, seconds: float = 10) -> Iterator[ImportResult]:
    """Import a list on each database, after so many seconds of registrations alone, and yield the outcomes."""
    with tempfile.TemporaryDirectory() as place:
        yield print_outcome(load_instance("sqlite", Path(place) / "copy", "", people, seconds))
    with tempfile.TemporaryDirectory() as place, databases.open_postgresql_database() as database:
        yield print_outcome(load_instance("postgresql", Path(place) / "copy", database, people, seconds))


def print_outcome(outcome: ImportResult) -> ImportResult:
    """Print an outcome and return it."""
    print(outcome, flush=True)
    return outcome


def load_instance(name: str, place: Path, database: str, people: int, seconds: float) -> ImportResult:
    """Load one instance and return the outcome."""
    app = create_app(databases.create_migrated_instance(place, database))
    link = create_import_data(app)
    with serve_instance(place, database) as port:
        outcome = import_while_people_register(app, name, port, link, people, seconds)
    databases.close_connections(app)
    return outcome


def import_while_people_register(
    app: Flask, name: str, port: int, link: str, people: int, seconds: float
) -> ImportResult:
    """Register people alone for so many seconds, then during an import; compare with the database."""
    before: list[tuple[float, int]] = []
    during: list[tuple[float, int]] = []
    with ThreadPoolExecutor(1) as pool:
        with register_meanwhile(pool, port, before):
            time.sleep(seconds)
        with register_meanwhile(pool, port, during, first=500):
            steps = import_list(port, link, build_list(people))
    with app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(Registration)) or 0
        db.session.remove()
    answers = [*before, *during]
    alone, meanwhile = ([took for took, _status in part] for part in (before, during))
    errors = sum(status != 303 for _took, status in answers)
    return ImportResult(name, alone, meanwhile, steps, people + len(answers), stored, errors)


def create_import_data(app: Flask) -> str:
    """Create a seminar with seats for everybody, and return the token of a sign-in link of its organizer."""
    with app.app_context():
        session = db.session()
        session.info["app"] = app
        create_seminar(session, create_project(session), now() + timedelta(days=5), capacity=5000)
        user = get_or_create_organizer(session, "organizer@example.org", name="Сәуле", language="kk")
        claim_ownerless_projects(session, now())
        link = create_sign_in_link(session, user, now())
        session.commit()
        session.info.pop("app")
        db.session.remove()
    databases.close_connections(app)
    return link


def build_list(people: int) -> bytes:
    """Return a list of different people as CSV."""
    lines = ["Тегі;Аты;Әкесінің аты;Телефон;E-mail;Жұмыс орны;Лауазымы"]
    for number in range(people):
        name = spell_number(number)
        phone = f"8701{number:07d}"
        lines.append(f"Сейіт{name};Айгүл;Маратқызы;{phone};a{number}@example.org;Облыстық аурухана;мейіргер")
    return "\n".join(lines).encode()


@contextmanager
def register_meanwhile(
    pool: ThreadPoolExecutor, port: int, results: list[tuple[float, int]], first: int = 0
) -> Iterator[None]:
    """Register one person after another while the block runs; `results` get the seconds and the status of each."""
    stop = Event()

    def register_all() -> None:
        while not stop.is_set():
            results.append(register_somebody(port, first + len(results)))
            time.sleep(PAUSE_SECONDS)

    future = pool.submit(register_all)
    try:
        yield
    finally:
        stop.set()
        future.result()


def register_somebody(port: int, number: int) -> tuple[float, int]:
    """Open the form and send it; return how long the sending took, and its status."""
    _status, page, cookie = send_request(port, "GET", "/s/care/register")
    token = CSRF.search(page)
    fields = {
        **REGISTRATION_INPUT,
        **dict(NONCE.findall(page)),
        "csrf_token": token[1] if token else "",
        "surname": f"Ким{spell_number(number)}",
        "phone": f"8702{number:07d}",
        "email": "",
    }
    begun = time.perf_counter()
    status = send_request(port, "POST", "/s/care/register", fields, cookie)[0]
    return time.perf_counter() - begun, status


def import_list(port: int, link: str, content: bytes) -> dict[str, float]:
    """Sign in, go through the three steps of an import, and return the seconds that each took."""
    steps: dict[str, float] = {}
    cookies: dict[str, str] = {}

    def send(step: str, method: str, address: str, fields: dict[str, str] | None = None, **more: Any) -> str:
        begun = time.perf_counter()
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        status, page, sent = send_request(port, method, address, fields, cookie, **more)
        cookies.update(
            {name: value for name, _sign, value in (part.partition("=") for part in sent.split("; ")) if name}
        )
        steps[step] = time.perf_counter() - begun
        assert status in (200, 303), f"{step}: {status} {page[:500]}"
        return page

    def find(pattern: re.Pattern[str], page: str) -> str:
        found = pattern.search(page)
        assert found, pattern.pattern
        return found[1]

    sign_in = send("sign in", "GET", f"/desk/sign-in/{link}")
    send("sign in", "POST", f"/desk/sign-in/{link}", {"csrf_token": find(CSRF, sign_in)})
    address = "/desk/seminars/1/import"
    upload = send("upload", "GET", address)
    send("upload", "POST", address, {"csrf_token": find(CSRF, upload)}, file=("file", "list.csv", content))
    columns = send("columns", "GET", f"{address}/1/columns")
    chosen = {
        name: (CHOSEN.search(part) or ["", ""])[1]
        for name, part in ((found[1], found[0]) for found in SELECT.finditer(columns))
    }
    send("columns", "POST", f"{address}/1/columns", {"csrf_token": find(CSRF, columns), **chosen})
    rows = send("preview", "GET", f"{address}/1/rows")
    send("import", "POST", f"{address}/1/rows", {"csrf_token": find(CSRF, rows), "seen": find(SEEN, rows)})
    return steps

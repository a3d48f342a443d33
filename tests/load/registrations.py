"""People who register at once: each has opened the form, and all send it as fast as so many connections allow."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import databases
from tests.factories import spell_number
from tests.load.imports import NONCE, create_import_data
from tests.load.surveys import CSRF, LoadResult, get_percentile, print_result, send_request, serve_instance
from tests.registration.factories import REGISTRATION_INPUT
from trainer import create_app
from trainer.extensions import db
from trainer.people.models import Person
from trainer.registration.models import Registration

FORM_ADDRESS = "/s/care/register"


def load_databases(people: int = 300, connections: int = 300) -> Iterator[LoadResult]:
    """Register people on each database and yield the outcomes."""
    with tempfile.TemporaryDirectory() as place:
        yield print_result(load_instance("sqlite", Path(place) / "copy", "", people, connections))
    with tempfile.TemporaryDirectory() as place, databases.open_postgresql_database() as database:
        yield print_result(load_instance("postgresql", Path(place) / "copy", database, people, connections))


def load_instance(name: str, place: Path, database: str, people: int, connections: int) -> LoadResult:
    """Load one instance and return the outcome."""
    app = create_app(databases.create_migrated_instance(place, database))
    create_import_data(app)
    with serve_instance(place, database) as port:
        outcome = register_people(app, name, port, people, connections)
    databases.close_connections(app)
    return outcome


def register_people(app: Flask, name: str, port: int, people: int, connections: int) -> LoadResult:
    """Open the form for everybody, then send all forms; compare with the database."""
    with ThreadPoolExecutor(8) as threads:
        forms = list(threads.map(lambda number: open_form(port, number), range(people)))
    with ThreadPoolExecutor(connections) as threads:
        answers = list(threads.map(lambda form: send_form(port, *form), forms))
    with app.app_context():
        outcome = compare_with_database(name, db.session(), answers)
        db.session.remove()
    return outcome


def open_form(port: int, number: int) -> tuple[str, dict[str, str], str]:
    """Open the form, and return the phone number of somebody, the fields of their form, and their cookie."""
    _status, page, cookie = send_request(port, "GET", FORM_ADDRESS)
    token = CSRF.search(page)
    phone = f"+7702{number:07d}"
    fields = {
        **REGISTRATION_INPUT,
        **dict(NONCE.findall(page)),
        "csrf_token": token[1] if token else "",
        "surname": f"Ким{spell_number(number)}",
        "phone": phone,
        "email": "",
    }
    return phone, fields, cookie


def send_form(port: int, phone: str, fields: dict[str, str], cookie: str) -> tuple[str, int, float]:
    """Send a form; return the phone number, the status (0: no answer), and the seconds that it took."""
    begun = time.perf_counter()
    try:
        status = send_request(port, "POST", FORM_ADDRESS, fields, cookie)[0]
    except OSError:
        status = 0
    return phone, status, time.perf_counter() - begun


def compare_with_database(name: str, session: Session, answers: list[tuple[str, int, float]]) -> LoadResult:
    """Return how many of the registrations that were acknowledged are in the database, and how many are there twice."""
    stored = Counter(session.scalars(select(Person.phone).join(Registration, Registration.person_id == Person.id)))
    acknowledged = [phone for phone, status, _seconds in answers if status == 303]
    times = sorted(1000 * seconds for _phone, _status, seconds in answers)
    return LoadResult(
        database=name,
        sent=len(answers),
        acknowledged=len(acknowledged),
        lost=sum(not stored[phone] for phone in acknowledged),
        doubled=sum(count > 1 for count in stored.values()),
        errors=len(answers) - len(acknowledged),
        p50=get_percentile(times, 50),
        p99=get_percentile(times, 99),
    )

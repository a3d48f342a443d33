"""People who open a survey form and send it within a minute, half to an identified survey, half to an anonymous one; some tap twice."""

import http.client
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from tests import databases
from tests.browser.server import find_free_port
from tests.factories import AIGUL, create_project, create_seminar, mark_sessions, register_person, spell_number
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey, make_text
from trainer import create_app
from trainer.attendance.models import AttendanceStatus
from trainer.clock import now
from trainer.extensions import db
from trainer.surveys.models import Ballot, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind

SAYING = SurveyQuestion("saying", SurveyQuestionKind.TEXT, make_text("saying"))
AT_ONCE = 64  # connections
TWICE = 10  # of so many people one taps twice
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
VERSION = re.compile(r'name="version"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class SendingResult:
    """The result of one sending: its status (0: no response) and the seconds it took."""

    person: int
    status: int
    seconds: float


@dataclass(frozen=True)
class LoadResult:
    """The result of all sendings: numbers of people, each counted once, and response times in milliseconds."""

    database: str
    sent: int
    acknowledged: int
    lost: int
    doubled: int
    errors: int
    p50: float
    p99: float

    @property
    def good(self) -> bool:
        """True if everybody's answers are stored exactly once."""
        return self.acknowledged == self.sent and not (self.lost or self.doubled or self.errors)

    def __str__(self) -> str:
        return (
            f"{self.database}: sent {self.sent} acknowledged {self.acknowledged} lost {self.lost} "
            f"doubled {self.doubled} errors {self.errors} p50 {self.p50:.0f} ms p99 {self.p99:.0f} ms"
        )


def load_databases(people: int = 500, seconds: float = 60) -> Iterator[LoadResult]:
    """Load an instance on each database and yield the outcomes."""
    with tempfile.TemporaryDirectory() as place:
        yield print_result(load_instance("sqlite", Path(place), "", people, seconds))
    with tempfile.TemporaryDirectory() as place:
        name = f"trainer_load_{os.getpid()}"
        with databases.open_postgresql_database(name) as database:
            yield print_result(load_instance("postgresql", Path(place) / "copy", database, people, seconds))


def print_result(outcome: LoadResult) -> LoadResult:
    """Print an outcome and return it."""
    print(outcome, flush=True)
    return outcome


def load_instance(name: str, place: Path, database: str, people: int, seconds: float) -> LoadResult:
    """Load one instance and return the outcome."""
    settings = databases.create_migrated_instance(place, database)
    app = create_app(settings)
    addresses = create_load_data(app, people)
    with serve_instance(place, database) as port:
        sent = send_all_responses(port, addresses, seconds)
    with app.app_context():
        result = compare_with_database(name, db.session(), addresses, sent)
        db.session.remove()
    databases.close_connections(app)
    return result


def create_load_data(app: Flask, people: int) -> list[str]:
    """Create a past seminar with so many people and two surveys, and return the address at which each of them answers."""
    with app.app_context():
        session = db.session()
        session.info["app"] = app
        seminar = create_seminar(session, create_project(session), now() - timedelta(hours=8), capacity=people)
        make_survey(session, seminar, (OVERALL_QUESTION, SAYING))
        make_survey(session, seminar, (OVERALL_QUESTION, SAYING), number=3, anonymous=True)
        addresses = []
        for number in range(people):
            somebody = register_person(
                session, seminar, AIGUL, surname=f"Сейіт{spell_number(number)}", phone=f"+77015{number:06}"
            )
            mark_sessions(session, somebody, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
            addresses.append(f"/r/{somebody.token}/survey/{2 + number % 2}")
        session.commit()
        session.info.pop("app")
        db.session.remove()
    databases.close_connections(app)
    return addresses


@contextmanager
def serve_instance(place: Path, database: str) -> Iterator[int]:
    """Serve the instance by a process of its own, as in production, and yield its port."""
    port = find_free_port()
    own = {"INSTANCE": str(place), "DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(port)}
    environment = {**os.environ, **own, "SECRET_KEY": databases.SECRET_KEY}
    command = [sys.executable, "-m", "trainer", "run", "--no-jobs"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for_answer(port)
            yield port
        finally:
            process.terminate()


def wait_for_answer(port: int) -> None:
    """Wait until the server answers, at most half a minute."""
    for _attempt in range(150):
        try:
            if send_request(port, "GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def send_request(
    port: int,
    method: str,
    address: str,
    fields: dict[str, str] | None = None,
    cookie: str = "",
    file: tuple[str, str, bytes] | None = None,
) -> tuple[int, str, str]:
    """Send a request to the server and return the status, the page and the cookies that it sets.

    `file` is the field, the name and the content of a file that is sent with the fields.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    body: str | bytes | None = None
    if file is not None:
        builder = EnvironBuilder(method="POST", data={**(fields or {}), file[0]: (io.BytesIO(file[2]), file[1])})
        environment = builder.get_environ()
        headers["Content-Type"], body = environment["CONTENT_TYPE"], environment["wsgi.input"].read()
    elif fields is not None:
        headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(fields)
    connection.request(method, address, body, headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or []]
    connection.close()
    return answer.status, page, "; ".join(cookies)


def send_all_responses(port: int, addresses: Sequence[str], seconds: float) -> list[SendingResult]:
    """Send everybody's answers, each at a random moment within so many seconds."""
    begin = time.monotonic()
    chance = random.Random(6)  # the same moments in each run
    moments = sorted(chance.uniform(0, seconds) for _each in addresses)

    def come(number: int) -> list[SendingResult]:
        time.sleep(max(0.0, begin + moments[number] - time.monotonic()))
        return send_response(port, number, addresses[number])

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [result for results in threads.map(come, range(len(addresses))) for result in results]


def send_response(port: int, number: int, address: str) -> list[SendingResult]:
    """Open the form and send it; some people tap twice, so that two requests are under way at once."""
    try:
        status, page, cookie = send_request(port, "GET", address)
    except OSError:
        return [SendingResult(number, 0, 0.0)]
    token, version = CSRF.search(page), VERSION.search(page)
    if status != 200 or token is None or version is None:
        return [SendingResult(number, status if status != 200 else 0, 0.0)]
    fields = {"csrf_token": token[1], "version": version[1], "q_overall": str(1 + number % 5)}
    fields["q_saying"] = build_text(number)

    def tap(_tap: int) -> SendingResult:
        begun = time.monotonic()
        try:
            status = send_request(port, "POST", address, fields, cookie)[0]
        except OSError:
            status = 0
        return SendingResult(number, status, time.monotonic() - begun)

    if number % TWICE:
        return [tap(0)]
    with ThreadPoolExecutor(2) as fingers:
        return list(fingers.map(tap, range(2)))


def build_text(number: int) -> str:
    """Return the text that a person writes, by which the response is found in the database."""
    return f"Сөз {number}"


def compare_with_database(
    name: str, session: Session, addresses: Sequence[str], sent: Sequence[SendingResult]
) -> LoadResult:
    """Compare what was acknowledged with what is stored, and count missing and doubled responses."""
    stored = Counter(answers["saying"] for answers in session.scalars(select(SurveyResponse.answers)))
    stored += Counter(answers["saying"] for answers in session.scalars(select(Ballot.answers)))
    participations = len(session.scalars(select(SurveyParticipation.registration_id)).all())
    acknowledged = {result.person for result in sent if result.status == 303}
    lost = sum(stored[build_text(result)] == 0 for result in acknowledged) + max(0, len(acknowledged) - participations)
    times = sorted(result.seconds * 1000 for result in sent if result.status == 303)
    second_tap = {result.person for result in sent if not result.person % TWICE}
    errors = [
        result for result in sent if result.status != 303 and not (result.status == 409 and result.person in second_tap)
    ]
    return LoadResult(
        database=name,
        sent=len(addresses),
        acknowledged=len(acknowledged),
        lost=lost,
        doubled=sum(count > 1 for count in stored.values()),
        errors=len(errors),
        p50=get_percentile(times, 50),
        p99=get_percentile(times, 99),
    )


def get_percentile(times: Sequence[float], percent: int) -> float:
    """Return the time that this percentage of the times does not exceed."""
    return times[min(len(times) - 1, len(times) * percent // 100)] if times else 0.0

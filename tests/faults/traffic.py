"""People who register and tablets that mark, each trying again until it is acknowledged, as browsers and tablets do."""

import http.client
import random
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.load.imports import NONCE
from tests.load.surveys import CSRF, get_percentile
from tests.load.tablets import ACCEPTED, Tablet, build_mark, read_ledger
from tests.registration.factories import REGISTRATION_INPUT
from trainer.extensions import db
from trainer.people.models import Person
from trainer.registration.models import Registration

FORM_ADDRESS = "/s/care/register"
REGISTRANTS = 3
GRACE_SECONDS = 120.0
"""How long a client tries again after the scenario has ended, before it gives up."""
PAUSE_SECONDS = 0.25  # between two tries
FAILURES = (OSError, http.client.HTTPException, ValueError)


class Client(ABC):
    """A client in a thread of its own, which sends one thing after the other, each until it is acknowledged."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.seconds: list[float] = []
        self.errors = 0
        self.give_up_at: float | None = None
        self.thread = threading.Thread(target=self.work, daemon=True)

    @abstractmethod
    def prepare(self) -> str | None:
        """Prepare the next thing and return the word by which it is found in the database; None if there is none left."""

    @abstractmethod
    def send(self) -> None:
        """Send what is prepared. Raises one of FAILURES unless it is acknowledged."""

    def work(self) -> None:
        """Send one thing after the other until asked to stop."""
        while not self.stop.is_set() and (word := self.prepare()) is not None:
            self.sent.append(word)
            begun = time.perf_counter()
            while not self.is_acknowledged():
                if self.has_no_patience():
                    return
                time.sleep(PAUSE_SECONDS)
            self.acknowledged.append(word)
            self.seconds.append(time.perf_counter() - begun)

    def is_acknowledged(self) -> bool:
        """Send what is prepared and return whether it was acknowledged."""
        try:
            self.send()
        except FAILURES:
            self.errors += 1
            return False
        return True

    def has_no_patience(self) -> bool:
        """Return whether the scenario has ended GRACE_SECONDS ago."""
        if self.stop.is_set() and self.give_up_at is None:
            self.give_up_at = time.monotonic() + GRACE_SECONDS
        return self.give_up_at is not None and time.monotonic() > self.give_up_at


class Registrant(Client):
    """Somebody at a browser who registers one person after the other; a form that failed is sent again as it is."""

    def __init__(self, port: int, stop: threading.Event, number: int, email_host: str = "") -> None:
        super().__init__(stop)
        self.port, self.chance, self.email_host = port, random.Random(number), email_host
        self.number = number * 1_000_000
        self.headers: dict[str, str] = {}
        self.body = ""

    def prepare(self) -> str | None:
        """Open the form, again and again until it comes, and fill it in. Return the phone number."""
        self.number += 1
        phone = f"+7702{self.number:07d}"
        while True:
            try:
                self.open_form(phone)
            except FAILURES:
                self.errors += 1
                if self.stop.is_set():
                    return None
                time.sleep(PAUSE_SECONDS)
            else:
                return phone

    def open_form(self, phone: str) -> None:
        """Open the form and fill it in. Raises one of FAILURES if it does not come."""
        self.headers = {"X-Forwarded-For": f"192.0.{self.chance.randrange(256)}.{self.chance.randrange(256)}"}
        page, cookies = self.request("GET", 200)
        token = CSRF.search(page)
        if token is None:
            raise ValueError("a page without a form")
        person = {
            "surname": "".join(self.chance.choices("абвгдежзийклмнопрст", k=12)).capitalize(),
            "phone": phone,
            "email": f"p{self.number}@{self.email_host}" if self.email_host else "",
        }
        fields = {**REGISTRATION_INPUT, **dict(NONCE.findall(page)), "csrf_token": token[1], **person}
        self.body = urlencode(fields)
        self.headers["Cookie"] = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"

    def send(self) -> None:
        """Send the form. Raises one of FAILURES unless the person is registered."""
        self.request("POST", 303, self.body)

    def request(self, method: str, status: int, body: str | None = None) -> tuple[str, list[str]]:
        """Send a request; return the page and the cookies. Raises one of FAILURES if the status is another one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, FORM_ADDRESS, body, self.headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        if answer.status != status:
            raise ValueError(f"status {answer.status}")
        return page, answer.headers.get_all("Set-Cookie") or []


class Marker(Client):
    """A tablet that marks one person after the other; a mark without an answer is sent again with its id."""

    def __init__(self, tablet: Tablet, stop: threading.Event, places: list[tuple[int, int]]) -> None:
        super().__init__(stop)
        self.tablet, self.places = tablet, places
        self.mark: dict[str, Any] = {}

    def prepare(self) -> str | None:
        """Mark the next person and return the id of the mark."""
        if not self.places:
            return None
        self.mark = build_mark(*self.places.pop())
        return str(self.mark["id"])

    def send(self) -> None:
        """Send the mark. Raises one of FAILURES unless it is stored."""
        if self.tablet.sync([self.mark])[str(self.mark["id"])] not in ACCEPTED:
            raise ValueError("the mark is not stored")


class Clients:
    """Clients that work at the same time until they are asked to stop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.clients: list[Client] = []

    def count_acknowledged(self) -> int:
        """Return how many things were acknowledged so far."""
        return sum(len(client.acknowledged) for client in self.clients)

    def wait_for(self, more: int, seconds: float = GRACE_SECONDS) -> None:
        """Wait until so many more things are acknowledged."""
        wanted, deadline = self.count_acknowledged() + more, time.monotonic() + seconds
        while self.count_acknowledged() < wanted and time.monotonic() < deadline:
            time.sleep(0.05)

    def start(self) -> None:
        """Start the threads of all clients."""
        for client in self.clients:
            client.thread.start()

    def finish(self) -> None:
        """Begin nothing new, and wait until everything that was begun is acknowledged or given up."""
        self.stop.set()
        for client in self.clients:
            client.thread.join()

    def summarize(self, lost: int, doubled: int, faults: int, remark: str = "") -> FaultOutcome:
        """Return the outcome, with how long it took until each thing was acknowledged."""
        times = sorted(1000 * seconds for client in self.clients for seconds in client.seconds)
        return FaultOutcome(
            sent=sum(len(client.sent) for client in self.clients),
            acknowledged=self.count_acknowledged(),
            lost=lost,
            doubled=doubled,
            errors=sum(client.errors for client in self.clients),
            faults=faults,
            p50=get_percentile(times, 50),
            p99=get_percentile(times, 99),
            remark=remark,
        )


class Traffic(Clients):
    """People who register and tablets that mark."""

    def __init__(self, stage: Stage, port: int, email_host: str = "", registrants: int = REGISTRANTS) -> None:
        super().__init__()
        self.stage = stage
        self.clients += [Registrant(port, self.stop, number + 1, email_host) for number in range(registrants)]
        self.markers: list[Marker] = []
        tokens = stage.hall.tokens
        for number, token in enumerate(tokens):
            people = stage.hall.people[number :: len(tokens)]
            places = [(person, session) for session in stage.hall.sessions for person in people]
            self.markers.append(Marker(Tablet(port, token), self.stop, places))
        self.clients += self.markers

    def finish(self) -> None:
        """Wait until everything is acknowledged or given up, and close the connections of the tablets."""
        super().finish()
        for marker in self.markers:
            marker.tablet.close()

    def compare_with_database(self, faults: int, remark: str = "") -> FaultOutcome:
        """Return how much of what was acknowledged is stored, and how much is stored twice."""
        with self.stage.app.app_context():
            session = db.session()
            marks, doubled_marks = read_ledger(session)
            phones = Counter(
                session.scalars(
                    select(Person.phone)
                    .join(Registration, Registration.person_id == Person.id)
                    .where(Person.phone.startswith("+7702"))
                )
            )
            db.session.remove()
        stored = marks | set(phones)
        acknowledged = {word for client in self.clients for word in client.acknowledged}
        doubled = doubled_marks + sum(count > 1 for count in phones.values())
        return self.summarize(len(acknowledged - stored), doubled, faults, remark)


@contextmanager
def send_traffic(stage: Stage, port: int, email_host: str = "") -> Iterator[Traffic]:
    """Yield the running clients; in the end let them finish."""
    traffic = Traffic(stage, port, email_host)
    traffic.start()
    traffic.wait_for(20)
    try:
        yield traffic
    finally:
        traffic.finish()

"""Clients that write at once: tablets that mark one person after the other, and people who send the registration form."""

import http.client
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

from tests.bench.attendance import TabletClient
from tests.bench.attendance.marking_data import MarkingData
from tests.load.imports import NONCE
from tests.load.surveys import CSRF
from tests.registration.factories import REGISTRATION_INPUT

WRITERS = 8
FORM_ADDRESS = "/s/care/register"
Work = Callable[[], object]


def time_at_once(works: list[list[Work]]) -> tuple[list[float], float]:
    """Run all writers at once, each doing its works one after the other; return the seconds of each work and those of all."""
    start = Barrier(len(works) + 1)

    def write(own: list[Work]) -> list[float]:
        start.wait()
        seconds = []
        for work in own:
            begun = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begun)
        return seconds

    with ThreadPoolExecutor(len(works)) as threads:
        results = [threads.submit(write, own) for own in works]
        start.wait()
        begun = time.perf_counter()
        times = [seconds for result in results for seconds in result.result()]
        return times, time.perf_counter() - begun


def prepare_marks(port: int, data: MarkingData, count: int) -> list[list[Work]]:
    """Return so many marks for each writer, each a request of its own."""
    return [
        [bind(client.send_marks, [data.build_next_mark()]) for _number in range(count)]
        for client in (TabletClient(port, data) for _writer in range(WRITERS))
    ]


def prepare_registrations(port: int, count: int, chance: random.Random) -> list[list[Work]]:
    """Open so many forms for each writer and return the works of sending them."""
    people = [PersonWithForm(port, chance) for _writer in range(WRITERS) for _number in range(count)]
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(PersonWithForm.open_form, people))
    return [[person.send_form for person in people[writer::WRITERS]] for writer in range(WRITERS)]


def bind(function: Callable[[list[dict[str, object]]], object], value: list[dict[str, object]]) -> Work:
    """Return a function without arguments."""
    return lambda: function(value)


class PersonWithForm:
    """Somebody who has opened the registration form."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.port = port
        self.phone = f"+7702{chance.randrange(10**7):07d}"
        self.surname = "".join(chance.choices("абвгдежзийклмнопрст", k=12)).capitalize()
        self.headers = {"X-Forwarded-For": f"192.0.{chance.randrange(256)}.{chance.randrange(256)}"}
        self.body = ""

    def request(self, method: str, body: str | None = None) -> tuple[int, str, list[str]]:
        """Send a request; return the status, the page and the cookies."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, FORM_ADDRESS, body, self.headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.status, page, answer.headers.get_all("Set-Cookie") or []

    def open_form(self) -> None:
        """Open the form and fill it in."""
        status, page, cookies = self.request("GET")
        token = CSRF.search(page)
        if status != 200 or token is None:
            raise RuntimeError(f"{status} {page[:200]}")
        person = {"surname": self.surname, "phone": self.phone, "email": ""}
        fields = {**REGISTRATION_INPUT, **dict(NONCE.findall(page)), "csrf_token": token[1], **person}
        self.body = urlencode(fields)
        self.headers["Cookie"] = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"

    def send_form(self) -> None:
        """Send the form. Raises RuntimeError unless the person is registered."""
        status, page, _cookies = self.request("POST", self.body)
        if status != 303:
            raise RuntimeError(f"{status} {json.dumps(page[:200])}")

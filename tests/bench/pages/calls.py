"""Calls of a server over one connection, and the CPU time that they cost it."""

import http.client
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench.verification.server import Server

INPUT = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'(name|value|type)="([^"]*)"')
Calls = Sequence[Callable[[], object]]
Costs = dict[str, list[float]]
"""CPU seconds of one call in each round, by name of the work."""


class PageClient:
    """A browser that keeps one connection open. Every call comes from another address, so that nobody reaches a limit."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.generator = random.Random(7)

    def call(
        self, address: str, content: str | None = None, status: int = 200, **headers: str
    ) -> tuple[str, http.client.HTTPMessage]:
        """Send GET, or POST with content, and return body and headers. Raises RuntimeError for another status."""
        caller = f"192.0.{self.generator.randrange(250)}.{self.generator.randrange(250)}"
        sent = {"Accept": "text/html", "Accept-Language": "kk, ru;q=0.8", "X-Forwarded-For": caller, **headers}
        if content is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self.connection.request("GET" if content is None else "POST", address, content, sent)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status != status:
            raise RuntimeError(f"{address}: {answer.status} {body[:300]}")
        return body, answer.headers

    def read_cpu_seconds(self) -> float:
        """Return the CPU time of all threads of the server so far."""
        tasks = Path(f"/proc/{self.server.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def read_fields(page: str) -> dict[str, str]:
    """Return names and values of the hidden fields of a page."""
    fields = {}
    for found in INPUT.finditer(page):
        attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(found[0])}
        if attributes.get("type") == "hidden" and "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    return fields


def encode_fields(fields: dict[str, str]) -> str:
    """Return fields as the body of a form."""
    return urlencode(fields)


def measure_costs(works: Mapping[str, tuple[PageClient, Calls]], rounds: int) -> Costs:
    """Do each work's calls in every round, in shuffled order, and return the CPU seconds that one call cost its server.

    The calls of a work are spread over the rounds: each is done once. What is loaded by the first round is not counted.
    """
    generator = random.Random(7)
    costs: Costs = {name: [] for name in works}
    for number in range(rounds + 1):
        for name in generator.sample(list(works), len(works)):
            client, calls = works[name]
            client.connection.close()  # the server closes one that was idle
            piece = calls[number * len(calls) // (rounds + 1) : (number + 1) * len(calls) // (rounds + 1)]
            before = client.read_cpu_seconds()
            for call in piece:
                call()
            if number:
                costs[name].append((client.read_cpu_seconds() - before) / len(piece))
    return costs


def list_medians(costs: Costs) -> Iterator[tuple[str, str]]:
    """Yield each work with its milliseconds, for a table."""
    for name, seconds in costs.items():
        yield name, f"{1000 * median(seconds):,.2f}"

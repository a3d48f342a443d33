"""Fetching a page by HTTP within limits: time for everything, bytes, redirects, types of content."""

import socket
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from trainer.fetching.outside import INTERNET, AddressInternal, Outside, can_resolve, open_connection
from trainer.fetching.timed_socket import Deadline, TimedSocket

REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/pdf", "image/jpeg", "image/png", "image/webp")
"""What a copy of a page can be."""
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; trainer)",
    "Accept": "text/html,application/pdf,image/*;q=0.9,*/*;q=0.5",
    "Accept-Language": "kk,ru,en",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
UNKNOWN_NAMES = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


class FetchFailure(StrEnum):
    """Why a page was not fetched."""

    NOT_WEB = "not_web"
    INTERNAL = "internal"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    GONE = "gone"
    REFUSED = "refused"
    SERVER_ERROR = "server_error"
    UNREADABLE = "unreadable"
    WRONG_TYPE = "wrong_type"


class FetchFailed(Exception):
    """Raised for a page that was not fetched."""

    def __init__(self, reason: FetchFailure) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class FetchLimits:
    """How long everything may take, how many bytes a page may have, and how often it may lead elsewhere."""

    seconds: float = 30.0
    size: int = 10 * 1024 * 1024
    redirects: int = 5


LIMITS = FetchLimits()


@dataclass(frozen=True)
class Page:
    """What an address shows, and the address at which it was found in the end."""

    address: str
    media_type: str
    content: bytes


def fetch_page(
    address: str, outside: Outside = INTERNET, limits: FetchLimits = LIMITS, media_types: Collection[str] = PAGE_TYPES
) -> Page:
    """Return the page at an address. Raises FetchFailed, also for another type of content and for an answer without a page."""
    with open_page(address, outside, limits) as (last_address, answer):
        refuse_status(answer.status)
        media_type = answer.headers.get_content_type()
        if media_type not in media_types:
            raise FetchFailed(FetchFailure.WRONG_TYPE)
        if answer.getheader("Content-Encoding", "identity") != "identity":  # although nothing else was asked for
            raise FetchFailed(FetchFailure.UNREADABLE)
        return Page(last_address, media_type, read_body(answer, limits.size))


def check_page(address: str, outside: Outside = INTERNET, limits: FetchLimits = LIMITS) -> str:
    """Return the address at which a page is found in the end, without reading it. Raises FetchFailed if there is none."""
    with open_page(address, outside, limits) as (last_address, answer):
        refuse_status(answer.status)
        return last_address


def refuse_status(status: int) -> None:
    """Raise FetchFailed for the status of an answer that is no page."""
    if status in GONE:
        raise FetchFailed(FetchFailure.GONE)
    if status >= 500:
        raise FetchFailed(FetchFailure.SERVER_ERROR)
    if status != 200:
        raise FetchFailed(FetchFailure.REFUSED)


def read_body(answer: HTTPResponse, limit: int) -> bytes:
    """Return the body of an answer. Raises FetchFailed if it is longer, or ends before it is complete."""
    content = answer.read(limit + 1)
    if len(content) > limit or (answer.length or 0) > limit:
        raise FetchFailed(FetchFailure.TOO_LARGE)
    if answer.length:
        raise FetchFailed(FetchFailure.UNREADABLE)
    return content


@contextmanager
def open_page(address: str, outside: Outside, limits: FetchLimits) -> Iterator[tuple[str, HTTPResponse]]:
    """Context manager: open an address, follow where it leads, and return the last address and its answer.

    Every address on the way is checked like the first one. Raises FetchFailed.
    """
    deadline = Deadline(limits.seconds)
    try:
        for _attempt in range(limits.redirects + 1):
            with open_answer(parse_target(address), outside, deadline) as answer:
                location = read_location(answer)
                if location is None:
                    yield address, answer
                    return
            address = urljoin(address, location)
        raise FetchFailed(FetchFailure.TOO_MANY_REDIRECTS)
    except (OSError, HTTPException, AddressInternal) as error:
        raise FetchFailed(explain_error(error, outside)) from error


def read_location(answer: HTTPResponse) -> str | None:
    """Return where an answer leads; None if it leads nowhere. Letters that were not escaped are UTF-8, as browsers read them."""
    location = answer.getheader("Location") if answer.status in REDIRECTS else None
    return location.encode("latin-1").decode(errors="replace") if location else None


def parse_target(address: str) -> SplitResult:
    """Return the parts of an address, its host as it is looked up. Raises FetchFailed for what is no page of the web."""
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and "@" not in parts.netloc and bool(parts.hostname)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise FetchFailed(FetchFailure.UNREADABLE) from error
    if not is_web:
        raise FetchFailed(FetchFailure.NOT_WEB)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return SplitResult(parts.scheme, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", path, query, "")


@contextmanager
def open_answer(target: SplitResult, outside: Outside, deadline: Deadline) -> Iterator[HTTPResponse]:
    """Context manager: ask for a page, and return the beginning of the answer."""
    host, port = target.hostname or "", target.port or 0
    with open_connection(outside, host, port, deadline.get_rest) as plain:
        plain.settimeout(deadline.get_rest())
        is_tls = target.scheme == "https"
        with outside.build_tls().wrap_socket(plain, server_hostname=host) if is_tls else plain as connection:
            client = HTTPConnection(host, port)
            client.default_port = 443 if is_tls else 80
            client.sock = cast(Any, TimedSocket(connection, deadline))
            client.request("GET", f"{target.path}?{target.query}" if target.query else target.path, headers=HEADERS)
            yield client.getresponse()


def explain_error(error: Exception, outside: Outside) -> FetchFailure:
    """Return why a page was not fetched."""
    if isinstance(error, AddressInternal):
        return FetchFailure.INTERNAL
    if isinstance(error, HTTPException):
        return FetchFailure.UNREADABLE
    if isinstance(error, TimeoutError):
        return FetchFailure.TOO_SLOW
    if isinstance(error, socket.gaierror):
        is_unknown = error.errno in UNKNOWN_NAMES and can_resolve(outside)
        return FetchFailure.UNKNOWN_HOST if is_unknown else FetchFailure.UNREACHABLE
    return FetchFailure.CERTIFICATE if isinstance(error, ssl.SSLCertVerificationError) else FetchFailure.UNREACHABLE

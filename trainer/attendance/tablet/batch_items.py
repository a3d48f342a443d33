"""What a tablet sends, item by item: read into shape, or refused with a reason; nothing here asks the database."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from trainer.attendance.models import Source, Status
from trainer.web import phones, text
from trainer.web.addresses import LARGEST

STATUSES = frozenset(map(str, Status))
CONSENT_LANGUAGES = frozenset(("kk", "ru"))  # in which a tablet can show what is agreed to
SOURCES = frozenset((str(Source.TAP), str(Source.SCAN)))
WIDTH, HEIGHT = 1000, 400  # of the field for signatures
MOST_POINTS = 5_000
LONGEST_NAME, LONGEST_TEXT, LONGEST_PHONE, LONGEST_VERSION = 80, 200, 20, 80
LONGEST_TYPED = 1000  # characters: nobody types more into one line
TYPED = ("surname", "given_name", "patronymic", "phone", "workplace", "position")
YEARS = range(1970, 2200)  # a clock may be wrong, but a moment must fit into every database
LARGEST_SKEW = 230 * 366 * 86_400_000  # milliseconds: so far is one end of those years from the other


class Refused(Exception):
    """An item can't be kept; the text is the reason, as the tablet is told."""


class Mark(NamedTuple):
    """Somebody's status in a session."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    status: str
    after: uuid.UUID | None
    at: datetime
    source: str
    skew: int | None


class Drawn(NamedTuple):
    """A signature."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    strokes: list[list[list[int]]]
    at: datetime
    skew: int | None


class WalkIn(NamedTuple):
    """Somebody who came without registering; a number as it was typed where it is none that can be called.

    `note` says what was left out of what was typed: "iin", or nothing.
    """

    id: uuid.UUID
    seminar: int
    surname: str
    given_name: str
    patronymic: str
    phone: str
    workplace: str
    position: str
    language: str
    consent: str
    photo: bool
    at: datetime
    skew: int | None
    note: str


Item = Mark | Drawn | WalkIn


def read_item(raw: Any) -> Item:
    """Read one item. Raises Refused."""
    try:
        return READERS[raw["kind"]](raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Refused("malformed") from error


def read_mark(raw: dict[str, Any]) -> Mark:
    """Read a mark."""
    after = raw["after"]
    return Mark(
        identity(raw["id"]),
        person(raw["person"]),
        number(raw["session"]),
        one_of(raw["status"], STATUSES),
        None if after is None else identity(after),
        moment(raw["at"]),
        one_of(raw["source"], SOURCES),
        skew(raw.get("skew")),
    )


def read_signature(raw: dict[str, Any]) -> Drawn:
    """Read a signature."""
    return Drawn(
        identity(raw["id"]),
        person(raw["person"]),
        number(raw["session"]),
        read_strokes(raw["strokes"]),
        moment(raw["at"]),
        skew(raw.get("skew")),
    )


def read_walk_in(raw: dict[str, Any]) -> WalkIn:
    """Read somebody who came without registering."""
    return WalkIn(
        identity(raw["id"]),
        number(raw["seminar"]),
        required(line(raw["surname"], LONGEST_NAME)),
        required(line(raw["given_name"], LONGEST_NAME)),
        line(raw["patronymic"], LONGEST_NAME),
        phone(raw["phone"]),
        line(raw["workplace"], LONGEST_TEXT),
        line(raw["position"], LONGEST_TEXT),
        one_of(raw["language"], CONSENT_LANGUAGES),
        line(raw["consent"], LONGEST_VERSION),
        truth(raw["photo"]),
        moment(raw["at"]),
        skew(raw.get("skew")),
        "iin" if any(text.holds_iin(raw[each]) for each in TYPED) else "",
    )


READERS: dict[str, Callable[[dict[str, Any]], Item]] = {
    "mark": read_mark,
    "signature": read_signature,
    "walk_in": read_walk_in,
}


def identity(raw: Any) -> uuid.UUID:
    """Read the name that a device gave to what it made."""
    if not isinstance(raw, str) or len(raw) != 36:
        raise Refused("malformed")
    return uuid.UUID(raw)


def person(raw: Any) -> int | uuid.UUID:
    """Read who is meant: a registration, or somebody who came without one."""
    return identity(raw) if isinstance(raw, str) else number(raw)


def number(raw: Any) -> int:
    """Read the number of a row."""
    if type(raw) is not int:  # True is no number here
        raise Refused("malformed")
    return raw if 0 < raw <= LARGEST else 0


def one_of(raw: Any, known: frozenset[str]) -> str:
    """Read one of a few words."""
    if raw not in known:
        raise Refused("malformed")
    return str(raw)


def truth(raw: Any) -> bool:
    """Read yes or no."""
    if not isinstance(raw, bool):
        raise Refused("malformed")
    return raw


def moment(raw: Any) -> datetime:
    """Read a moment that says its zone."""
    found = datetime.fromisoformat(raw)
    if found.tzinfo is not UTC:
        found = found.astimezone(UTC) if found.tzinfo else found
    if found.tzinfo is None or found.year not in YEARS:
        raise Refused("malformed")
    return found


def skew(raw: Any) -> int | None:
    """Read how many milliseconds the clock was behind ours when the item was made; None where the tablet did not know."""
    if type(raw) is not int or abs(raw) > LARGEST_SKEW:
        return None  # nothing is refused for it: the batch says how the clock is now
    return raw


def line(raw: Any, longest: int) -> str:
    """Read a line of text. Who typed it has left, so what a form would send back is left out, and what is too long is cut."""
    if not isinstance(raw, str) or len(raw) > LONGEST_TYPED:
        raise Refused("malformed")
    return text.plain_line(text.plain_line(raw)[:longest])  # again, as a number that is cut may become an IIN


def required(name: str) -> str:
    """Give a name that has letters."""
    if not any(each.isalpha() for each in name):
        raise Refused("name")
    return name


def phone(raw: Any) -> str:
    """Give the number in E.164, or what was typed: nobody in the hall is sent away for a number."""
    try:
        return phones.normalise(line(raw, LONGEST_TYPED))
    except phones.PhoneRefused:
        return line(raw, LONGEST_PHONE)


def read_strokes(raw: Any) -> list[list[list[int]]]:
    """Read lines of points on the field."""
    if not isinstance(raw, list) or not raw or sum(map(len, raw)) > MOST_POINTS:
        raise Refused("malformed")
    for stroke in raw:
        if not isinstance(stroke, list) or not stroke or not all(map(on_field, stroke)):
            raise Refused("malformed")
    return raw


def on_field(point: Any) -> bool:
    """Whether a point is one of the field for signatures."""
    if not isinstance(point, list) or len(point) != 2 or not all(type(each) is int for each in point):
        return False
    across, down = point
    return bool(0 <= across <= WIDTH and 0 <= down <= HEIGHT)

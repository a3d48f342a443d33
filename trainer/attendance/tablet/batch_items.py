"""Parsing and validation of items sent by tablets: marks, signatures, walk-ins. No database access."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from trainer.attendance.models import AttendanceStatus, MarkSource
from trainer.web import phones, text
from trainer.web.addresses import MAX_ROW_NUMBER

STATUS_VALUES = frozenset(map(str, AttendanceStatus))
CONSENT_LANGUAGES = frozenset(("kk", "ru"))  # in which a tablet shows the consent
TABLET_SOURCES = frozenset((str(MarkSource.TAP), str(MarkSource.SCAN)))
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 1000, 400  # units of the coordinates of strokes
MAX_SIGNATURE_POINTS = 5_000
MAX_NAME_LENGTH, MAX_TEXT_LENGTH, MAX_PHONE_LENGTH, MAX_VERSION_LENGTH = 80, 200, 60, 80
MAX_TYPED_LENGTH = 1000  # characters; a longer text was not typed into a field
NAME_FIELDS, DETAIL_FIELDS = ("surname", "given_name", "patronymic"), ("phone", "workplace", "position")
TYPED_FIELDS = (*NAME_FIELDS, *DETAIL_FIELDS)
ALLOWED_YEARS = range(1970, 2200)  # clocks may be wrong, but every database must be able to store the time
MAX_SKEW_MS = 230 * 366 * 86_400_000  # the span of ALLOWED_YEARS


class ItemRefused(Exception):
    """An item is invalid; the text is the reason in the API's answer."""


class MarkItem(NamedTuple):
    """A mark: status of a person in a session. `person` is a registration id or a walk-in id."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    status: str
    after: uuid.UUID | None
    made_at: datetime
    source: str
    skew: int | None


class SignatureItem(NamedTuple):
    """A signature of a person for a session, as strokes of points [x, y]."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    strokes: list[list[list[int]]]
    made_at: datetime
    skew: int | None


class WalkInItem(NamedTuple):
    """A person who came without registering. `phone` is in E.164, or as typed if it is not a valid number.

    `omitted` is "iin" if an IIN was removed from the text, else empty.
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
    consent_version: str
    has_photo_consent: bool
    made_at: datetime
    skew: int | None
    omitted: str


SyncItem = MarkItem | SignatureItem | WalkInItem


def parse_item(raw: Any) -> SyncItem:
    """Parse an item of any kind. Raises ItemRefused."""
    try:
        return ITEM_PARSERS[raw["kind"]](raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ItemRefused("malformed") from error


def has_walk_in(raw_items: Iterable[Any]) -> bool:
    """Return whether some of the items register somebody, valid or not."""
    return any(isinstance(raw, dict) and raw.get("kind") == "walk_in" for raw in raw_items)


def parse_mark(raw: dict[str, Any]) -> MarkItem:
    """Parse a mark."""
    after = raw["after"]
    return MarkItem(
        parse_item_id(raw["id"]),
        parse_person_reference(raw["person"]),
        parse_row_id(raw["session"]),
        parse_known_word(raw["status"], STATUS_VALUES),
        None if after is None else parse_item_id(after),
        parse_timestamp(raw["at"]),
        parse_known_word(raw["source"], TABLET_SOURCES),
        parse_skew(raw.get("skew")),
    )


def parse_signature(raw: dict[str, Any]) -> SignatureItem:
    """Parse a signature."""
    return SignatureItem(
        parse_item_id(raw["id"]),
        parse_person_reference(raw["person"]),
        parse_row_id(raw["session"]),
        parse_strokes(raw["strokes"]),
        parse_timestamp(raw["at"]),
        parse_skew(raw.get("skew")),
    )


def parse_walk_in(raw: dict[str, Any]) -> WalkInItem:
    """Parse a walk-in."""
    surname, given_name = parse_names(raw["surname"], raw["given_name"])
    return WalkInItem(
        parse_item_id(raw["id"]),
        parse_row_id(raw["seminar"]),
        surname,
        given_name,
        parse_typed_line(raw["patronymic"], MAX_NAME_LENGTH),
        parse_phone_or_text(raw["phone"]),
        parse_typed_line(raw["workplace"], MAX_TEXT_LENGTH),
        parse_typed_line(raw["position"], MAX_TEXT_LENGTH),
        parse_known_word(raw["language"], CONSENT_LANGUAGES),
        parse_typed_line(raw["consent"], MAX_VERSION_LENGTH),
        parse_boolean(raw["photo"]),
        parse_timestamp(raw["at"]),
        parse_skew(raw.get("skew")),
        "iin" if any(text.has_iin(raw[name]) for name in TYPED_FIELDS) else "",
    )


ITEM_PARSERS: dict[str, Callable[[dict[str, Any]], SyncItem]] = {
    "mark": parse_mark,
    "signature": parse_signature,
    "walk_in": parse_walk_in,
}


def parse_item_id(raw: Any) -> uuid.UUID:
    """Parse the UUID that the device gave to an item. Raises ItemRefused and ValueError."""
    if not isinstance(raw, str) or len(raw) != 36:
        raise ItemRefused("malformed")
    return uuid.UUID(raw)


def parse_uuid_or_none(raw: Any) -> uuid.UUID | None:
    """Return the UUID that a device gave, or None."""
    try:
        return parse_item_id(raw)
    except (ItemRefused, ValueError):
        return None


def parse_person_reference(raw: Any) -> int | uuid.UUID:
    """Parse a reference to a person: a registration id, or the UUID of a walk-in."""
    return parse_item_id(raw) if isinstance(raw, str) else parse_row_id(raw)


def parse_row_id(raw: Any) -> int:
    """Parse a row id; return 0, which no row has, for a number out of range. Raises ItemRefused."""
    if type(raw) is not int:  # excludes bool
        raise ItemRefused("malformed")
    return raw if 0 < raw <= MAX_ROW_NUMBER else 0


def parse_known_word(raw: Any, known_words: frozenset[str]) -> str:
    """Parse one of the known words. Raises ItemRefused."""
    if raw not in known_words:
        raise ItemRefused("malformed")
    return str(raw)


def parse_boolean(raw: Any) -> bool:
    """Parse a boolean. Raises ItemRefused."""
    if not isinstance(raw, bool):
        raise ItemRefused("malformed")
    return raw


def parse_timestamp(raw: Any) -> datetime:
    """Parse a time with a zone; return it in UTC. Raises ItemRefused, TypeError, ValueError and OverflowError."""
    timestamp = datetime.fromisoformat(raw)
    if timestamp.tzinfo is not UTC:
        timestamp = timestamp.astimezone(UTC) if timestamp.tzinfo else timestamp
    if timestamp.tzinfo is None or timestamp.year not in ALLOWED_YEARS:
        raise ItemRefused("malformed")
    return timestamp


def parse_skew(raw: Any) -> int | None:
    """Parse the skew of an item in milliseconds; None if the tablet did not know it or it is invalid."""
    if type(raw) is not int or abs(raw) > MAX_SKEW_MS:
        return None  # the current skew of the batch is used instead
    return raw


def parse_typed_line(raw: Any, max_length: int) -> str:
    """Parse a line of text: remove what a form would refuse, and cut it to `max_length`. Raises ItemRefused.

    Unlike in a form, the author can't be asked to correct it.
    """
    if not isinstance(raw, str) or len(raw) > MAX_TYPED_LENGTH:
        raise ItemRefused("malformed")
    shortened = text.clean_plain_line(raw)[:max_length]
    return text.clean_plain_line(shortened)  # again, because cutting a number may leave an IIN


def parse_line_or_empty(raw: Any) -> str:
    """Return a text as it would be stored, without an IIN; empty if it is not a line of text."""
    try:
        return parse_typed_line(raw, MAX_TEXT_LENGTH)
    except ItemRefused:
        return ""


def format_walk_in_name(raw: Mapping[str, Any]) -> str:
    """Return the full name in a walk-in item, as far as it can be read; empty for other items."""
    return " ".join(filter(None, (parse_line_or_empty(raw.get(name)) for name in NAME_FIELDS)))


def list_walk_in_details(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Return phone, workplace and position in a walk-in item, as far as they can be read."""
    return tuple(filter(None, (parse_line_or_empty(raw.get(name)) for name in DETAIL_FIELDS)))


def parse_names(surname: str, given_name: str) -> list[str]:
    """Parse surname and given name, of which somebody may have only one. Raises ItemRefused if one that was typed has no letters."""
    names = [surname.strip(), given_name.strip()]
    return [
        require_letters(parse_typed_line(name, MAX_NAME_LENGTH)) if name or not any(names) else "" for name in names
    ]


def require_letters(name: str) -> str:
    """Return the name if it has letters. Raises ItemRefused."""
    if not any(character.isalpha() for character in name):
        raise ItemRefused("name")
    return name


def parse_phone_or_text(raw: Any) -> str:
    """Return a phone number in E.164, or the typed text: an invalid number must not prevent a registration."""
    try:
        return phones.normalise_phone(parse_typed_line(raw, MAX_TYPED_LENGTH))
    except phones.PhoneInvalid:
        return parse_typed_line(raw, MAX_PHONE_LENGTH)


def parse_strokes(raw: Any) -> list[list[list[int]]]:
    """Parse the strokes of a signature. Raises ItemRefused."""
    if not isinstance(raw, list) or not raw or sum(map(len, raw)) > MAX_SIGNATURE_POINTS:
        raise ItemRefused("malformed")
    for stroke in raw:
        if not isinstance(stroke, list) or not stroke or not all(map(is_point_on_field, stroke)):
            raise ItemRefused("malformed")
    return raw


def is_point_on_field(point: Any) -> bool:
    """Return whether a value is a point [x, y] of integers on the signature field."""
    if not isinstance(point, list) or len(point) != 2 or not all(type(coordinate) is int for coordinate in point):
        return False
    x, y = point
    return bool(0 <= x <= SIGNATURE_WIDTH and 0 <= y <= SIGNATURE_HEIGHT)

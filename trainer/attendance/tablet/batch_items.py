"""What a tablet sends, item by item: read into shape, or refused with a reason; nothing here asks the database."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from trainer.attendance.models import AttendanceStatus, MarkSource
from trainer.web import phones, text
from trainer.web.addresses import MAX_ROW_NUMBER

STATUS_VALUES = frozenset(map(str, AttendanceStatus))
CONSENT_LANGUAGES = frozenset(("kk", "ru"))  # in which a tablet can show what is agreed to
TABLET_SOURCES = frozenset((str(MarkSource.TAP), str(MarkSource.SCAN)))
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 1000, 400  # of the field for signatures
MAX_SIGNATURE_POINTS = 5_000
MAX_NAME_LENGTH, MAX_TEXT_LENGTH, MAX_PHONE_LENGTH, MAX_VERSION_LENGTH = 80, 200, 20, 80
MAX_TYPED_LENGTH = 1000  # characters: nobody types more into one line
TYPED_FIELDS = ("surname", "given_name", "patronymic", "phone", "workplace", "position")
ALLOWED_YEARS = range(1970, 2200)  # a clock may be wrong, but a moment must fit into every database
MAX_SKEW_MS = 230 * 366 * 86_400_000  # milliseconds: so far is one end of those years from the other


class ItemRefused(Exception):
    """An item can't be kept; the text is the reason, as the tablet is told."""


class MarkItem(NamedTuple):
    """Somebody's status in a session."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    status: str
    after: uuid.UUID | None
    made_at: datetime
    source: str
    skew: int | None


class SignatureItem(NamedTuple):
    """A signature."""

    id: uuid.UUID
    person: int | uuid.UUID
    session: int
    strokes: list[list[list[int]]]
    made_at: datetime
    skew: int | None


class WalkInItem(NamedTuple):
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
    consent_version: str
    has_photo_consent: bool
    made_at: datetime
    skew: int | None
    omitted: str


SyncItem = MarkItem | SignatureItem | WalkInItem


def parse_item(raw: Any) -> SyncItem:
    """Read one item. Raises Refused."""
    try:
        return ITEM_PARSERS[raw["kind"]](raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ItemRefused("malformed") from error


def parse_mark(raw: dict[str, Any]) -> MarkItem:
    """Read a mark."""
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
    """Read a signature."""
    return SignatureItem(
        parse_item_id(raw["id"]),
        parse_person_reference(raw["person"]),
        parse_row_id(raw["session"]),
        parse_strokes(raw["strokes"]),
        parse_timestamp(raw["at"]),
        parse_skew(raw.get("skew")),
    )


def parse_walk_in(raw: dict[str, Any]) -> WalkInItem:
    """Read somebody who came without registering."""
    return WalkInItem(
        parse_item_id(raw["id"]),
        parse_row_id(raw["seminar"]),
        require_letters(parse_typed_line(raw["surname"], MAX_NAME_LENGTH)),
        require_letters(parse_typed_line(raw["given_name"], MAX_NAME_LENGTH)),
        parse_typed_line(raw["patronymic"], MAX_NAME_LENGTH),
        parse_phone_or_text(raw["phone"]),
        parse_typed_line(raw["workplace"], MAX_TEXT_LENGTH),
        parse_typed_line(raw["position"], MAX_TEXT_LENGTH),
        parse_known_word(raw["language"], CONSENT_LANGUAGES),
        parse_typed_line(raw["consent"], MAX_VERSION_LENGTH),
        parse_boolean(raw["photo"]),
        parse_timestamp(raw["at"]),
        parse_skew(raw.get("skew")),
        "iin" if any(text.has_iin(raw[each]) for each in TYPED_FIELDS) else "",
    )


ITEM_PARSERS: dict[str, Callable[[dict[str, Any]], SyncItem]] = {
    "mark": parse_mark,
    "signature": parse_signature,
    "walk_in": parse_walk_in,
}


def parse_item_id(raw: Any) -> uuid.UUID:
    """Read the name that a device gave to what it made."""
    if not isinstance(raw, str) or len(raw) != 36:
        raise ItemRefused("malformed")
    return uuid.UUID(raw)


def parse_person_reference(raw: Any) -> int | uuid.UUID:
    """Read who is meant: a registration, or somebody who came without one."""
    return parse_item_id(raw) if isinstance(raw, str) else parse_row_id(raw)


def parse_row_id(raw: Any) -> int:
    """Read the number of a row."""
    if type(raw) is not int:  # True is no number here
        raise ItemRefused("malformed")
    return raw if 0 < raw <= MAX_ROW_NUMBER else 0


def parse_known_word(raw: Any, known_words: frozenset[str]) -> str:
    """Read one of a few words."""
    if raw not in known_words:
        raise ItemRefused("malformed")
    return str(raw)


def parse_boolean(raw: Any) -> bool:
    """Read yes or no."""
    if not isinstance(raw, bool):
        raise ItemRefused("malformed")
    return raw


def parse_timestamp(raw: Any) -> datetime:
    """Read a moment that says its zone."""
    found = datetime.fromisoformat(raw)
    if found.tzinfo is not UTC:
        found = found.astimezone(UTC) if found.tzinfo else found
    if found.tzinfo is None or found.year not in ALLOWED_YEARS:
        raise ItemRefused("malformed")
    return found


def parse_skew(raw: Any) -> int | None:
    """Read how many milliseconds the clock was behind ours when the item was made; None where the tablet did not know."""
    if type(raw) is not int or abs(raw) > MAX_SKEW_MS:
        return None  # nothing is refused for it: the batch says how the clock is now
    return raw


def parse_typed_line(raw: Any, max_length: int) -> str:
    """Read a line of text. Who typed it has left, so what a form would send back is left out, and what is too long is cut."""
    if not isinstance(raw, str) or len(raw) > MAX_TYPED_LENGTH:
        raise ItemRefused("malformed")
    return text.clean_plain_line(
        text.clean_plain_line(raw)[:max_length]
    )  # again, as a number that is cut may become an IIN


def require_letters(name: str) -> str:
    """Give a name that has letters."""
    if not any(each.isalpha() for each in name):
        raise ItemRefused("name")
    return name


def parse_phone_or_text(raw: Any) -> str:
    """Give the number in E.164, or what was typed: nobody in the hall is sent away for a number."""
    try:
        return phones.normalise_phone(parse_typed_line(raw, MAX_TYPED_LENGTH))
    except phones.PhoneInvalid:
        return parse_typed_line(raw, MAX_PHONE_LENGTH)


def parse_strokes(raw: Any) -> list[list[list[int]]]:
    """Read lines of points on the field."""
    if not isinstance(raw, list) or not raw or sum(map(len, raw)) > MAX_SIGNATURE_POINTS:
        raise ItemRefused("malformed")
    for stroke in raw:
        if not isinstance(stroke, list) or not stroke or not all(map(is_point_on_field, stroke)):
            raise ItemRefused("malformed")
    return raw


def is_point_on_field(point: Any) -> bool:
    """Whether a point is one of the field for signatures."""
    if not isinstance(point, list) or len(point) != 2 or not all(type(each) is int for each in point):
        return False
    across, down = point
    return bool(0 <= across <= SIGNATURE_WIDTH and 0 <= down <= SIGNATURE_HEIGHT)

"""Rows as facts: only the columns that figures need, with the values they had at the moment asked for.

Tables that keep only the present get their earlier values from the audit log, which holds what organizers changed. What
people or jobs change by themselves leaves none; those tables have times of their own.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from trainer.audit.earlier_values import EarlierValues
from trainer.language.translated import Translated


class SeminarRecord(NamedTuple):
    """A row of `seminar`."""

    id: int
    activity_id: int = 0
    kind: str = ""
    audience: str = ""
    cancelled_at: datetime | None = None
    city: Translated = Translated()


class SessionRecord(NamedTuple):
    """A row of `seminar_session`; `agenda` only says whether there is one, unless it comes from the audit log."""

    id: int
    seminar_id: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    agenda: list[dict[str, Any]] | bool | None = None


class RegistrationRecord(NamedTuple):
    """A row of `registration`; `is_changed_later` says that its status is newer than the moment asked for."""

    id: int
    person_id: int = 0
    seminar_id: int = 0
    status: str = ""
    merged_into_id: int | None = None
    is_changed_later: bool = False


class ItemRecord(NamedTuple):
    """A row of `evidence_item`."""

    id: int
    activity_id: int | None = None
    kind: str = ""
    media_kind: str = ""
    taken_at: datetime | None = None
    month: date | None = None
    uploaded_at: datetime | None = None
    removed_at: datetime | None = None


class PublicationRecord(NamedTuple):
    """A row of `publication`."""

    id: int
    activity_id: int | None = None
    kind: str = ""
    published_on: date | None = None
    removed_at: datetime | None = None


class LinkRecord(NamedTuple):
    """A row of `evidence_link`."""

    id: int
    indicator_id: int = 0
    item_id: int | None = None
    publication_id: int | None = None
    removed_at: datetime | None = None


class EntryRecord(NamedTuple):
    """A row of `register_entry`."""

    id: int
    kind: str = ""
    since: date | None = None
    until: date | None = None
    removed_at: datetime | None = None


class HandOverRecord(NamedTuple):
    """A row of `hand_over`."""

    id: int
    item_id: int = 0
    handed_on: date | None = None
    removed_at: datetime | None = None


class ViewsRecord(NamedTuple):
    """A row of `publication_views`."""

    publication_id: int
    counted_on: date
    id: int
    views: int


class CertificateRecord(NamedTuple):
    """A row of `issued_certificate`."""

    id: int
    seminar_id: int
    issued_on: date


Record = TypeVar(
    "Record",
    SeminarRecord,
    SessionRecord,
    RegistrationRecord,
    ItemRecord,
    PublicationRecord,
    LinkRecord,
    EntryRecord,
    HandOverRecord,
)
TABLES: dict[type[Any], str] = {
    SeminarRecord: "seminar",
    SessionRecord: "seminar_session",
    RegistrationRecord: "registration",
    ItemRecord: "evidence_item",
    PublicationRecord: "publication",
    LinkRecord: "evidence_link",
    EntryRecord: "register_entry",
    HandOverRecord: "hand_over",
}
MOMENTS = ("cancelled_at", "starts_at", "ends_at", "taken_at", "uploaded_at", "removed_at")
DAYS = ("month", "published_on", "since", "until", "handed_on")
PARSERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(MOMENTS, datetime.fromisoformat),
    **dict.fromkeys(DAYS, date.fromisoformat),
    "city": Translated.from_mapping,
}
"""How a value of the audit log becomes one of a record again, by column."""


def restore_records(record: type[Record], rows: Iterable[Any], earlier: EarlierValues) -> dict[int, Record]:
    """Return rows of a table as records by id, as they were at the moment of the earlier values."""
    build: Callable[[Iterable[Any]], Record] = record._make  # takes half the time of a call with the values
    records = {row[0]: build(row) for row in rows}
    if not earlier.values:
        return records
    table = TABLES[record]
    for kind, row_id in earlier.created:
        if kind == table:
            records.pop(int(row_id), None)
    for (kind, row_id), values in earlier.values.items():
        if kind == table and int(row_id) in records:
            number = int(row_id)
            records[number] = records[number]._replace(**parse_values(record, values))
    for number, values in earlier.list_deleted(table).items():
        records.setdefault(number, record(number, **parse_values(record, values)))
    return records


def parse_values(record: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values of the audit log that a record has, as it has them."""
    return {
        name: PARSERS[name](value) if name in PARSERS and value is not None else value
        for name, value in values.items()
        if name in record._fields and not (value is None and name in ("audience", "kind", "status", "city"))
    }

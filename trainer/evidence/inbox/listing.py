"""Lists of files: filters of the inbox, and those of an activity."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.accounts.models import User
from trainer.evidence.models import Cleaning, EvidenceItem, MediaKind

BY_LINK = "link"
"""The uploader of the filter for files that came by an upload link."""


class Place(StrEnum):
    """Where a file lies."""

    INBOX = "inbox"
    SORTED = "sorted"
    UNDECIDED = "undecided"  # place and device can't be removed, and nobody has decided whether others may get it
    REMOVED = "removed"


@dataclass(frozen=True)
class EvidenceFilter:
    """Which files are listed; what is empty filters nothing."""

    place: Place = Place.INBOX
    query: str = ""
    media_kind: str = ""
    uploader: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything but place and words is chosen."""
        return bool(self.media_kind or self.uploader or self.since or self.until)

    def to_arguments(self) -> dict[str, str]:
        """Return the filter as a query string."""
        values = {
            "show": "" if self.place == Place.INBOX else self.place,
            "query": self.query,
            "type": self.media_kind,
            "who": self.uploader,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in values.items() if value}


def parse_filter(arguments: Mapping[str, str], query: str) -> EvidenceFilter:
    """Return the filter of a query string; what can't be read filters nothing."""
    place, uploader, media_kind = arguments.get("show", ""), arguments.get("who", ""), arguments.get("type", "")
    is_uploader = uploader == BY_LINK or (uploader.isascii() and uploader.isdigit() and len(uploader) < 10)
    return EvidenceFilter(
        Place(place) if place in set(Place) else Place.INBOX,
        query,
        media_kind if media_kind in set(MediaKind) else "",
        uploader if is_uploader else "",
        parse_day(arguments.get("since", "")),
        parse_day(arguments.get("until", "")),
    )


def parse_day(text: str) -> date | None:
    """Return a day in ISO 8601, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def select_items(project_id: int, filter_: EvidenceFilter, zone: ZoneInfo) -> Select[EvidenceItem]:
    """Return a SELECT of the files of a project under a filter, the latest first. Days count by the project's zone."""
    query = select(EvidenceItem).where(EvidenceItem.project_id == project_id, build_place_clause(filter_.place))
    if filter_.query:
        query = query.where(build_words_clause(filter_.query))
    if filter_.media_kind:
        query = query.where(EvidenceItem.media_kind == filter_.media_kind)
    if filter_.uploader == BY_LINK:
        query = query.where(EvidenceItem.upload_link_id.is_not(None))
    elif filter_.uploader:
        query = query.where(EvidenceItem.uploaded_by_id == int(filter_.uploader))
    moment = func.coalesce(EvidenceItem.taken_at, EvidenceItem.uploaded_at, type_=EvidenceItem.uploaded_at.type)
    if filter_.since:
        query = query.where(moment >= datetime.combine(filter_.since, time(), zone))
    if filter_.until:
        query = query.where(moment < datetime.combine(filter_.until + timedelta(days=1), time(), zone))
    return query.order_by(EvidenceItem.id.desc()).options(
        joinedload(EvidenceItem.uploaded_by), joinedload(EvidenceItem.activity)
    )


def build_place_clause(place: Place) -> ColumnElement[bool]:
    """Return the condition that a file lies in a place."""
    is_there = EvidenceItem.removed_at.is_(None)
    clauses = {
        Place.INBOX: is_there & EvidenceItem.activity_id.is_(None),
        Place.SORTED: is_there & EvidenceItem.activity_id.is_not(None),
        Place.UNDECIDED: is_there & (EvidenceItem.cleaning == Cleaning.IMPOSSIBLE),
        Place.REMOVED: EvidenceItem.removed_at.is_not(None),
    }
    return clauses[place]


def build_words_clause(text: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in the name or the caption, in the usual spellings of capitals.

    SQLite knows capitals of Latin letters only. A caption is JSON, in which other letters are escaped.
    """
    spellings = {text, text.lower(), text.upper(), text.capitalize()}
    caption = cast(EvidenceItem.caption, String)
    in_name = [EvidenceItem.file_name.icontains(spelling, autoescape=True) for spelling in spellings]
    in_caption = [caption.icontains(json.dumps(spelling)[1:-1], autoescape=True) for spelling in spellings]
    return or_(*in_name, *in_caption)


def count_places(session: Session, project_id: int) -> dict[Place, int]:
    """Return how many files of a project lie in each place, by one query."""
    counts = [
        select(func.count(EvidenceItem.id)).where(EvidenceItem.project_id == project_id, build_place_clause(place))
        for place in Place
    ]
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(Place, row, strict=True))


def list_uploaders(session: Session, project_id: int) -> list[User]:
    """Return the colleagues who have uploaded to a project, by name."""
    uploaders = select(EvidenceItem.uploaded_by_id).where(EvidenceItem.project_id == project_id)
    return list(session.scalars(select(User).where(User.id.in_(uploaders)).order_by(User.name, User.id)))

"""The schedule of a seminar: when and where it is held, or that it is not. This is what people are told.

A schedule is a copy that changes of the seminar leave as it is, and is stored as JSON with every change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class ScheduledSession:
    """A session as it was at a time; `uid` stays the same when it is moved."""

    uid: str
    title: Translated
    starts_at: datetime
    ends_at: datetime

    def to_mapping(self) -> dict[str, Any]:
        """Return the session for a JSON column; times are ISO 8601."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return {"uid": self.uid, "title": self.title.to_mapping(), **times}

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "ScheduledSession":
        """Return the session of a JSON column."""
        starts_at, ends_at = (datetime.fromisoformat(mapping[name]) for name in ("starts_at", "ends_at"))
        return cls(mapping["uid"], Translated.from_mapping(mapping["title"]), starts_at, ends_at)


@dataclass(frozen=True)
class Schedule:
    """When and where a seminar is held, sessions in the order of their start; `reason` says why it was cancelled."""

    format: str
    venue: Translated
    city: Translated
    sessions: tuple[ScheduledSession, ...]
    is_cancelled: bool = False
    reason: Translated = field(default_factory=Translated)

    def to_mapping(self) -> dict[str, Any]:
        """Return the schedule for a JSON column."""
        return {
            "format": self.format,
            "venue": self.venue.to_mapping(),
            "city": self.city.to_mapping(),
            "sessions": [session.to_mapping() for session in self.sessions],
            "is_cancelled": self.is_cancelled,
            "reason": self.reason.to_mapping(),
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Schedule":
        """Return the schedule of a JSON column."""
        venue, city, reason = (Translated.from_mapping(mapping[name]) for name in ("venue", "city", "reason"))
        sessions = tuple(ScheduledSession.from_mapping(session) for session in mapping["sessions"])
        return cls(mapping["format"], venue, city, sessions, mapping["is_cancelled"], reason)


def build_schedule(seminar: Seminar) -> Schedule:
    """Return the present schedule of a seminar whose sessions have ids."""
    sessions = [
        ScheduledSession(session.uid, session.title, session.starts_at, session.ends_at) for session in seminar.sessions
    ]
    return Schedule(
        format=seminar.format,
        venue=seminar.venue,
        city=seminar.city,
        sessions=tuple(sorted(sessions, key=lambda session: (session.starts_at, session.uid))),
        is_cancelled=seminar.is_cancelled,
        reason=seminar.cancellation_reason,
    )

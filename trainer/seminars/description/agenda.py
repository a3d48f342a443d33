"""The agenda of a session: what happens when, who speaks, and the breaks. Programmes are made from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from trainer.language.translated import Translated
from trainer.seminars.models import SeminarSession


@dataclass(frozen=True)
class AgendaItem:
    """A line of an agenda; `begins` is a local time."""

    begins: time
    topic: Translated
    speaker: str = ""
    is_break: bool = False

    @property
    def title(self) -> Translated:
        """Return the topic; of a break without one, the word for it in Kazakh and Russian, as programmes print it."""
        return self.topic or (Translated("Үзіліс", "Перерыв", "Break") if self.is_break else self.topic)

    def to_mapping(self) -> dict[str, Any]:
        """Return the line for a JSON column."""
        return {
            "begins": f"{self.begins:%H:%M}",
            "topic": self.topic.to_mapping(),
            "speaker": self.speaker,
            "is_break": self.is_break,
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "AgendaItem":
        """Return the line of a JSON column."""
        topic = Translated.from_mapping(mapping["topic"])
        return cls(time.fromisoformat(mapping["begins"]), topic, mapping["speaker"], mapping["is_break"])


def read_agenda(session: SeminarSession) -> list[AgendaItem]:
    """Return the agenda of a session in the order of time."""
    return [AgendaItem.from_mapping(item) for item in session.agenda]


def write_agenda(session: SeminarSession, items: Sequence[AgendaItem]) -> None:
    """Store the agenda of a session."""
    session.agenda = [item.to_mapping() for item in items]


def build_agenda_form_data(session: SeminarSession) -> list[dict[str, Any]]:
    """Return the values of the agenda's rows in the form of the session."""
    return [
        {
            "begins": item.begins,
            "topic_kk": item.topic.kk,
            "topic_ru": item.topic.ru,
            "speaker": item.speaker,
            "is_break": item.is_break,
        }
        for item in read_agenda(session)
    ]

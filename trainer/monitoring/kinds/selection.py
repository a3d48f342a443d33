"""What a kind of indicator is asked, and the rows that it answers with. The figure is what these rows add up to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.projects.models import Indicator


class RowKind(StrEnum):
    """What a counted row is."""

    PERSON = "person"
    SEMINAR = "seminar"
    SURVEY = "survey"
    CERTIFICATE = "certificate"
    ITEM = "item"
    PUBLICATION = "publication"
    ENTRY = "entry"  # of a register


class CountedRow(NamedTuple):
    """A row that counts: one person, file, … `amount` is what it adds, such as views.

    Of a percentage `amount` is the part and `total` the whole, such as satisfied answers and all answers.
    """

    kind: RowKind
    id: int
    amount: int = 1
    total: int = 0
    seminar_id: int | None = None
    """The seminar whose list it stands on."""
    day: date | None = None
    """The local day to which it belongs."""
    month: date | None = None
    """The first day of the month to which it belongs."""


@dataclass(frozen=True)
class Target:
    """A planned value of an indicator."""

    comparator: str
    value: int
    unit: str
    per: str = "project"
    proof: str = ""

    @classmethod
    def from_json(cls, planned: Mapping[str, Any]) -> "Target":
        """Return a planned value as the plan holds it."""
        return cls(
            comparator=planned["comparator"],
            value=int(planned["value"]),
            unit=planned["unit"],
            per=planned.get("per") or "project",
            proof=planned.get("proof") or "",
        )

    def to_json(self) -> dict[str, Any]:
        """Return the target as the plan holds it."""
        return asdict(self)


SelectRows = Callable[[ProjectFacts, Indicator, Target], list[CountedRow]]
"""Selects the rows that count for a target of an indicator. The same row may stand on several lists; it counts once."""


def get_month(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def list_distinct_rows(rows: Iterable[CountedRow]) -> list[CountedRow]:
    """Return each row once, where it occurs first, kind by kind."""
    distinct: dict[RowKind, dict[int, CountedRow]] = defaultdict(dict)
    for row in rows:
        distinct[row.kind].setdefault(row.id, row)
    return [row for of_kind in distinct.values() for row in of_kind.values()]

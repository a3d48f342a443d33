"""Parts of a target: each list, event, day of the trip or month for which the plan asks for the same, and the rows of each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.kinds.people import list_participant_lists
from trainer.monitoring.kinds.selection import CountedRow, get_month
from trainer.projects.models import Activity, Indicator
from trainer.seminars.models import SeminarKind

Place = int | date | None
"""By what the rows of a part are found: the id of a seminar, a day, or the first day of a month."""


@dataclass(frozen=True)
class PartKey:
    """What one part of a target is: the days of a seminar, one of which a row without a seminar must have, a day, a month."""

    seminar_id: int | None = None
    days: tuple[date, ...] = ()
    day: date | None = None
    month: date | None = None

    def list_places(self) -> Iterator[Place]:
        """Yield the places whose rows belong to the part."""
        yield from (place for place in (self.seminar_id, self.day, self.month, *self.days) if place is not None)


@dataclass(frozen=True)
class PartKind:
    """How the parts of a target are listed, and by what a row finds its part."""

    list_keys: Callable[[ProjectFacts, Indicator], list[PartKey]]
    find_place: Callable[[CountedRow], Place]


def divide_rows(
    kind: PartKind, facts: ProjectFacts, indicator: Indicator, rows: Iterable[CountedRow]
) -> list[tuple[PartKey, list[CountedRow]]]:
    """Return the parts of a target with the rows of each, in their order; looks at each row once.

    A row without a seminar belongs to every seminar that was held on its day.
    """
    divided: list[tuple[PartKey, list[CountedRow]]] = [(key, []) for key in kind.list_keys(facts, indicator)]
    by_place: dict[Place, list[list[CountedRow]]] = defaultdict(list)
    for key, own in divided:
        for place in key.list_places():
            by_place[place].append(own)
    for row in rows:
        for own in by_place.get(kind.find_place(row), ()):
            own.append(row)
    return divided


def find_seminar_or_day(row: CountedRow) -> Place:
    """Return the seminar of a row, or its day if it has none."""
    return row.day if row.seminar_id is None else row.seminar_id


def find_day(row: CountedRow) -> Place:
    """Return the day of a row."""
    return row.day


def find_month(row: CountedRow) -> Place:
    """Return the month that a row is for, else that of its day."""
    return row.month or (row.day and get_month(row.day))


def list_list_keys(facts: ProjectFacts, indicator: Indicator) -> list[PartKey]:
    """Return the lists of participants: one for each held seminar with somebody present."""
    return [PartKey(seminar.id, seminar.days) for seminar in list_participant_lists(facts, indicator)]


def list_event_keys(facts: ProjectFacts, indicator: Indicator) -> list[PartKey]:
    """Return the seminars of the period that were not cancelled."""
    seminars = facts.list_source_seminars(indicator.activity)
    return [PartKey(seminar.id, seminar.days) for seminar in seminars if facts.is_in_period(seminar)]


def list_trip_day_keys(facts: ProjectFacts, indicator: Indicator) -> list[PartKey]:
    """Return the local days of the activity's trips; of its other seminars if none of them is a trip."""
    seminars = [each for each in facts.list_source_seminars(indicator.activity) if not each.is_cancelled]
    trips = [seminar for seminar in seminars if seminar.kind == SeminarKind.TRIP]
    days = sorted({day for seminar in trips or seminars for day in seminar.days if facts.scope.covers(day)})
    return [PartKey(day=day) for day in days]


def list_month_keys(facts: ProjectFacts, indicator: Indicator) -> list[PartKey]:
    """Return the months of the activity, or of the project, that lie in the period at least in part."""
    holder: Activity | Any = indicator.activity or facts.scope.project
    first = max(holder.start, facts.scope.start or holder.start)
    last = min(holder.end, facts.scope.end or holder.end)
    months, month = [], get_month(first)
    while month <= last:
        months.append(PartKey(month=month))
        month = get_month(month + timedelta(days=31))
    return months


PARTS = {
    "list": PartKind(list_list_keys, find_seminar_or_day),
    "event": PartKind(list_event_keys, find_seminar_or_day),
    "trip_day": PartKind(list_trip_day_keys, find_day),
    "month": PartKind(list_month_keys, find_month),
}
"""What the parts of a target are, by what the target counts for."""

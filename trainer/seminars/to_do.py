"""What waits for the organizer. Each package lists its kinds of work as `tasks_to_do` in its `__init__`, as it lists its jobs.

Most kinds are counted by one statement together, whatever the number of seminars. So nothing that waits for a decision is
reachable only by knowing where.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import CTE, Select, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from trainer.projects.models import Project
from trainer.seminars.models import Seminar

Counts = Mapping[Any, tuple[int, datetime | None]]
"""How much waits, and since when the oldest does, by the id of the seminar or project."""


@dataclass(frozen=True)
class Desk:
    """Where work is looked for: seminars with their sessions, their projects with their plans loaded, and the time.

    `counts` holds, by the name of a task, what was counted before. `attended_ids` holds the registrations of those who attended,
    by the id of the seminar.
    """

    session: Session
    seminars: Sequence[Seminar]
    projects: Sequence[Project]
    now: datetime
    counts: Mapping[str, Counts]
    attended_ids: Mapping[int, set[int]] = field(default_factory=dict)

    @cached_property
    def seminar_ids(self) -> CTE:
        """Return a common table expression with the ids of the seminars, which a statement sends once."""
        return select(Seminar.id).where(Seminar.id.in_([seminar.id for seminar in self.seminars])).cte("own_seminar")

    def is_own(self, seminar_id: Any) -> Any:
        """Return the condition that a column holds the id of one of the seminars."""
        return seminar_id.in_(select(self.seminar_ids.c.id))


@dataclass(frozen=True)
class WaitingWork:
    """Work of one kind in one place: how much, of which seminar, since when, and the address where it is done."""

    count: int
    address: str
    since: datetime | None = None
    seminar: Seminar | None = None


@dataclass(frozen=True)
class TaskToDo:
    """A kind of work: its sentence with the count, the text of its button, and what finds it."""

    name: str
    describe: Callable[[int], str]
    button: Any
    find_waiting: Callable[[Desk], Iterable[WaitingWork]]
    select_counts: Callable[[Desk], Select[Any, int, datetime]] | None = None
    """Selects a key, a number, and the time of the oldest. What is found stands in `Desk.counts`, for `find_waiting`."""


@dataclass(frozen=True)
class ToDoEntry:
    """A line of the list of what is to be done."""

    task: TaskToDo
    work: WaitingWork

    @property
    def sentence(self) -> str:
        """Return what waits, with its number, in the page's language."""
        return self.task.describe(self.work.count)


def list_to_do(desk: Desk, tasks: Iterable[TaskToDo]) -> list[ToDoEntry]:
    """Return all that waits, the oldest first; what has no time, such as a missing setting, comes before."""
    tasks = list(tasks)
    desk = replace(desk, counts={**desk.counts, **count_rows(desk, tasks)})
    entries = [ToDoEntry(task, work) for task in tasks for work in task.find_waiting(desk) if work.count]
    return sorted(entries, key=lambda entry: (entry.work.since is not None, entry.work.since or desk.now))


def count_rows(desk: Desk, tasks: Iterable[TaskToDo]) -> dict[str, Counts]:
    """Return what waits by the name of the task, counted by one statement. Keys that are numbers are so in the result."""
    counts: dict[str, dict[Any, tuple[int, datetime | None]]] = {}
    parts = []
    for task in tasks:
        if task.select_counts is not None:
            counts[task.name] = {}
            key, number, since = task.select_counts(desk).subquery().c
            parts.append(select(literal(task.name), cast(key, Text), number, since))
    for name, text, number, since in desk.session.execute(union_all(*parts)) if parts else ():
        counts[name][int(text) if text.isdecimal() else text] = (number, since)
    return dict(counts)


def build_seminar_work(desk: Desk, counts: Counts, build_address: Callable[[Seminar], str]) -> list[WaitingWork]:
    """Return the work of each seminar from its number and the time of the oldest, by seminar id."""
    return [
        WaitingWork(count, build_address(seminar), since or seminar.starts_at, seminar)
        for seminar in desk.seminars
        for count, since in [counts.get(seminar.id, (0, None))]
        if count
    ]

"""What waits for the organizer. Each package lists its kinds of work as `tasks_to_do` in its `__init__`, as it lists its jobs.

A kind finds what waits in all seminars by a few queries, whatever their number. So nothing that waits for a decision is
reachable only by knowing where.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trainer.projects.models import Project
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class Desk:
    """Where work is looked for: seminars with their sessions, their projects, and the time.

    `counts` holds, by the name of a task, what the page has counted before: the number and the time of the oldest, by the id of
    the seminar or project.
    """

    session: Session
    seminars: Sequence[Seminar]
    projects: Sequence[Project]
    now: datetime
    counts: Mapping[str, Mapping[int, tuple[int, datetime | None]]]

    @property
    def seminar_ids(self) -> list[int]:
        """Return the ids of the seminars."""
        return [seminar.id for seminar in self.seminars]


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
    entries = [ToDoEntry(task, work) for task in tasks for work in task.find_waiting(desk) if work.count]
    return sorted(entries, key=lambda entry: (entry.work.since is not None, entry.work.since or desk.now))


def build_seminar_work(
    desk: Desk, counts: Mapping[Any, tuple[int, datetime | None]], build_address: Callable[[Seminar], str]
) -> list[WaitingWork]:
    """Return the work of each seminar from its number and the time of the oldest, by seminar id."""
    return [
        WaitingWork(count, build_address(seminar), since or seminar.starts_at, seminar)
        for seminar in desk.seminars
        for count, since in [counts.get(seminar.id, (0, None))]
        if count
    ]

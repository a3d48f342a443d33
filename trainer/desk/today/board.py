"""What the organizer's page of today shows: what is to be done, which seminars come next, which are to be finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer import attendance, issuing, registration
from trainer.accounts.models import User
from trainer.attendance.models import Device
from trainer.attendance.tablet.devices import map_seminar_devices
from trainer.desk.path.position import PathPosition, find_path_position
from trainer.desk.path.progress import SeminarProgress, list_progress
from trainer.desk.today.missing_settings import tasks_to_do as settings_tasks
from trainer.projects.models import Project
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.status import SeminarStatus
from trainer.seminars.to_do import Desk, ToDoEntry, list_to_do

TASKS = (*settings_tasks, *registration.tasks_to_do, *attendance.tasks_to_do, *issuing.tasks_to_do)
FINISHED = (SeminarStatus.DONE, SeminarStatus.CANCELLED)


@dataclass(frozen=True)
class SeminarEntry:
    """A seminar on the page of today: its figures, its present step, and its tablets."""

    progress: SeminarProgress
    position: PathPosition | None
    devices: Sequence[Device] = ()

    @property
    def ready_devices(self) -> list[Device]:
        """Return the tablets that are paired and have the list of participants."""
        return [
            device for device in self.devices if device.paired_at is not None and device.roster_fetched_at is not None
        ]

    @property
    def rehearsed_at(self) -> datetime | None:
        """Return when a tablet last passed the offline rehearsal."""
        return max((device.rehearsed_at for device in self.ready_devices if device.rehearsed_at), default=None)


@dataclass(frozen=True)
class Today:
    """The page of today."""

    to_do: list[ToDoEntry]
    next: list[SeminarEntry]
    to_finish: list[SeminarEntry]


def build_today(session: Session, user: User, project: Project, now: datetime) -> Today:
    """Return what a user has to do in a project, its seminars to come by their start, and those to finish, the oldest first."""
    seminars = list_seminars_of_user(session, user, projects=[project])
    devices = map_seminar_devices(session, [seminar.id for seminar in seminars])
    entries = [
        SeminarEntry(progress, find_path_position(progress, now), devices.get(progress.seminar.id, ()))
        for progress in list_progress(session, seminars, now)
    ]
    to_finish = [entry for entry in entries if entry.progress.status == SeminarStatus.TO_FINISH]
    coming = [entry for entry in entries if entry.progress.status not in (SeminarStatus.TO_FINISH, *FINISHED)]
    counts = {
        "conflicts": {entry.progress.seminar.id: entry.progress.conflicts for entry in entries},
        "certificates": {entry.progress.seminar.id: entry.progress.ready for entry in entries},
    }
    to_do = list_to_do(Desk(session, seminars, [project], now, counts), TASKS)
    return Today(to_do, coming, to_finish)

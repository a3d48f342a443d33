"""What the organizer's page of today shows: what is to be done, which seminars come next, which are to be finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer import attendance, evidence, issuing, monitoring, registration
from trainer.accounts.models import User
from trainer.attendance.models import Device
from trainer.attendance.tablet.devices import map_seminar_devices
from trainer.desk.path.position import PathPosition, find_path_position
from trainer.desk.path.progress import SeminarProgress, list_progress
from trainer.desk.today.missing_settings import tasks_to_do as settings_tasks
from trainer.projects.models import Project
from trainer.projects.plan import load_whole_plan
from trainer.registration.self_service.retention import ErasureRequest
from trainer.seminars.registration_window import build_brief_load_options
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.status import SeminarStatus
from trainer.seminars.to_do import Desk, ToDoEntry, list_to_do

TASKS = (
    *settings_tasks,
    *registration.tasks_to_do,
    *attendance.tasks_to_do,
    *evidence.tasks_to_do,
    *issuing.tasks_to_do,
    *monitoring.tasks_to_do,
)
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


def build_today(
    session: Session, user: User, project: Project, erasure_requests: Sequence[ErasureRequest], now: datetime
) -> Today:
    """Return what a user has to do in a project, its seminars to come by their start, and those to finish, the oldest first."""
    load_whole_plan(session, project)
    seminars = list_seminars_of_user(session, user, projects=[project], options=build_brief_load_options())
    devices = map_seminar_devices(session, [seminar.id for seminar in seminars])
    entries = [
        SeminarEntry(progress, find_path_position(progress, now), devices.get(progress.seminar.id, ()))
        for progress in list_progress(session, seminars, now)
    ]
    to_finish = [entry for entry in entries if entry.progress.status == SeminarStatus.TO_FINISH]
    coming = [entry for entry in entries if entry.progress.status not in (SeminarStatus.TO_FINISH, *FINISHED)]
    progress = [entry.progress for entry in entries]
    counts: dict[str, dict[int, tuple[int, datetime | None]]] = {
        "conflicts": {each.seminar.id: (each.conflicts, None) for each in progress},
        "unlisted": {each.seminar.id: (each.unlisted, None) for each in progress},
        "certificates": {each.seminar.id: (each.ready, each.seminar.ends_at) for each in progress},
        "erasure_requests": {project.id: summarize_erasure_requests(project, erasure_requests)},
    }
    attended_ids = {each.seminar.id: each.attended_ids for each in progress}
    to_do = list_to_do(Desk(session, seminars, [project], now, counts, attended_ids), TASKS)
    return Today(to_do, coming, to_finish)


def summarize_erasure_requests(project: Project, requests: Sequence[ErasureRequest]) -> tuple[int, datetime | None]:
    """Return the number of requests in a project, and the time of the oldest."""
    own = [request for request in requests if request.registration.seminar.project is project]
    times = [request.person.erasure_requested_at for request in own if request.person.erasure_requested_at]
    return len(own), min(times, default=None)

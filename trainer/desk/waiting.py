"""What waits for the organizer, counted for the rail and for the tabs of a seminar."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from trainer.attendance.sheets.filing import select_unchecked_scan_count
from trainer.desk.path.progress import SeminarProgress
from trainer.desk.today.missing_settings import tasks_to_do as settings_tasks
from trainer.evidence.inbox.to_do import select_unsorted_count
from trainer.issuing.names.corrections import select_pending_correction_count
from trainer.messages.log import select_waiting_message_count
from trainer.projects.models import Project
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.registration.seats.duplicates import select_undecided_count
from trainer.registration.self_service.retention import select_erasure_request_count
from trainer.registration.to_do import is_coming, select_application_count, select_untold_change_count
from trainer.seminars.registration_window import select_seminar_ids
from trainer.seminars.to_do import Desk


@dataclass(frozen=True)
class SeminarCounts:
    """What waits for a decision in one seminar."""

    duplicates: int
    messages: int
    corrections: int
    scans: int
    applications: int
    changes: int
    conflicts: int
    ready: int

    @property
    def certificates(self) -> int:
        """Return the names to correct and the certificates that can be issued."""
        return self.corrections + self.ready


def count_waiting(
    session: Session, project: Project | None, progress: SeminarProgress | None, now: datetime
) -> tuple[dict[str, int], SeminarCounts | None]:
    """Return what waits in a project by the name of the section where it is decided, and what waits in a seminar."""
    selects = [
        *(select_section_counts(project) if project else ()),
        *(select_counts(progress, now) if progress else ()),
    ]
    counts: list[int] = list(session.execute(select(*selects)).one()) if selects else []
    in_seminar = None
    if progress is not None:
        duplicates, messages, corrections, scans, applications, changes = counts[-6:]
        in_seminar = SeminarCounts(
            duplicates,
            messages,
            corrections,
            scans,
            applications,
            changes,
            conflicts=progress.undecided,
            ready=progress.ready,
        )
    if project is None:
        return {}, in_seminar
    desk = Desk(session, [], [project], now, {})
    missing = sum(work.count for task in settings_tasks for work in task.find_waiting(desk))
    names = ("today", "people", "messages", "plan")
    return {**dict(zip(names, counts, strict=False)), "settings": missing}, in_seminar


def select_section_counts(project: Project) -> tuple[ColumnElement[int], ...]:
    """Return SELECTs of the numbers of requests for erasure, likely duplicates, messages and files that wait in a project."""
    seminar_ids = select_seminar_ids(project.id)
    return (
        select_erasure_request_count(project.id),
        select_undecided_count(seminar_ids),
        select_waiting_message_count(select_message_topics(seminar_ids)),
        select_unsorted_count(project.id),
    )


def select_counts(progress: SeminarProgress, now: datetime) -> tuple[ColumnElement[int], ...]:
    """Return SELECTs of the first six figures of `SeminarCounts`."""
    seminar = progress.seminar
    coming_ids = [seminar.id] if is_coming(seminar, now) else []
    changed_ids = [seminar.id] if seminar.has_open_change and not seminar.is_over(now) else []
    return (
        select_undecided_count([seminar.id]),
        select_waiting_message_count([get_message_topic(seminar)]),
        select_pending_correction_count([seminar.id]),
        select_unchecked_scan_count([seminar.id]),
        select_application_count(coming_ids),
        select_untold_change_count(changed_ids),
    )

"""What waits for the organizer, counted for the rail and for the tabs of a seminar, each by one query or a few."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.attendance.sheets.filing import select_unchecked_scan_count
from trainer.desk.path.progress import SeminarProgress
from trainer.desk.today.missing_settings import tasks_to_do as settings_tasks
from trainer.issuing.names.corrections import select_pending_correction_count
from trainer.messages.log import select_waiting_message_count
from trainer.projects.models import Project
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.registration.seats.duplicates import select_undecided_count
from trainer.registration.self_service.retention import list_erasure_requests
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


def count_waiting_by_section(session: Session, project: Project, now: datetime) -> dict[str, int]:
    """Return what waits in a project by the name of the section where it is decided."""
    seminar_ids = select_seminar_ids(project.id)
    topics = select_message_topics(seminar_ids)
    statement: Select[int, int] = select(
        select_undecided_count(seminar_ids),
        select_waiting_message_count(topics),
    )
    duplicates, messages = session.execute(statement).one()
    desk = Desk(session, [], [project], now)
    missing = sum(work.count for task in settings_tasks for work in task.find_waiting(desk))
    erasures = len(list_erasure_requests(session, [project.id]))
    return {"today": erasures, "people": duplicates, "messages": messages, "settings": missing}


def count_waiting_in_seminar(session: Session, progress: SeminarProgress, now: datetime) -> SeminarCounts:
    """Return what waits in a seminar."""
    seminar = progress.seminar
    topics, coming_ids = [get_message_topic(seminar)], [seminar.id] if is_coming(seminar, now) else []
    changed_ids = [seminar.id] if seminar.has_open_change and not seminar.is_over(now) else []
    statement = select(
        select_undecided_count([seminar.id]),
        select_waiting_message_count(topics),
        select_pending_correction_count([seminar.id]),
        select_unchecked_scan_count([seminar.id]),
        select_application_count(coming_ids),
        select_untold_change_count(changed_ids),
    )
    duplicates, messages, corrections, scans, applications, changes = session.execute(statement).one()
    return SeminarCounts(
        duplicates, messages, corrections, scans, applications, changes, progress.undecided, progress.ready
    )

"""What waits for the organizer, counted for the rail and for the tabs of a seminar."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from trainer.attendance.sheets.filing import select_unchecked_scan_count
from trainer.desk.path.progress import SeminarProgress
from trainer.desk.today.missing_settings import tasks_to_do as settings_tasks
from trainer.evidence.inbox.to_do import select_unsorted_count
from trainer.evidence.publications.to_do import select_dead_count
from trainer.evidence.withdrawals import select_shown_count
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
    values = ({"project_id": project.id} if project else {}) | (describe_seminar(progress, now) if progress else {})
    query = build_counts_query(project is not None, progress is not None)
    counts: list[int] = list(session.execute(query, values).one()) if values else []
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


def describe_seminar(progress: SeminarProgress, now: datetime) -> dict[str, list[int] | list[str]]:
    """Return the parameters of the counts of a seminar: only before its end somebody is to be told of a change, or approved."""
    seminar = progress.seminar
    return {
        "seminar_ids": [seminar.id],
        "topics": [get_message_topic(seminar)],
        "coming_ids": [seminar.id] if is_coming(seminar, now) else [],
        "changed_ids": [seminar.id] if seminar.has_open_change and not seminar.is_over(now) else [],
    }


@cache
def build_counts_query(has_project: bool, has_seminar: bool) -> Select[*tuple[Any, ...]]:
    """Build the query for what waits in a project, in a seminar, or in both: once, as every page of the dashboard runs it."""
    return select(*(build_section_counts() if has_project else ()), *(build_seminar_counts() if has_seminar else ()))


def build_section_counts() -> tuple[ColumnElement[int], ...]:
    """Return SELECTs of the numbers of requests for erasure, likely duplicates, messages, and evidence that wait."""
    project_id: BindParameter[int] = bindparam("project_id")
    seminar_ids = select_seminar_ids(project_id)
    return (
        select_erasure_request_count(project_id),
        select_undecided_count(seminar_ids),
        select_waiting_message_count(select_message_topics(seminar_ids)),
        select_unsorted_count(project_id) + select_dead_count(project_id) + select_shown_count(project_id),
    )


def build_seminar_counts() -> tuple[ColumnElement[int], ...]:
    """Return SELECTs of the first six figures of `SeminarCounts`."""
    parameters: tuple[BindParameter[Any], ...] = tuple(
        bindparam(name, expanding=True) for name in ("seminar_ids", "coming_ids", "changed_ids")
    )
    seminar_ids, coming_ids, changed_ids = parameters
    return (
        select_undecided_count(seminar_ids),
        select_waiting_message_count(bindparam("topics", expanding=True)),
        select_pending_correction_count(seminar_ids),
        select_unchecked_scan_count(seminar_ids),
        select_application_count(coming_ids),
        select_untold_change_count(changed_ids),
    )

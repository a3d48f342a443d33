"""What waits for the organizer, counted for the rail and for the tabs of a seminar."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from trainer.attendance.conflicts import count_undecided_marks, select_merged_count, select_undecided_row_count
from trainer.issuing.names.corrections import select_pending_correction_count
from trainer.messages.log import select_manual_message_count
from trainer.projects.models import Project
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.registration.seats.duplicates import select_undecided_count
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_seminar_ids


@dataclass(frozen=True)
class SeminarCounts:
    """What waits for a decision in one seminar."""

    duplicates: int = 0
    manual_messages: int = 0
    corrections: int = 0
    conflicts: int = 0


def count_waiting(
    session: Session, project: Project | None, seminar: Seminar | None
) -> tuple[dict[str, int], SeminarCounts]:
    """Return what waits in a project by the name of the section where it is decided, and what waits in a seminar."""
    selects: list[ColumnElement[int]] = []
    if project is not None:
        seminar_ids = select_seminar_ids(project.id)
        topics = select_message_topics(seminar_ids)
        selects += [select_undecided_count(seminar_ids), select_manual_message_count(topics)]
    if seminar is not None:
        selects += [
            select_undecided_count([seminar.id]),
            select_manual_message_count([get_message_topic(seminar)]),
            select_pending_correction_count([seminar.id]),
            select_undecided_row_count(seminar),
            select_merged_count(seminar),
        ]
    counts = list(session.execute(select(*selects)).one()) if selects else []
    sections = dict(zip(("people", "messages"), counts, strict=False)) if project is not None else {}
    if seminar is None:
        return sections, SeminarCounts()
    duplicates, manual_messages, corrections, undecided_rows, merged = counts[-5:]
    conflicts = undecided_rows + count_undecided_marks(session, seminar, None if merged else {})
    return sections, SeminarCounts(duplicates, manual_messages, corrections, conflicts)

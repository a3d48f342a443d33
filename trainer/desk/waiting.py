"""What waits for the organizer, counted for the rail and for the tabs of a seminar, each by one query or a few."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.desk.path.progress import SeminarProgress
from trainer.issuing.names.corrections import select_pending_correction_count
from trainer.messages.log import select_manual_message_count
from trainer.projects.models import Project
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.registration.seats.duplicates import select_undecided_count
from trainer.seminars.registration_window import select_seminar_ids


@dataclass(frozen=True)
class SeminarCounts:
    """What waits for a decision in one seminar."""

    duplicates: int = 0
    manual_messages: int = 0
    corrections: int = 0
    conflicts: int = 0


def count_waiting_by_section(session: Session, project: Project) -> dict[str, int]:
    """Return what waits in a project by the name of the section where it is decided."""
    seminar_ids = select_seminar_ids(project.id)
    statement: Select[int, int] = select(
        select_undecided_count(seminar_ids), select_manual_message_count(select_message_topics(seminar_ids))
    )
    duplicates, manual_messages = session.execute(statement).one()
    return {"people": duplicates, "messages": manual_messages}


def count_waiting_in_seminar(session: Session, progress: SeminarProgress) -> SeminarCounts:
    """Return what waits in a seminar."""
    seminar = progress.seminar
    statement: Select[int, int, int] = select(
        select_undecided_count([seminar.id]),
        select_manual_message_count([get_message_topic(seminar)]),
        select_pending_correction_count([seminar.id]),
    )
    return SeminarCounts(*session.execute(statement).one(), conflicts=progress.undecided)

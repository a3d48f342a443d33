"""The list of a project's seminars: those to come, those to finish, those that are done, and the cancelled ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.desk.path.progress import SeminarProgress, list_progress
from trainer.projects.models import Project
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.status import SeminarStatus
from trainer.web.paging import search_rows


class SeminarGroup(StrEnum):
    """What is still to be done for a seminar. Exactly one applies."""

    UPCOMING = "upcoming"  # drafts, and those that take place now, among them
    TO_FINISH = "to-finish"
    DONE = "done"
    CANCELLED = "cancelled"


GROUPS = {
    SeminarStatus.TO_FINISH: SeminarGroup.TO_FINISH,
    SeminarStatus.DONE: SeminarGroup.DONE,
    SeminarStatus.CANCELLED: SeminarGroup.CANCELLED,
}
"""The groups of statuses; all others are of seminars to come."""


@dataclass(frozen=True)
class SeminarRow:
    """A seminar in the list, with its figures."""

    progress: SeminarProgress
    group: SeminarGroup

    @property
    def seminar(self) -> Seminar:
        """Return the seminar."""
        return self.progress.seminar


def list_seminar_rows(session: Session, user: User, project: Project, now: datetime) -> list[SeminarRow]:
    """Return the seminars of a project that a user may see: those to come by their start, then those that are over, the newest first."""
    seminars = list_seminars_of_user(session, user, projects=[project])
    progress = list_progress(session, registration_window.sort_held_last(seminars, now), now)
    return [SeminarRow(each, GROUPS.get(each.status, SeminarGroup.UPCOMING)) for each in progress]


def count_groups(rows: Sequence[SeminarRow]) -> dict[SeminarGroup, int]:
    """Return the number of seminars in each group, also in empty ones."""
    return {group: sum(row.group == group for row in rows) for group in SeminarGroup}


def find_seminars(seminars: Sequence[Seminar], query: str) -> list[Seminar]:
    """Return the seminars in whose titles, town, venue, trainers or activity every word of a query occurs, in their order."""
    return search_rows(seminars, query, describe_seminar)


def describe_seminar(seminar: Seminar) -> str:
    """Return the texts of a seminar that are searched."""
    translated = (seminar.title, seminar.city, seminar.venue)
    texts = [text for each in translated if each for text in each.to_mapping().values()]
    return " ".join([*texts, seminar.trainers or "", seminar.activity.code])

"""The list of a project's seminars: those to come, those to finish, those that are done, and the cancelled ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from trainer.issuing.register import count_valid_certificates
from trainer.language.collation import fold_text
from trainer.projects.models import Project
from trainer.registration.seats.capacity import count_registered_by_seminar
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, derive_stage


class SeminarGroup(StrEnum):
    """What is still to be done for a seminar. Exactly one applies."""

    UPCOMING = "upcoming"  # drafts, and those that take place now, among them
    TO_FINISH = "to-finish"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SeminarRow:
    """A seminar in the list, with its figures."""

    seminar: Seminar
    stage: SeminarStage
    group: SeminarGroup
    registered: int
    certificates: int


def list_seminar_rows(session: Session, project: Project, now: datetime) -> list[SeminarRow]:
    """Return all seminars of a project: those to come by their start, then those that are over, the newest first."""
    registered, certificates = count_registered_by_seminar(session), count_valid_certificates(session)
    seminars = registration_window.list_project_seminars(session, project)
    rows = []
    for seminar in registration_window.sort_held_last(seminars, now):
        stage, issued = derive_stage(seminar, now), certificates.get(seminar.id, 0)
        group = derive_group(seminar, stage, registered.get(seminar.id, 0), issued)
        rows.append(SeminarRow(seminar, stage, group, registered.get(seminar.id, 0), issued))
    return rows


def derive_group(seminar: Seminar, stage: SeminarStage, registered: int, certificates: int) -> SeminarGroup:
    """Return the group of a seminar. One that was held is to be finished while its participants have no certificates."""
    if stage == SeminarStage.CANCELLED:
        return SeminarGroup.CANCELLED
    if stage != SeminarStage.HELD:
        return SeminarGroup.UPCOMING
    return SeminarGroup.TO_FINISH if seminar.has_certificate and registered and not certificates else SeminarGroup.DONE


def count_groups(rows: Sequence[SeminarRow]) -> dict[SeminarGroup, int]:
    """Return the number of seminars in each group, also in empty ones."""
    return {group: sum(row.group == group for row in rows) for group in SeminarGroup}


def find_seminars(seminars: Sequence[Seminar], query: str) -> list[Seminar]:
    """Return the seminars in whose titles, town, venue, trainers or activity every word of a query occurs, in their order."""
    words = fold_text(query).split()
    return [seminar for seminar in seminars if all(word in fold_seminar_texts(seminar) for word in words)]


def fold_seminar_texts(seminar: Seminar) -> str:
    """Return the texts of a seminar that are searched, folded."""
    translated = (seminar.title, seminar.city, seminar.venue)
    texts = [text for each in translated if each for text in each.to_mapping().values()]
    return fold_text(" ".join([*texts, seminar.trainers or "", seminar.activity.code]))

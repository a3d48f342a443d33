"""What waits for the organizer in the inbox: files that belong to no activity yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import BindParameter, ColumnElement, Select, func, select

from trainer.evidence.inbox.listing import Place, build_place_clause
from trainer.evidence.models import EvidenceItem
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork


def select_unsorted_count(project_id: int | BindParameter[int]) -> ColumnElement[int]:
    """Return a SELECT of the number of files in the inbox of a project."""
    unsorted = build_place_clause(Place.INBOX)
    query = select(func.count(EvidenceItem.id)).where(EvidenceItem.project_id == project_id, unsorted)
    return query.scalar_subquery()


def find_unsorted_files(desk: Desk) -> Iterable[WaitingWork]:
    """Find the files in the inboxes of projects, since the oldest was uploaded."""
    for count, since in desk.counts["unsorted_files"].values():
        yield WaitingWork(count, url_for("evidence_inbox.view_inbox"), since)


def select_unsorted_files(desk: Desk) -> Select[Any, int, datetime]:
    """Return a SELECT of projects, of the files in their inboxes, and of the time of the oldest."""
    project_ids = [project.id for project in desk.projects]
    query = select(EvidenceItem.project_id, func.count(EvidenceItem.id), func.min(EvidenceItem.uploaded_at))
    own = EvidenceItem.project_id.in_(project_ids) & build_place_clause(Place.INBOX)
    return query.where(own).group_by(EvidenceItem.project_id)


tasks_to_do = (
    TaskToDo(
        "unsorted_files",
        lambda count: ngettext(
            "%(num)d file of evidence to sort",
            "%(num)d files of evidence to sort",
            count,
        ),
        _l("Sort files"),
        find_unsorted_files,
        select_unsorted_files,
    ),
)

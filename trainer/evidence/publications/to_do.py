"""What waits for the organizer among publications: dead addresses, and views to be entered."""

from collections.abc import Iterable
from datetime import datetime, time

from flask import url_for
from sqlalchemy import BindParameter, ColumnElement, func, select

from trainer.evidence.publications.listing import Shown
from trainer.evidence.publications.models import LinkState, Publication
from trainer.evidence.publications.views_due import count_views_due
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork


def build_dead_clause(project_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that the address of a publication is dead, and nobody has decided to leave it so."""
    is_there = (Publication.project_id == project_id) & Publication.removed_at.is_(None)
    return is_there & (Publication.link_state == LinkState.DEAD)


def select_dead_count(project_id: int | BindParameter[int]) -> ColumnElement[int]:
    """Return a SELECT of the number of dead addresses of a project that wait for a decision."""
    return select(func.count(Publication.id)).where(build_dead_clause(project_id)).scalar_subquery()


def find_dead_links(desk: Desk) -> Iterable[WaitingWork]:
    """Find the dead addresses of projects, since the first was found."""
    checked = func.min(Publication.link_checked_at, type_=Publication.link_checked_at.type)
    for project in desk.projects:
        query = select(func.count(Publication.id), checked).where(build_dead_clause(project.id))
        count, since = desk.session.execute(query).one()
        yield WaitingWork(count, url_for("evidence_publications.view_publications", show=Shown.DEAD.value), since)


def find_due_views(desk: Desk) -> Iterable[WaitingWork]:
    """Find the publications whose views are to be entered, since the day on which the first was due."""
    for project in desk.projects:
        count, day = count_views_due(desk.session, project, desk.now.astimezone(project.zone).date())
        since = datetime.combine(day, time(), project.zone) if day else None
        yield WaitingWork(count, url_for("evidence_publications.view_publications", show=Shown.VIEWS.value), since)


tasks_to_do = (
    TaskToDo(
        "dead_links",
        lambda count: ngettext(
            "%(num)d publication is no longer at its address",
            "%(num)d publications are no longer at their addresses",
            count,
        ),
        _l("Check the addresses"),
        find_dead_links,
    ),
    TaskToDo(
        "views_due",
        lambda count: ngettext(
            "%(num)d publication waits for its views to be entered",
            "%(num)d publications wait for their views to be entered",
            count,
        ),
        _l("Enter views"),
        find_due_views,
    ),
)

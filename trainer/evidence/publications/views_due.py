"""Publications whose views are to be entered: views grow, and a figure of last month tells nobody what there is now."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from trainer.evidence.models import EvidenceLink
from trainer.evidence.publications.models import Publication, PublicationViews
from trainer.projects.models import Activity, Indicator, Project, Task

LONGEST_PAUSE = timedelta(days=30)


def build_views_due_clause(project: Project, today: date) -> ColumnElement[bool]:
    """Return the condition that views of a publication are to be entered on a day.

    That is 30 days after the last entry if an indicator counts its views, and else 30 days after it was published, once.
    Print and television have no views. A month after the end of the project nothing more is asked for.
    """
    if today > project.end + LONGEST_PAUSE:
        return false()
    latest = select(func.max(PublicationViews.counted_on)).where(PublicationViews.publication_id == Publication.id)
    last_day = latest.correlate(Publication).scalar_subquery()
    return and_(
        Publication.project_id == project.id,
        Publication.removed_at.is_(None),
        Publication.address != "",
        func.coalesce(last_day, Publication.published_on) <= today - LONGEST_PAUSE,
        or_(last_day.is_(None), build_counted_clause(project)),
    )


def build_counted_clause(project: Project) -> ColumnElement[bool]:
    """Return the condition that an indicator counts the views of a publication: one of its activity, or of the project."""
    counting = select(Indicator.activity_id).join(Activity).join(Task)
    counting = counting.where(Task.project_id == project.id, Indicator.kind == "views")
    proved = aliased(Indicator)
    linked = select(EvidenceLink.publication_id).join(proved, proved.id == EvidenceLink.indicator_id)
    linked = linked.where(EvidenceLink.removed_at.is_(None), proved.activity_id.in_(counting))
    of_project = (Indicator.project_id == project.id) & (Indicator.kind == "indirect_beneficiaries")
    return or_(
        Publication.activity_id.in_(counting),
        Publication.id.in_(linked.where(EvidenceLink.publication_id.is_not(None))),
        exists(select(Indicator.id).where(of_project)),
    )


def count_views_due(session: Session, project: Project, today: date) -> tuple[int, date | None]:
    """Return how many publications wait for their views, and since which day the first one does."""
    due = build_views_due_clause(project, today)
    latest = select(func.max(PublicationViews.counted_on)).where(PublicationViews.publication_id == Publication.id)
    last_day = func.coalesce(latest.correlate(Publication).scalar_subquery(), Publication.published_on)
    row = session.execute(select(func.count(Publication.id), func.min(last_day)).where(due)).one()
    return row[0], row[1] + LONGEST_PAUSE if row[1] else None

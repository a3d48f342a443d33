"""Reporting periods of a project."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.monitoring.models import ReportingPeriod
from trainer.projects.models import Project


class PeriodExists(Exception):
    """The project has a period with this kind and these days already."""


def list_periods(session: Session, project: Project) -> list[ReportingPeriod]:
    """Return the reporting periods of a project, by their days."""
    query = select(ReportingPeriod).where(ReportingPeriod.project_id == project.id)
    return list(session.scalars(query.order_by(ReportingPeriod.start, ReportingPeriod.end, ReportingPeriod.id)))


def create_period(session: Session, project: Project, kind: str, start: date, end: date) -> ReportingPeriod:
    """Add a reporting period to a project. Raises PeriodExists."""
    for other in list_periods(session, project):
        if (other.kind, other.start, other.end) == (kind, start, end):
            raise PeriodExists
    period = ReportingPeriod(project=project, kind=kind, start=start, end=end)
    session.add(period)
    session.flush()
    return period

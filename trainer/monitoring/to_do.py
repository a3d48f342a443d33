"""What waits for the organizer in the plan: indicators that are overdue or due soon."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from flask import url_for

from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import DUE_SOON, IndicatorFigure, Status, measure_indicator
from trainer.monitoring.scope import build_scope
from trainer.projects.models import Project
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork


def find_urgent_indicators(desk: Desk) -> Iterable[WaitingWork]:
    """Find the indicators that are overdue or due within a week, since the day after the earliest deadline.

    They are counted on the page of today alone: counting takes as long as the page of the plan.
    """
    for project in desk.projects:
        figures = [each for each in measure_urgent(desk, project) if each.status in (Status.OVERDUE, Status.DUE_SOON)]
        if figures:
            after = min(figure.deadline for figure in figures) + timedelta(days=1)
            since = datetime.combine(after, time(), project.zone)
            yield WaitingWork(len(figures), url_for("monitoring.view_missing", project=project.id), since)


def measure_urgent(desk: Desk, project: Project) -> list[IndicatorFigure]:
    """Return the figures of the indicators whose time has ended or ends soon."""
    last = desk.now.astimezone(project.zone).date() + DUE_SOON
    if not any(activity.end <= last for activity in project.activities) and project.end > last:
        return []
    facts = ProjectFacts(desk.session, build_scope(project, desk.now), desk.attended_ids)
    urgent = [each for activity in project.activities if activity.end <= last for each in activity.indicators]
    impact = project.social_impact if project.end <= last else []
    return [measure_indicator(facts, indicator) for indicator in (*urgent, *impact)]


tasks_to_do = (
    TaskToDo(
        "missing_evidence",
        lambda count: ngettext(
            "%(num)d indicator is overdue or due within a week",
            "%(num)d indicators are overdue or due within a week",
            count,
        ),
        _l("See what is missing"),
        find_urgent_indicators,
    ),
)

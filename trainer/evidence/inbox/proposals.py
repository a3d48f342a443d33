"""What is proposed for a file: the activity by the day on which it was taken, the indicators by its kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.evidence.kinds import list_matching_indicators
from trainer.evidence.models import EvidenceItem
from trainer.projects.models import Activity, Indicator, Project, Task
from trainer.seminars.models import Seminar, SeminarSession

EventDays = dict[date, set[int]]
"""The ids of the activities that had a seminar on a day, in the project's zone."""


class ProposalReason(StrEnum):
    """Why an activity is proposed."""

    DAY = "day"  # one of its seminars was held on that day
    PERIOD = "period"  # it is the only one that ran then


@dataclass(frozen=True)
class Proposal:
    """Where a file probably belongs."""

    activity: Activity
    reason: ProposalReason
    indicators: list[Indicator]


def load_event_days(session: Session, project: Project) -> EventDays:
    """Return the days on which activities of a project had a seminar, by one query."""
    query = (
        select(Seminar.activity_id, SeminarSession.starts_at, SeminarSession.ends_at)
        .join(SeminarSession.seminar)
        .join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, Task.id == Activity.task_id)
        .where(Task.project_id == project.id)
    )
    days: EventDays = defaultdict(set)
    for activity_id, starts_at, ends_at in session.execute(query):
        first, last = starts_at.astimezone(project.zone).date(), ends_at.astimezone(project.zone).date()
        for number in range((last - first).days + 1):
            days[first + timedelta(days=number)].add(activity_id)
    return days


def propose_activity(
    event_days: EventDays, activities: Sequence[Activity], day: date
) -> tuple[Activity, ProposalReason] | None:
    """Return the only activity that had a seminar on a day, else the only one that ran then; None in any doubt."""
    held = [activity for activity in activities if activity.id in event_days.get(day, ())]
    if held:
        return (held[0], ProposalReason.DAY) if len(held) == 1 else None
    running = [activity for activity in activities if activity.start <= day <= activity.end]
    return (running[0], ProposalReason.PERIOD) if len(running) == 1 else None


def propose_places(
    event_days: EventDays, activities: Sequence[Activity], zone: ZoneInfo, items: Iterable[EvidenceItem]
) -> dict[int, Proposal]:
    """Return what is proposed for each file by its id; nothing for one whose date is not known."""
    proposals = {}
    for item in items:
        found = item.taken_at and propose_activity(event_days, activities, item.taken_at.astimezone(zone).date())
        if found:
            activity, reason = found
            proposals[item.id] = Proposal(activity, reason, list_matching_indicators(activity.indicators, item.kind))
    return proposals

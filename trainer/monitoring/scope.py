"""What a figure is asked for: a project, a period of it or all of it, and the moment as of which it is answered."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from trainer.projects.models import Project


@dataclass(frozen=True)
class Scope:
    """A question for figures.

    The period says when what is counted happened: when a seminar ended, when a photo was taken, when a post was published. It
    includes both days; None leaves it open. `as_of` says which rows were there to be counted.
    """

    project: Project
    as_of: datetime
    start: date | None = None
    end: date | None = None
    is_live: bool = False
    """Whether `as_of` is now, so that everything recorded counts."""

    @property
    def today(self) -> date:
        """Return the day of `as_of` in the project's zone."""
        return self.get_local_day(self.as_of)

    def get_local_day(self, moment: datetime) -> date:
        """Return the day of a moment in the project's zone."""
        return moment.astimezone(self.project.zone).date()

    def covers(self, day: date) -> bool:
        """Return whether a day lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def build_scope(
    project: Project,
    now: datetime,
    start: date | None = None,
    end: date | None = None,
    as_of: date | None = None,
) -> Scope:
    """Return the scope of a period as of the end of a day in the project's zone, or as of now."""
    if as_of is None or as_of >= now.astimezone(project.zone).date():
        return Scope(project, now, start, end, is_live=True)
    midnight = datetime.combine(as_of + timedelta(days=1), time(), project.zone)
    return Scope(project, midnight - timedelta(microseconds=1), start, end)

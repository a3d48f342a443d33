"""What is missing: indicators that are not reached, by activity and deadline, with who can do it and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import Membership, ProjectRole, User
from trainer.language.translate import lazy_gettext as _l
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import IndicatorFigure, measure_plan
from trainer.monitoring.kinds.table import KINDS
from trainer.projects.models import Activity, Project

PLACES = {
    "attendance": _l("Mark attendance in the seminar"),
    "agenda": _l("Enter the agenda of the seminar"),
    "files": _l("Upload a file and link it to the indicator"),
    "publications": _l("Add the publication, or enter its views"),
    "surveys": _l("Collect answers to the survey, and close it if it is anonymous"),
    "certificates": _l("Issue the certificates"),
    "seminars": _l("Hold the event"),
    "registers": _l("Add an entry to the register"),
    "": _l("Enter the figure with a proof"),
}
"""What is done to reach an indicator, by `Kind.where`."""
ORGANIZING_ROLES = (ProjectRole.OWNER, ProjectRole.ORGANIZER)
ATTENDANCE_ROLES = (*ORGANIZING_ROLES, ProjectRole.ASSISTANT)


@dataclass(frozen=True)
class MissingFigure:
    """An indicator that is not reached: what is to be done, where, and who can do it."""

    figure: IndicatorFigure
    where: str
    what: LazyString
    who: tuple[str, ...]


@dataclass(frozen=True)
class MissingGroup:
    """The indicators of an activity, or of the social impact, that are not reached."""

    activity: Activity | None
    deadline: date
    entries: list[MissingFigure]


def list_missing(session: Session, facts: ProjectFacts) -> list[MissingGroup]:
    """Return what is missing in a project by activity, the earliest deadline first; the social impact last of its day."""
    return group_missing(measure_plan(facts).values(), map_colleagues(session, facts.scope.project))


def group_missing(figures: Iterable[IndicatorFigure], names: dict[ProjectRole, list[str]]) -> list[MissingGroup]:
    """Return the figures that are not reached by activity."""
    groups: dict[int, MissingGroup] = {}
    for figure in figures:
        if not figure.is_reached:
            activity = figure.indicator.activity
            group = groups.setdefault(activity.id if activity else 0, MissingGroup(activity, figure.deadline, []))
            group.entries.append(describe_missing(figure, names))
    return sorted(groups.values(), key=lambda group: (group.deadline, group.activity is None))


def describe_missing(figure: IndicatorFigure, names: dict[ProjectRole, list[str]]) -> MissingFigure:
    """Return what is to be done for an indicator, and who can."""
    kind = KINDS.get(figure.indicator.kind)
    where = kind.where if kind else ""
    roles = ATTENDANCE_ROLES if where == "attendance" else ORGANIZING_ROLES
    return MissingFigure(figure, where, PLACES[where], tuple(name for role in roles for name in names.get(role, ())))


def map_colleagues(session: Session, project: Project) -> dict[ProjectRole, list[str]]:
    """Return the names of the colleagues of a project who are not suspended, by role."""
    query = (
        select(Membership.role, User.name, User.email)
        .join(Membership.user)
        .where(Membership.project_id == project.id, Membership.suspended.is_(False), User.active)
    )
    names: dict[ProjectRole, list[str]] = {}
    for role, name, email in session.execute(query.order_by(Membership.id)):
        names.setdefault(ProjectRole(role), []).append(name or email)
    return names

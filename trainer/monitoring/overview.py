"""The plan with its figures, as the page of the plan shows it: filtered, by task and activity, with a summary."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import REACHED, IndicatorFigure, Status, measure_plan
from trainer.monitoring.kinds.people import select_people
from trainer.monitoring.kinds.selection import list_distinct_rows
from trainer.projects.models import Activity, ExpectedResult, Task
from trainer.projects.vocabulary import PEOPLE_UNITS

MISSING = "missing"
"""The filter for all indicators that are not reached."""


@dataclass(frozen=True)
class PlanFilter:
    """Which indicators the page of the plan shows; an empty value shows all."""

    status: str = ""
    activity: str = ""

    @property
    def is_set(self) -> bool:
        """Return whether something is left out."""
        return bool(self.status or self.activity)

    def admits(self, figure: IndicatorFigure) -> bool:
        """Return whether an indicator is shown."""
        activity = figure.indicator.activity
        if self.activity and (activity is None or activity.code != self.activity):
            return False
        if self.status == MISSING:
            return not figure.is_reached
        return not self.status or figure.status == self.status


@dataclass(frozen=True)
class ActivityFigures:
    """An activity with those of its indicators that are shown."""

    activity: Activity
    figures: list[IndicatorFigure]
    reached: int
    total: int
    needs_attention: bool
    """Whether one of the indicators is overdue or due soon."""


@dataclass(frozen=True)
class TaskFigures:
    """A task with those of its activities that are shown."""

    task: Task
    activities: list[ActivityFigures]


@dataclass(frozen=True)
class ResultFigure:
    """A target of an expected result, with what its linked activities and indicators have reached."""

    target: Mapping[str, object]
    actual: int
    is_reached: bool


@dataclass(frozen=True)
class PlanOverview:
    """The plan with its figures."""

    tasks: list[TaskFigures]
    impact: list[IndicatorFigure]
    counts: Counter[Status]
    total: int
    results: dict[int, list[ResultFigure]]
    """By expected result."""

    @property
    def reached(self) -> int:
        """Return how many indicators are fulfilled, also beyond what was planned."""
        return sum(self.counts[status] for status in REACHED)


def build_overview(facts: ProjectFacts, plan_filter: PlanFilter) -> PlanOverview:
    """Return the plan with its figures; the summary counts all indicators, whatever the filter."""
    figures = measure_plan(facts)
    project = facts.scope.project
    tasks = [
        TaskFigures(task, [build_activity(activity, figures, plan_filter) for activity in task.activities])
        for task in project.tasks
    ]
    if plan_filter.is_set:
        tasks = [TaskFigures(part.task, [own for own in part.activities if own.figures]) for part in tasks]
        tasks = [part for part in tasks if part.activities]
    return PlanOverview(
        tasks=tasks,
        impact=list_admitted((figures[indicator.id] for indicator in project.social_impact), plan_filter),
        counts=Counter(figure.status for figure in figures.values()),
        total=len(figures),
        results={result.id: measure_expected_result(facts, result, figures) for result in project.expected_results},
    )


def build_activity(
    activity: Activity, figures: Mapping[int, IndicatorFigure], plan_filter: PlanFilter
) -> ActivityFigures:
    """Return an activity with the figures that are shown."""
    own = [figures[indicator.id] for indicator in activity.indicators]
    return ActivityFigures(
        activity=activity,
        figures=list_admitted(own, plan_filter),
        reached=sum(figure.is_reached for figure in own),
        total=len(own),
        needs_attention=any(figure.status in (Status.OVERDUE, Status.DUE_SOON) for figure in own),
    )


def list_admitted(figures: Iterable[IndicatorFigure], plan_filter: PlanFilter) -> list[IndicatorFigure]:
    """Return the figures that a filter admits."""
    return [figure for figure in figures if plan_filter.admits(figure)]


def measure_expected_result(
    facts: ProjectFacts, result: ExpectedResult, figures: Mapping[int, IndicatorFigure]
) -> list[ResultFigure]:
    """Return what was reached of each target of an expected result, through its linked activities and indicators.

    People are counted once over the seminars of the linked activities, seminars when they were held; everything else is the
    linked indicators' own figure in the same unit, their rows counted once.
    """
    return [measure_result_target(facts, result, target, figures) for target in result.targets]


def measure_result_target(
    facts: ProjectFacts, result: ExpectedResult, target: Mapping[str, object], figures: Mapping[int, IndicatorFigure]
) -> ResultFigure:
    """Return what was reached of one target of an expected result."""
    unit, value = str(target["unit"]), int(str(target["value"]))
    activities = [activity for activity in facts.activities.values() if activity.code in result.linked]
    seminars = {each.id: each for activity in activities for each in facts.list_source_seminars(activity)}
    if unit in PEOPLE_UNITS and activities:
        actual = len(list_distinct_rows(select_people(facts, seminars.values(), unit)))
        return ResultFigure(target, actual, actual >= value)
    if unit in ("seminar", "event"):
        actual = sum(facts.is_held(seminar) for seminar in seminars.values())
        return ResultFigure(target, actual, actual >= value)
    linked = [
        own
        for figure in figures.values()
        if is_linked(figure, result.linked)
        for own in figure.targets
        if own.target.unit == unit
    ]
    if unit == "percent":
        worst = min(linked, key=lambda own: own.actual, default=None)
        reached = worst is not None and 100 * worst.part >= value * worst.whole and worst.whole > 0
        return ResultFigure(target, worst.actual if worst else 0, reached)
    rows = list_distinct_rows(row for own in linked for row in own.rows)
    actual = sum(row.amount for row in rows) or max((own.actual for own in linked), default=0)
    return ResultFigure(target, actual, actual >= value)


def is_linked(figure: IndicatorFigure, codes: list[str]) -> bool:
    """Return whether an expected result names an indicator or its activity."""
    activity = figure.indicator.activity
    return figure.code in codes or (activity is not None and activity.code in codes)

"""Reading a monitoring plan: a YAML file becomes a project with its tasks, activities and indicators, or a list of what is wrong."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.projects.models import Activity, Indicator, Project, Task

EVIDENCE = ("generated", "measured", "uploaded", "entered")
COMPARATORS = ("at_least", "exactly")
LARGEST = 2_000_000  # bytes; the contract's plan has 65 thousand


class PlanProblem(Exception):
    """The plan can't be taken as it is; `problems` lists where and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PlanKnown(Exception):
    """A project with this plan's code is there already."""


def read_plan(content: bytes) -> dict[str, Any]:
    """Read a plan and check all of it; raises PlanProblem with every problem found."""
    if len(content) > LARGEST:
        raise PlanProblem([f"the file has {len(content)} bytes, more than {LARGEST}"])
    try:
        plan = yaml.safe_load(content.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise PlanProblem([f"not a YAML file in UTF-8: {error}"]) from error
    problems = list(plan_problems(plan))
    if problems:
        raise PlanProblem(problems)
    return dict(plan)


def plan_problems(plan: Any) -> Iterator[str]:
    """Name everything that is missing or of the wrong form, each with its place in the file."""
    if (
        not isinstance(plan, dict)
        or not isinstance(plan.get("project"), dict)
        or not isinstance(plan.get("tasks"), list)
    ):
        yield "the file needs `project` and `tasks`"
        return
    project = plan["project"]
    yield from text_problems("project", project, ("title", "grantee", "grant_giver"))
    if not isinstance(project.get("id"), str):
        yield "project.id: a text is needed"
    if isinstance(project.get("period"), dict):
        yield from period_problems("project.period", project["period"])
    else:
        yield "project.period: start and end are needed"
    yield from zone_problems(project.get("timezone", "Asia/Aqtau"))
    codes: list[Any] = []
    for task in plan["tasks"]:
        yield from task_problems(task, codes)
    impact = (
        plan.get("social_impact", {}).get("indicators", []) if isinstance(plan.get("social_impact", {}), dict) else None
    )
    if not isinstance(impact, list):
        yield "social_impact.indicators: a list is needed"
    else:
        for indicator in impact:
            yield from indicator_problems(indicator, codes)
    yield from (
        f"{code}: this id stands more than once" for code in sorted({str(c) for c in codes if codes.count(c) > 1})
    )


def task_problems(task: Any, codes: list[Any]) -> Iterator[str]:
    """Name the problems of a task and all below it."""
    if not isinstance(task, dict) or not isinstance(task.get("activities"), list):
        yield f"a task needs `id`, `title` and `activities`: {str(task)[:60]}"
        return
    place = str(task.get("id"))
    codes.append(task.get("id"))
    yield from text_problems(place, task, ("title",))
    for activity in task["activities"]:
        if not isinstance(activity, dict) or not isinstance(activity.get("indicators"), list):
            yield f"{place}: an activity needs `id`, `title` and `indicators`"
            continue
        name = str(activity.get("id"))
        codes.append(activity.get("id"))
        yield from text_problems(name, activity, ("title",))
        yield from period_problems(name, activity)
        for indicator in activity["indicators"]:
            yield from indicator_problems(indicator, codes)


def indicator_problems(indicator: Any, codes: list[Any]) -> Iterator[str]:
    """Name the problems of an indicator."""
    if not isinstance(indicator, dict):
        yield f"an indicator must be a mapping: {str(indicator)[:60]}"
        return
    place = str(indicator.get("id"))
    codes.append(indicator.get("id"))
    yield from text_problems(place, indicator, ("name",))
    if indicator.get("evidence") not in EVIDENCE:
        yield f"{place}.evidence: one of {', '.join(EVIDENCE)} is needed"
    targets = indicator.get("planned")
    if not isinstance(targets, list) or not all(is_target(target) for target in targets):
        yield f"{place}.planned: a list of comparator, value and unit is needed"


def is_target(target: Any) -> bool:
    """Whether this is a planned value: comparator, number, unit."""
    return (
        isinstance(target, dict)
        and target.get("comparator") in COMPARATORS
        and isinstance(target.get("value"), int | float)
        and isinstance(target.get("unit"), str)
    )


def text_problems(place: str, mapping: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """Name texts that are missing or not written by language."""
    for name in names:
        value = mapping.get(name)
        if not isinstance(value, dict) or not Translated.of(value):
            yield f"{place}.{name}: a text in kk, ru or en is needed"


def period_problems(place: str, mapping: Mapping[str, Any]) -> Iterator[str]:
    """Name dates that are missing or in the wrong order."""
    start, end = mapping.get("start"), mapping.get("end")
    if not isinstance(start, date) or not isinstance(end, date):
        yield f"{place}: start and end must be dates such as 2025-05-01"
    elif end < start:
        yield f"{place}: it ends before it starts"


def zone_problems(name: Any) -> Iterator[str]:
    """Name a time zone that does not exist."""
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"project.timezone: there is no zone {name!r}"


def import_plan(
    session: Session, plan: Mapping[str, Any], serial_prefix: str = "TM", shift: timedelta = timedelta()
) -> Project:
    """Make the project of a checked plan. `shift` moves every date and is for the example alone. Raises PlanKnown."""
    facts = plan["project"]
    if session.scalar(select(Project.id).where(Project.code == facts["id"])) is not None:
        raise PlanKnown(facts["id"])
    project = Project(
        code=facts["id"],
        title=shown(facts["title"]),
        goal=shown(facts.get("goal")),
        region=shown(facts.get("region")),
        grantee=shown(facts["grantee"]),
        grant_giver=shown(facts["grant_giver"]),
        start=facts["period"]["start"] + shift,
        end=facts["period"]["end"] + shift,
        timezone=facts.get("timezone", "Asia/Aqtau"),
        serial_prefix=serial_prefix,
        tasks=[task_of(task, shift) for task in plan["tasks"]],
        social_impact=[indicator_of(each) for each in plan.get("social_impact", {}).get("indicators", [])],
    )
    session.add(project)
    session.flush()
    return project


def task_of(facts: Mapping[str, Any], shift: timedelta) -> Task:
    """Make a task with its activities."""
    return Task(
        code=facts["id"],
        number=facts.get("number"),
        section=facts.get("section", "task"),
        title=shown(facts["title"]),
        activities=[activity_of(activity, shift) for activity in facts["activities"]],
    )


def activity_of(facts: Mapping[str, Any], shift: timedelta) -> Activity:
    """Make an activity with its indicators."""
    return Activity(
        code=facts["id"],
        number=facts.get("number"),
        title=shown(facts["title"]),
        event_type=facts.get("event_type", ""),
        event_count=facts.get("event_count"),
        audience=facts.get("audience", ""),
        place=shown(facts.get("place")),
        start=facts["start"] + shift,
        end=facts["end"] + shift,
        indicators=[indicator_of(indicator) for indicator in facts["indicators"]],
    )


def indicator_of(facts: Mapping[str, Any]) -> Indicator:
    """Make an indicator as planned."""
    return Indicator(
        code=facts["id"],
        kind=facts.get("kind", ""),
        name=shown(facts["name"]),
        planned_text=str(facts.get("planned_text_kk", "")),
        planned=facts["planned"],
        evidence=facts["evidence"],
        doubt=facts.get("doubt", ""),
    )


def shown(parts: Mapping[str, Any] | None) -> Translated:
    """Take a text of the plan; `kk_ui` corrects a misprint of the contract for the screen."""
    return Translated.of({**(parts or {}), "kk": (parts or {}).get("kk_ui") or (parts or {}).get("kk")})

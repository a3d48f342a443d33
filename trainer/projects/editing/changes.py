"""Changing a stored plan: new entries with the next free code, their order, and deleting what nothing refers to."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task

PlanItem = Task | Activity | Indicator | ExpectedResult
Item = TypeVar("Item", Task, Activity, Indicator, ExpectedResult)


class PlanItemInUse(Exception):
    """Something refers to the entry: seminars or files, or other entries of the plan, whose codes are the arguments."""


def find_free_code(prefix: str, codes: Iterable[str]) -> str:
    """Return the prefix with the number after the highest that occurs among the codes."""
    matches = (re.fullmatch(re.escape(prefix) + r"(\d{1,6})", code) for code in codes)
    return f"{prefix}{max((int(match[1]) for match in matches if match), default=0) + 1}"


def find_free_project_code(session: Session, code: str) -> str:
    """Return a project's code with a number at its end if it is taken."""
    taken = set(session.scalars(select(Project.code).where(Project.code.startswith(code, autoescape=True))))
    return code if code not in taken else find_free_code(f"{code}-", taken)


def add_task(project: Project, section: str) -> Task:
    """Add an empty task or section at the end of a plan and return it."""
    prefix = "C" if section == "contract_requirement" else "T"
    code = find_free_code(prefix, (task.code for task in project.tasks))
    number = int(code.removeprefix(prefix)) if prefix == "T" else None
    task = Task(code=code, number=number, section=section)
    append_item(project.tasks, task)
    return task


def add_activity(task: Task) -> Activity:
    """Add an empty activity at the end of a task and return it."""
    code = find_free_code(f"{task.code}.A", (activity.code for activity in task.activities))
    activity = Activity(code=code, number=int(code.rpartition("A")[2]))
    append_item(task.activities, activity)
    return activity


def add_indicator(activity: Activity) -> Indicator:
    """Add an empty indicator at the end of an activity and return it."""
    code = find_free_code(f"{activity.code}.I", (indicator.code for indicator in activity.indicators))
    indicator = Indicator(code=code)
    append_item(activity.indicators, indicator)
    return indicator


def add_impact_figure(project: Project) -> Indicator:
    """Add an empty figure of the social impact and return it."""
    indicator = Indicator(code=find_free_code("SI", (figure.code for figure in project.social_impact)))
    append_item(project.social_impact, indicator)
    return indicator


def add_expected_result(project: Project) -> ExpectedResult:
    """Add an empty expected result and return it."""
    result = ExpectedResult(code=find_free_code("ER", (result.code for result in project.expected_results)))
    append_item(project.expected_results, result)
    return result


def append_item(items: list[Item], item: Item) -> None:
    """Append an entry to its list; numbers all positions."""
    items.append(item)
    for position, listed in enumerate(items, 1):
        listed.position = position


def move_item(items: Sequence[Any], item: PlanItem, step: int) -> None:
    """Move an entry up (-1) or down (+1) among its siblings; at the end of the list it stays."""
    ordered = list(items)
    place = ordered.index(item)
    target = min(max(place + step, 0), len(ordered) - 1)
    ordered.insert(target, ordered.pop(place))
    for position, listed in enumerate(ordered, 1):
        listed.position = position


def list_plan_siblings(item: PlanItem) -> Sequence[PlanItem]:
    """Return the entries among which an entry has its place, itself included."""
    if isinstance(item, Task):
        return item.project.tasks
    if isinstance(item, Activity):
        return item.task.activities
    if isinstance(item, ExpectedResult):
        return item.project.expected_results
    if item.activity is not None:
        return item.activity.indicators
    return item.project.social_impact if item.project is not None else []


def get_item_project(item: PlanItem) -> Project:
    """Return the project whose plan an entry belongs to."""
    if isinstance(item, Activity):
        return item.task.project
    if isinstance(item, Indicator) and item.activity is not None:
        return item.activity.task.project
    assert item.project is not None  # noqa: S101  # an indicator has an activity or a project
    return item.project


def delete_plan_item(session: Session, item: PlanItem) -> None:
    """Delete an entry of a plan with what it contains. Raises PlanItemInUse if anything refers to it.

    The database knows what refers to it: seminars and whatever else must not lose its activity.
    """
    referring = list_referring_codes(item)
    if referring:
        raise PlanItemInUse(*referring)
    try:
        with session.begin_nested():
            session.delete(item)
            session.flush()
    except IntegrityError as error:
        raise PlanItemInUse from error


def list_referring_codes(item: PlanItem) -> list[str]:
    """Return the codes of other entries of the plan that refer to an entry or to what it contains."""
    contained = {item, *list_contained_items(item)}
    codes, project = {inner.code for inner in contained}, get_item_project(item)
    drawing = [
        activity.code
        for activity in project.activities
        if activity not in contained and contained & set(activity.chosen_sources)
    ]
    results = [
        result.code for result in project.expected_results if result not in contained and codes & set(result.linked)
    ]
    return [*drawing, *results]


def list_contained_items(item: PlanItem) -> list[PlanItem]:
    """Return the entries inside an entry."""
    if isinstance(item, Task):
        return [inner for activity in item.activities for inner in (activity, *list_contained_items(activity))]
    return list(item.indicators) if isinstance(item, Activity) else []


def delete_empty_project(session: Session, project: Project) -> None:
    """Delete a project with its plan. Raises PlanItemInUse if anything was made with it, such as seminars."""
    try:
        with session.begin_nested():
            session.delete(project)
            session.flush()
    except IntegrityError as error:
        raise PlanItemInUse from error

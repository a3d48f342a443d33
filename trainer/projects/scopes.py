"""The project of an object in an address, for the access control."""

from flask import request
from sqlalchemy import Integer, Select, cast, func, null, select

from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task

ScopeSelect = Select[int, int]
NO_SEMINAR = cast(null(), Integer)


def select_project_scope(project_id: int) -> ScopeSelect:
    """Return a SELECT of a project's id, and no seminar."""
    return select(Project.id, NO_SEMINAR).where(Project.id == project_id)


def select_task_scope(task_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a task."""
    return select(Task.project_id, NO_SEMINAR).where(Task.id == task_id)


def select_activity_scope(activity_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an activity."""
    return (
        select(Task.project_id, NO_SEMINAR)
        .join(Activity, Activity.task_id == Task.id)
        .where(Activity.id == activity_id)
    )


def select_indicator_scope(indicator_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an indicator, of an activity or of the social impact."""
    project_id = func.coalesce(Indicator.project_id, Task.project_id)
    query = select(project_id, NO_SEMINAR).select_from(Indicator)
    return query.outerjoin(Indicator.activity).outerjoin(Activity.task).where(Indicator.id == indicator_id)


def select_item_scope(item_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an entry of a plan; the address names its kind. Unknown kinds have none."""
    select_scope = ITEM_SCOPES.get((request.view_args or {}).get("kind", ""), select_project_scope)
    return select_scope(item_id)


def select_result_scope(result_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an expected result."""
    return select(ExpectedResult.project_id, NO_SEMINAR).where(ExpectedResult.id == result_id)


ITEM_SCOPES = {
    "tasks": select_task_scope,
    "activities": select_activity_scope,
    "indicators": select_indicator_scope,
    "results": select_result_scope,
}
